import type { Command } from "commander";
import pc from "picocolors";
import type { FleetSpec } from "../../spec/index.js";
import {
  hasToken,
  type Rotated,
  rotateToken,
  type TokenAgent,
  type TokenResources,
  tokenResources,
} from "../agents/rotate.js";
import { FleetError } from "../errors.js";
import { needState, type Target } from "../operation.js";
import { announceSimulation, needAnswer } from "../operation-options.js";
import { needDocker } from "../preflight.js";
import { confirm } from "../prompt.js";
import { backendOf } from "../state.js";
import { suggestion } from "../suggest.js";
import { action } from "../verb.js";
import { currentProject, readSpec, readStack } from "../workspace.js";

interface RotateOptions {
  all?: boolean;
  yes?: boolean;
  json?: boolean;
  simulate?: boolean;
}

export function define(command: Command): void {
  command
    .summary("give agents' gateways other tokens, one after the other")
    .description(
      "Raises token.rotation in the stack file, makes the token, delivers it, and waits until the gateway is ready with it; only then " +
        "goes on. The former token is refused from then on. No token is shown. Nothing else of the agents is changed.",
    )
    .argument("<stack>")
    .argument("[agents...]", "which agents, in this order")
    .option("--all", "every agent that has a token, in the order of the stack file")
    .option("-y, --yes", "do not ask")
    .option("--json", "print one line for each agent, for programs")
    .option("--simulate", "with simulated providers and a state of their own: nothing real is touched");
  action(command, rotate);
}

async function rotate(stack: string, names: string[], options: RotateOptions): Promise<number> {
  const project = await currentProject();
  const spec = await readSpec(project, await readStack(project, stack));
  const agents = chosen(stack, spec, names, options);
  needAnswer("rotate", options);
  announceSimulation(options);
  const { simulate } = options;
  const target: Target = { project, stack, backend: backendOf(project, options), options: { simulate } };
  const snapshot = await needState(target);
  const present = agents.flatMap((agent) => {
    const resources = tokenResources(snapshot, agent);
    return resources ? [{ agent, resources }] : [];
  });
  const missing = agents.filter((agent) => !present.some((one) => one.agent === agent)).map(({ name }) => name);
  if (missing.length > 0 && !options.all)
    throw new FleetError(`${missing.join(", ")} is not up yet`, `run ./fleet up ${stack}`);
  if (!simulate) await needDocker({ project, stack, spec }, {});

  const list = present.map(({ agent }) => agent.name).join(", ");
  const question = `Give ${list} ${present.length > 1 ? "other tokens" : "another token"}? What is connected with the old one has to be told.`;
  if (!options.yes && !(await confirm(question, "rotate"))) {
    process.stderr.write("Nothing was changed.\n");
    return 2;
  }
  return inTurns(target, present, options);
}

function chosen(stack: string, spec: FleetSpec, names: string[], { all }: RotateOptions): TokenAgent[] {
  const known = Object.keys(spec.agents);
  const agents = Object.values(spec.agents).filter(hasToken);
  if (all ? names.length > 0 : names.length === 0) {
    throw new FleetError(
      "rotate needs to know which agents",
      `name them, as in ./fleet rotate ${stack} ${agents[0]?.name ?? "<agent>"}; or give --all`,
    );
  }
  if (all && agents.length === 0) throw new FleetError(`no agent of the stack ${stack} has a token`);
  if (all) return agents;
  return [...new Set(names)].map((name) => {
    const agent = agents.find((agent) => agent.name === name);
    if (agent) return agent;
    if (known.includes(name)) {
      throw new FleetError(
        `${name} has no token: its runtime is ${spec.agents[name]!.runtime}`,
        agents.length > 0 ? `those that have one are ${agents.map(({ name }) => name).join(", ")}` : undefined,
      );
    }
    throw new FleetError(
      `the stack ${stack} has no agent "${name}"${suggestion(name, known)}`,
      known.length > 0 ? `its agents are ${known.join(", ")}` : undefined,
    );
  });
}

async function inTurns(
  target: Target,
  agents: { agent: TokenAgent; resources: TokenResources }[],
  { json, simulate }: RotateOptions,
): Promise<number> {
  const { stack } = target;
  const say = (text: string) => json || process.stdout.write(`${text}\n`);
  for (const [index, { agent, resources }] of agents.entries()) {
    const rotated = await rotateToken(target, agent, resources);
    if (json) process.stdout.write(`${JSON.stringify(rotated)}\n`);
    else process.stdout.write(shown(rotated));
    if (rotated.result === "rotated") continue;
    const rest = agents.slice(index + 1).map((next) => next.agent.name);
    if (rest.length > 0) say(`Not touched: ${rest.join(", ")}`);
    say(`See ./fleet logs ${stack} ${agent.name}; ./fleet up ${stack} carries on from there`);
    return 1;
  }
  say(`Tokens: ./fleet outputs ${stack} tokens --show-secrets${simulate ? " --simulate" : ""}`);
  return 0;
}

function shown(rotated: Rotated): string {
  const end = `(rotation ${rotated.rotation}, ${rotated.seconds} s)\n`;
  if (rotated.result === "rotated") return `${rotated.agent}: ${pc.green("has a new token and is ready")} ${end}`;
  const errors = rotated.errors.map((error) => `  ${error.replace(/\n/g, "\n  ")}\n`);
  return `${rotated.agent}: ${pc.red("did not become ready with its new token")} ${end}${errors.join("")}`;
}
