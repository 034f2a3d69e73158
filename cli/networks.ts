import type { Project } from "../engine/project/project.js";
import { type FleetSpec, isExternal } from "../spec/fleet.js";
import { ask, daemonsOf } from "./docker.js";
import { FleetError } from "./errors.js";

/** A Docker network that has to be there before the stack: somebody else's, on a machine, and the entries that are in it. */
interface ForeignNetwork {
  machine: string;
  network: string;
  entries: string[];
}

/** Throws FleetError that names every network that the stack uses, does not make, and that is not there. */
export async function needNetworks(project: Project, spec: FleetSpec): Promise<void> {
  const missing = await missingNetworks(project, spec);
  if (missing.length === 0) return;
  throw new FleetError(
    missing.map(({ detail }) => detail).join("\n       "),
    missing.map(({ fix }) => fix).join("\n       "),
  );
}

/** What is wrong about each network of others that is not there, and what to do about it. */
export async function missingNetworks(project: Project, spec: FleetSpec): Promise<{ detail: string; fix: string }[]> {
  const foreign = foreignNetworks(spec);
  if (foreign.length === 0) return [];
  const missing: ForeignNetwork[] = [];
  for (const daemon of await daemonsOf(project, spec)) {
    const here = foreign.filter(({ machine }) => machine === daemon.machine);
    if (here.length === 0) continue;
    const there = new Set((await ask(daemon, "listing networks", (api) => api.listNetworks())).map(({ Name }) => Name));
    missing.push(...here.filter(({ network }) => !there.has(network)));
  }
  return missing.map(({ machine, network, entries: [first, ...others] }) => {
    const more = others.length > 1 ? ` and ${others.length} others` : others.length === 1 ? ` and ${others[0]}` : "";
    return {
      detail: `machine ${machine} has no Docker network ${network}, which ${first}${more} would be in`,
      fix: `start the project that it belongs to, or make it on that machine: docker network create ${network}`,
    };
  });
}

function foreignNetworks(spec: FleetSpec): ForeignNetwork[] {
  const edges = Object.values(spec.edge).filter((edge) => edge.proxy === "traefik");
  const made = edges.filter((edge) => !isExternal(edge)).map(({ machine, network }) => `${machine} ${network}`);
  const found = new Map<string, ForeignNetwork>();
  const uses = [
    ...edges.map(({ name, machine, network }) => ({ entry: `edge.${name}`, machine, network })),
    ...Object.values(spec.agents).map(({ name, machine, joins }) => ({
      entry: `agents.${name}`,
      machine,
      network: joins,
    })),
  ];
  for (const { entry, machine, network } of uses) {
    const key = `${machine} ${network}`;
    if (network === undefined || made.includes(key)) continue;
    const known = found.get(key) ?? { machine, network, entries: [] };
    found.set(key, known);
    known.entries.push(entry);
  }
  return [...found.values()];
}
