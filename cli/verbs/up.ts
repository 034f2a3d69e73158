import type { Command } from "commander";
import pc from "picocolors";
import { hasChanges, type RunResult } from "../../engine/events.js";
import type { FleetSpec } from "../../spec/index.js";
import { refuseClashes } from "../across-stacks.js";
import { isHere, shownUrl } from "../machines.js";
import { needNetworks } from "../networks.js";
import {
  addOperationOptions,
  announceSimulation,
  carryOut,
  exitCodeExpecting,
  needAnswer,
  type OperationOptions,
  type Target,
} from "../operation.js";
import { addPolicyOptions } from "../policy-options.js";
import { needDocker, needPorts } from "../preflight.js";
import { addSelectionOptions } from "../selection.js";
import { backendOf, fleetOutputs } from "../state.js";
import { table } from "../table.js";
import { action } from "../verb.js";
import { currentProject, readSpec, readStack } from "../workspace.js";

export interface UpOptions extends OperationOptions {
  setup?: boolean;
}

export function define(command: Command): void {
  command
    .summary("bring a stack to what its file declares")
    .description("Checks the stack file, shows the plan, asks, and makes everything as declared.")
    .argument("<stack>")
    .option("--setup", "install and start Docker first where it is missing")
    .option("--refresh", "look first what changed outside")
    .option("--continue-on-error", "go on with what does not depend on a failure")
    .option("--expect-no-changes", "end with 7 if anything was changed");
  addSelectionOptions(command, { replaces: true });
  addOperationOptions(command, { changes: true });
  addPolicyOptions(command);
  action(command, up);
}

async function up(stack: string, options: UpOptions): Promise<number> {
  const project = await currentProject();
  const file = await readStack(project, stack);
  const spec = await readSpec(project, file);
  await refuseClashes(project, { file, spec });
  needAnswer("up", options);
  announceSimulation(options);
  if (!options.simulate && Object.keys(spec.machines).length > 0) {
    await needDocker({ project, stack, spec, offer: true }, options);
    await needNetworks(project, spec);
    await needPorts(project, spec);
  }
  const target: Target = { project, stack, backend: backendOf(project, options), options };
  const result = await carryOut("update", target, (plan) => (hasChanges(plan) ? `Bring up ${stack} so?` : undefined));
  if (!options.json) conclude(spec, options, result);
  announceSimulation(options);
  return exitCodeExpecting(result, options);
}

function conclude({ stack, machines }: FleetSpec, { simulate }: UpOptions, result: RunResult): void {
  const again = `./fleet up ${stack}${simulate ? " --simulate" : ""}`;
  if (result.outcome !== "succeeded") {
    process.stdout.write(`\nWhat was done is in the state; ${pc.bold(again)} carries on from there.\n`);
    return;
  }
  const { agents, tokens } = fleetOutputs(result.outputs);
  const rows = Object.entries(agents).map(([name, { url, address, machine }]) => [
    name,
    ...[url, address].map((each) => (each ? shownUrl(each, machines[machine]) : "-")),
  ]);
  const head = Object.values(machines).every(isHere) ? "ON THIS MACHINE" : "ADDRESS";
  if (rows.length > 0) process.stdout.write(`\n${table(["AGENT", "URL", head], rows)}`);
  if (tokens.length > 0) {
    process.stdout.write(`\nTokens: ./fleet outputs ${stack} tokens --show-secrets${simulate ? " --simulate" : ""}\n`);
  }
  if (!simulate) process.stdout.write(`Health: ./fleet status ${stack}\n`);
  if (result.retained.length > 0) process.stdout.write(`What was kept is deleted by ./fleet purge ${stack}\n`);
}
