import type { Project } from "../engine/project/project.js";
import type { Snapshot } from "../engine/state/types.js";
import type { FleetSpec, MachineAddress, SharedMachineSpec } from "../spec/index.js";
import { FleetError } from "./errors.js";
import { backendOf, loadSnapshot, outputsOf, plainValue } from "./state.js";

/** Reads the address of another stack's machine from that one's state. Throws FleetError if it is not up, or has no such machine. */
export async function sharedAddress(
  project: Project,
  spec: FleetSpec,
  machine: SharedMachineSpec,
): Promise<MachineAddress> {
  const { stack: reference } = spec.shared[machine.shared]!;
  const [stack = "", other = project.name] = reference.split("/").reverse();
  const snapshot = await loadSnapshot(backendOf(project), { ...project, name: other }, stack);
  if (snapshot === undefined) {
    throw new FleetError(
      `the stack ${reference}, which fleet:shared.${machine.shared} names, is not up yet`,
      `bring it up first: ./fleet up ${stack}`,
    );
  }
  const machines = machinesOf(snapshot);
  const name = machine.machine ?? machine.name;
  const address = machines[name];
  if (address !== undefined) return address;
  const known = Object.keys(machines);
  throw new FleetError(
    `the stack ${reference} gives no machine ${name}${known.length > 0 ? `: it has ${known.join(", ")}` : ""}`,
    `declare it there, and bring that stack up: ./fleet up ${stack}`,
  );
}

/** The address of a machine that the stack itself makes, as its state has it; undefined while it is not up. */
export async function ownAddress(
  project: Project,
  stack: string,
  machine: string,
): Promise<MachineAddress | undefined> {
  const snapshot = await loadSnapshot(backendOf(project), project, stack);
  return snapshot && machinesOf(snapshot)[machine];
}

const machinesOf = (snapshot: Snapshot) =>
  (plainValue(outputsOf(snapshot).machines ?? {}) ?? {}) as Record<string, MachineAddress>;
