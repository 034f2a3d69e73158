import type { Command } from "commander";
import pc from "picocolors";
import type { ResourceState } from "../../engine/state/types.js";
import type { AgentSpec, FleetSpec } from "../../spec/index.js";
import { findContainerOf, onlyAgents, type Patched, patchAgent } from "../agents/patch.js";
import { prepareImages } from "../agents/patch-images.js";
import { FleetError } from "../errors.js";
import { LossGate } from "../loss-gate.js";
import { needState, passGate, type Target } from "../operation.js";
import { needAnswer } from "../operation-options.js";
import { needDocker } from "../preflight.js";
import { confirm } from "../prompt.js";
import { backendOf } from "../state.js";
import { suggestion } from "../suggest.js";
import { action } from "../verb.js";
import { currentProject, readSpec, readStack } from "../workspace.js";

interface PatchOptions {
  all?: boolean;
  build?: boolean;
  yes?: boolean;
  json?: boolean;
}

export function define(command: Command): void {
  command
    .summary("bring agents to their present image, one after the other")
    .description(
      "Makes each agent's container anew with the image that it has now, waits until it is ready, and only then goes on. " +
        "The first that does not become ready gets its former image back, and the rest stay as they are.",
    )
    .argument("<stack>")
    .argument("[agents...]", "which agents, in this order")
    .option("--all", "every agent, in the order of the stack file")
    .option("--build", "build images whose folders have changed first")
    .option("-y, --yes", "do not ask")
    .option("--json", "print one line for each agent, for programs");
  action(command, patch);
}

async function patch(stack: string, names: string[], options: PatchOptions): Promise<number> {
  const project = await currentProject();
  const file = await readStack(project, stack);
  const spec = await readSpec(project, file);
  const agents = chosen(stack, spec, names, options);
  needAnswer("patch", options);
  const target: Target = { project, stack, backend: backendOf(project), options: {} };
  const snapshot = await needState(target);
  const present = agents.flatMap((agent) => {
    const container = findContainerOf(snapshot, agent);
    return container ? [{ agent, container }] : [];
  });
  const missing = agents.filter((agent) => !present.some((one) => one.agent === agent));
  if (missing.length > 0 && !options.all)
    throw new FleetError(`${missing.map(({ name }) => name).join(", ")} is not up yet`, `run ./fleet up ${stack}`);
  await needDocker({ project, stack, spec }, {});

  const list = present.map(({ agent }) => agent.name).join(", ");
  const question = `Patch ${list}${present.length > 1 ? ", one after the other" : ""}? Each is away for some seconds.`;
  if (!options.yes && !(await confirm(question, "patch"))) {
    process.stderr.write("Nothing was changed.\n");
    return 2;
  }
  const report = reporter(options);
  report.say(options.build ? "Images: building" : "Images: looking what there is");
  const errors = await prepareImages(target, snapshot, options.build ?? false);
  if (errors.length > 0) {
    for (const error of errors) process.stderr.write(`error: ${error}\n`);
    process.stderr.write("No agent was touched.\n");
    return 1;
  }
  const agentsOnly = onlyAgents(
    target,
    present.map(({ container }) => container),
  );
  const untouched = "no agent was touched";
  const gate = await LossGate.open({ project, file, spec, options: agentsOnly.options, untouched });
  await passGate("update", agentsOnly, gate);
  return patchInTurns(target, present, report);
}

function chosen(stack: string, spec: FleetSpec, names: string[], { all }: PatchOptions): AgentSpec[] {
  const known = Object.keys(spec.agents);
  if (all ? names.length > 0 : names.length === 0) {
    throw new FleetError(
      "patch needs to know which agents",
      `name them, as in ./fleet patch ${stack} ${known[0] ?? "<agent>"}; or give --all`,
    );
  }
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new FleetError(
      `the stack ${stack} has no agent "${unknown}"${suggestion(unknown, known)}`,
      known.length > 0 ? `its agents are ${known.join(", ")}` : undefined,
    );
  }
  return (all ? known : [...new Set(names)]).map((name) => spec.agents[name]!);
}

async function patchInTurns(
  target: Target,
  agents: { agent: AgentSpec; container: ResourceState }[],
  report: ReturnType<typeof reporter>,
): Promise<number> {
  for (const [index, { agent, container }] of agents.entries()) {
    report.say(`${agent.name}: patching`);
    const patched = await patchAgent(target, agent, container);
    report.tell(patched);
    if (patched.result === "patched" || patched.result === "unchanged") continue;
    const rest = agents.slice(index + 1).map((next) => next.agent.name);
    if (rest.length > 0) report.say(`Not touched: ${rest.join(", ")}`);
    if (patched.result === "put-back") {
      report.say(
        `${agent.name} is held at its former image; ./fleet patch ${target.stack} ${agent.name} tries the new one again`,
      );
    } else {
      report.say(`See ./fleet logs ${target.stack} ${agent.name}; what was done is in the state`);
    }
    return 1;
  }
  return 0;
}

const WORDS: Record<Patched["result"], string> = {
  patched: pc.green("patched and ready"),
  unchanged: "has its image already",
  "put-back": pc.red("did not become ready; its former image was put back"),
  failed: pc.red("failed"),
};

/** What is told of the work, to people in sentences or to programs in lines of JSON. */
function reporter({ json }: PatchOptions) {
  return {
    say(text: string): void {
      if (!json) process.stdout.write(`${text}\n`);
    },
    tell(patched: Patched): void {
      if (json) {
        process.stdout.write(`${JSON.stringify(patched)}\n`);
        return;
      }
      process.stdout.write(`${patched.agent}: ${WORDS[patched.result]} (${patched.seconds} s)\n`);
      for (const error of "errors" in patched ? patched.errors : [])
        process.stdout.write(`  ${error.replace(/\n/g, "\n  ")}\n`);
    },
  };
}
