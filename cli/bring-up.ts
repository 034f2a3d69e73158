import pc from "picocolors";
import { hasChanges, type RunResult } from "../engine/events.js";
import type { ProgramHost } from "../engine/program-host.js";
import type { Project } from "../engine/project/project.js";
import type { FleetSpec } from "../spec/index.js";
import { refuseClashes } from "./across-stacks.js";
import { type Difference, findDrift, putBack, shownDifference } from "./drift.js";
import { type GateOptions, LossGate } from "./loss-gate.js";
import { isHere, shownUrl } from "./machines.js";
import { needNetworks } from "./networks.js";
import { carryOut, exitCodeExpecting, type Target } from "./operation.js";
import { announceSimulation, needAnswer, type OperationOptions } from "./operation-options.js";
import { needDocker, needPorts, needSecrets } from "./preflight.js";
import { backendOf, fleetOutputs } from "./state.js";
import { table } from "./table.js";
import { readSpec, type StackFile } from "./workspace.js";

export interface UpOptions extends OperationOptions, GateOptions {
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
  const gate = await LossGate.open({ project, file, spec, options });
  announceSimulation(options);
  if (!options.simulate) needSecrets(file, spec);
  if (!options.simulate && Object.keys(spec.machines).length > 0) {
    await needDocker({ project, stack, spec, offer: true }, options);
    await needNetworks(project, spec);
    await needPorts(project, spec);
  }
  const target: Target = { project, stack, backend: backendOf(project, options), options, host };
  const drift = options.simulate ? [] : await driftBefore(target);
  const result = await carryOut(
    "update",
    target,
    (plan) => (hasChanges(plan) || drift.length > 0 ? `Bring up ${stack} so?` : undefined),
    gate,
  );
  if (drift.length > 0 && result.outcome === "succeeded" && !result.preview) await putBackAfter(target, options);
  if (!options.json) conclude(spec, options, result);
  announceSimulation(options);
  const code = exitCodeExpecting(result, options);
  if (code !== 0 || drift.length === 0 || !options.expectNoChanges) return code;
  process.stderr.write("error: there were changes on hosts, and none were expected\n");
  return 7;
}

/** Shows what somebody has changed on the hosts: the run puts it back. Where one cannot be looked at, the run itself will say so. */
async function driftBefore(target: Target): Promise<Difference[]> {
  const { differences, failures } = await findDrift(target);
  for (const { machine, message } of failures) {
    process.stderr.write(`warning: what is on ${machine} could not be looked at: ${message}\n`);
  }
  if (differences.length > 0) {
    const rows = differences.map(shownDifference);
    process.stderr.write(
      `Changed on hosts since it was delivered, and put back:\n${table(["MACHINE", "ENTRY", "WHAT", "WHERE"], rows)}\n`,
    );
  }
  return differences;
}

/** Delivers again what the run had no reason to. */
async function putBackAfter(target: Target, { json }: UpOptions): Promise<void> {
  const { differences } = await findDrift(target);
  if (differences.length === 0) return;
  for (const line of await putBack(target, { differences }))
    (json ? process.stderr : process.stdout).write(`${line}\n`);
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
