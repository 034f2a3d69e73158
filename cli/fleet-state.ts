import type { Project } from "../engine/project/project.js";
import { readStackText } from "../spec/check/stack-file.js";
import { type FleetSpec, isExternal } from "../spec/fleet.js";
import { partsOf } from "../spec/services/index.js";
import { type ContainerNames, type Daemon, distinctDaemons, stackContainers } from "./docker.js";
import { FleetError } from "./errors.js";
import { backendOf, type FleetOutputs, fleetOutputs, loadSnapshot, outputsOf } from "./state.js";
import { suggestion } from "./suggest.js";
import { currentProject, noStack, readStack } from "./workspace.js";

/** A stack as declared and as its state has it. Either may be missing, not both. */
export interface KnownStack {
  project: Project;
  stack: string;
  /** Undefined if there is no stack file, or it has faults. */
  spec: FleetSpec | undefined;
  /** Undefined if it was never brought up. */
  outputs: FleetOutputs | undefined;
}

/** Reads a stack for day-two verbs: faults in its file do not stop them. Throws FleetError if nothing is known of it. */
export async function knownStack(stack: string): Promise<KnownStack> {
  const project = await currentProject();
  const backend = backendOf(project);
  const snapshot = await loadSnapshot(backend, project, stack);
  const file = await readStack(project, stack).catch((error: unknown) => error);
  if (file instanceof Error && snapshot === undefined) {
    if (!(file instanceof FleetError)) throw file;
    throw await noStack(
      project,
      stack,
      (await backend.listStacks(project.name)).map(({ name }) => name),
    );
  }
  const spec =
    file instanceof Error ? undefined : readStackText(stack, (file as { text: string }).text, project.name).spec;
  return { project, stack, spec, outputs: snapshot && fleetOutputs(outputsOf(snapshot)) };
}

/** What tells a stack's containers from others. */
export function containerNames({ stack, outputs }: KnownStack): ContainerNames {
  const entries = Object.entries({ ...outputs?.agents, ...outputs?.edge, ...outputs?.services });
  const parts = Object.values(outputs?.services ?? {}).map(({ containers }) => containers);
  const named = entries.flatMap(([entry, { container }]) => (container === null ? [] : [[entry, container] as const]));
  return { stack, named: Object.assign(Object.fromEntries(named), ...parts) };
}

/** Every entry that a stack declares or has: its agents, its services, then its proxies. */
export function entriesOf({ spec, outputs }: KnownStack): string[] {
  const names = (...sections: (object | undefined)[]) => sections.flatMap((section) => Object.keys(section ?? {}));
  return [
    ...new Set([
      ...names(spec?.agents, outputs?.agents),
      ...serviceEntries({ spec, outputs }).map(({ name }) => name),
      ...edgeEntries(spec).map(({ name }) => name),
      ...names(outputs?.edge),
    ]),
  ];
}

/**
 * What a stack's edges have on machines, by entry, and which edge it belongs to: the proxy itself, and what stands between it and the
 * Docker socket. Of somebody else's proxy there is nothing.
 */
export function edgeEntries(spec: FleetSpec | undefined): { name: string; edge: string }[] {
  return Object.values(spec?.edge ?? {}).flatMap((edge) => {
    if (isExternal(edge)) return [];
    const socketProxy = edge.proxy === "traefik" ? edge.socketProxy : undefined;
    return [edge.name, ...(socketProxy ? [socketProxy.name] : [])].map((name) => ({ name, edge: edge.name }));
  });
}

/** What a stack's services have on machines, by entry, and which service it belongs to: a CRM has a container for its database, too. */
export function serviceEntries({
  spec,
  outputs,
}: Pick<KnownStack, "spec" | "outputs">): { name: string; service: string }[] {
  const declared = Object.values(spec?.services ?? {}).flatMap((service) =>
    partsOf(service).map(({ entry }) => ({ name: entry, service: service.name })),
  );
  const made = Object.entries(outputs?.services ?? {}).flatMap(([service, { container, containers }]) =>
    Object.keys(containers ?? { [service]: container }).map((name) => ({ name, service })),
  );
  return [...new Map([...made, ...declared].map((part) => [part.name, part])).values()];
}

/** The machine that an entry is on, as declared or else as the state has it. */
export function machineOf({ spec, outputs }: Pick<KnownStack, "spec" | "outputs">, entry: string): string | undefined {
  const edge = edgeEntries(spec).find(({ name }) => name === entry)?.edge ?? entry;
  const service = serviceEntries({ spec, outputs }).find(({ name }) => name === entry)?.service ?? entry;
  const declared = spec?.agents[entry] ?? spec?.services[service] ?? spec?.edge[edge];
  return declared?.machine ?? outputs?.agents[entry]?.machine;
}

/** The daemons to look for an entry on, that of its machine first: if it is there, others need not be reached. */
async function daemonsFor({ project, spec, outputs }: KnownStack, entry: string): Promise<Daemon[]> {
  const daemons = await distinctDaemons(project, spec);
  const machine = machineOf({ spec, outputs }, entry);
  const isOwn = (daemon: Daemon) => daemon.machine === machine;
  return [...daemons.filter(isOwn), ...daemons.filter((daemon) => !isOwn(daemon))];
}

/** The container of an agent or proxy, and the daemon it is on. Throws FleetError with a suggestion if there is none. */
export async function findContainer(
  stack: string,
  entry: string,
): Promise<{ daemon: Daemon; id: string; tty: boolean }> {
  const known = await knownStack(stack);
  const entries = entriesOf(known);
  for (const daemon of await daemonsFor(known, entry)) {
    const container = (await stackContainers(daemon, containerNames(known))).get(entry);
    if (!container) continue;
    const { Config } = await daemon.api.getContainer(container.Id).inspect();
    return { daemon, id: container.Id, tty: Config.Tty };
  }
  const edge = known.spec?.edge[entry];
  if (edge?.proxy === "caddy-native") {
    throw new FleetError(
      `${entry} has no container: it is a service of machine ${edge.machine} itself`,
      "its log is there: journalctl -u caddy",
    );
  }
  if (edge?.proxy === "traefik" && edge.external && !entries.includes(entry)) {
    throw new FleetError(
      `${entry} is external: nothing of it belongs to the stack ${stack}`,
      `look for it on machine ${edge.machine}: docker ps --filter network=${edge.network}`,
    );
  }
  if (!entries.includes(entry)) {
    throw new FleetError(
      `the stack ${stack} has no agent "${entry}"${suggestion(entry, entries)}`,
      entries.length > 0 ? `its agents and proxies: ${entries.join(", ")}` : undefined,
    );
  }
  throw new FleetError(`${entry} has no container`, `bring it up: ./fleet up ${stack}`, 1);
}
