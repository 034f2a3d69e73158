import pc from "picocolors";
import { hasChanges, type RunResult } from "../engine/events.js";
import type { ProgramHost } from "../engine/program-host.js";
import type { Project } from "../engine/project/project.js";
import type { FleetSpec } from "../spec/index.js";
import { refuseClashes } from "./across-stacks.js";
import { isHere, shownUrl } from "./machines.js";
import { needNetworks } from "./networks.js";
import { carryOut, exitCodeExpecting, type Target } from "./operation.js";
import { announceSimulation, needAnswer, type OperationOptions } from "./operation-options.js";
import { needDocker, needPorts, needSecrets } from "./preflight.js";
import { backendOf, fleetOutputs } from "./state.js";
import { table } from "./table.js";
import { readSpec, type StackFile } from "./workspace.js";

export interface UpOptions extends OperationOptions {
  setup?: boolean;
}

export interface UpRequest {
  project: Project;
  file: StackFile;
  /** Runs the program. */
  host: ProgramHost;
  options: UpOptions;
}

/** Checks a stack and makes everything as its file declares it. Gives the exit code. */
export async function bringUp({ project, file, host, options }: UpRequest): Promise<number> {
  const { stack } = file;
  const spec = await readSpec(project, file);
  await refuseClashes(project, { file, spec });
  needAnswer("up", options);
  announceSimulation(options);
  if (!options.simulate) needSecrets(file, spec);
  if (!options.simulate && Object.keys(spec.machines).length > 0) {
    await needDocker({ project, stack, spec, offer: true }, options);
    await needNetworks(project, spec);
    await needPorts(project, spec);
  }
  const target: Target = { project, stack, backend: backendOf(project, options), options, host };
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
