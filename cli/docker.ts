import { createRequire } from "node:module";
import type Dockerode from "dockerode";
import type { Project } from "../engine/project/project.js";
import { toDaemonError, toProviderError } from "../engine/providers/docker/errors.js";
import { dockerOptions } from "../engine/transport/docker.mjs";
import type { Endpoint } from "../engine/transport/endpoint.mjs";
import type { FleetSpec } from "../spec/index.js";
import { FleetError } from "./errors.js";
import { endpointsOf } from "./machines.js";

/** Labels of everything that a stack has on a machine. */
export const STACK_LABEL = "fleet.stack";
export const ENTRY_LABEL = "fleet.entry";
export const DATA_LABEL = "fleet.data";

/** A Docker daemon that a stack uses. */
export interface Daemon {
  /** Entry in `fleet:machines`; undefined where the stack file does not say. */
  machine: string | undefined;
  endpoint: Endpoint;
  api: Dockerode;
}

/** The daemons of a stack's machines; without a spec the one of DOCKER_HOST, the current context or the default socket. */
export async function daemonsOf(project: Project, spec: FleetSpec | undefined): Promise<Daemon[]> {
  return (await endpointsOf(project, spec)).map(({ machine, endpoint }) => open(project, machine, endpoint));
}

/** The distinct daemons: two machines may be the same one. */
export async function distinctDaemons(project: Project, spec: FleetSpec | undefined): Promise<Daemon[]> {
  return distinct(await daemonsOf(project, spec));
}

export const distinct = (daemons: Daemon[]): Daemon[] => [
  ...new Map(daemons.map((daemon) => [daemon.endpoint.url, daemon])).values(),
];

/** Loaded when a daemon is spoken to: it brings an SSH client and more, which takes longer to load than the engine. */
function dockerode(): typeof Dockerode {
  return createRequire(import.meta.url)("dockerode") as typeof Dockerode;
}

function open(project: Project, machine: string | undefined, endpoint: Endpoint): Daemon {
  return { machine, endpoint, api: new (dockerode())(dockerOptions(endpoint, project.programDir)) };
}

/** Calls the daemon; what goes wrong is told as for the engine's provider. `doing` completes "… : no Docker daemon answers". */
export async function ask<T>(daemon: Daemon, doing: string, call: (api: Dockerode) => Promise<T>): Promise<T> {
  try {
    return await call(daemon.api);
  } catch (error) {
    if (error instanceof FleetError) throw error;
    const { statusCode, code } = error as { statusCode?: number; code?: string };
    if (statusCode === undefined && code === undefined) throw error;
    throw toProviderError(toDaemonError(error, doing, daemon.endpoint));
  }
}

/** What tells a stack's containers from others. */
export interface ContainerNames {
  stack: string;
  /** Names of containers by entry, as the state has them. */
  named: Record<string, string>;
}

/**
 * Containers of a stack, by entry; of several for one entry the one that bears its name. Those that were there before the fleet carry
 * no labels of ours: they are found by the names that the state has.
 */
export async function stackContainers(
  daemon: Daemon,
  { stack, named }: ContainerNames,
): Promise<Map<string, Dockerode.ContainerInfo>> {
  const list = (filters: Record<string, string[]>) =>
    ask(daemon, "listing containers", (api) => api.listContainers({ all: true, filters }));
  const byEntry = new Map<string, Dockerode.ContainerInfo>();
  for (const container of await list({ label: [`${STACK_LABEL}=${stack}`] })) {
    const entry = container.Labels[ENTRY_LABEL];
    if (entry === undefined) continue;
    const name = named[entry] ?? `${stack}-${entry}`;
    if (!byEntry.has(entry) || container.Names.includes(`/${name}`)) byEntry.set(entry, container);
  }
  const others = Object.entries(named).filter(([entry]) => !byEntry.has(entry));
  if (others.length === 0) return byEntry;
  const unlabelled = (await list({ name: others.map(([, name]) => `^/${name}$`) })).filter(
    ({ Labels }) => Labels[STACK_LABEL] === undefined,
  );
  for (const [entry, name] of others) {
    const container = unlabelled.find(({ Names }) => Names.includes(`/${name}`));
    if (container) byEntry.set(entry, container);
  }
  return byEntry;
}
