import type Dockerode from "dockerode";
import { ask, type Daemon, daemonsOf, distinct, stackContainers } from "../docker.js";
import { containerNames, edgeEntries, entriesOf, type KnownStack, machineOf, serviceEntries } from "../fleet-state.js";
import { hostService } from "./host-service.js";

export type State = "ready" | "starting" | "unhealthy" | "restarting" | "stopped" | "missing" | "unreachable";

/** An agent, a service or a proxy, as it is now. */
export interface Row {
  name: string;
  kind: "agent" | "service" | "edge";
  machine: string | null;
  state: State;
  /** What the last health check or the exit said. */
  detail?: string;
  /** Short id. */
  image?: string;
  startedAt?: string;
  memoryBytes?: number;
  memoryLimitBytes?: number;
  restarts?: number;
  url: string | null;
  /** False if the state does not have it: it was never brought up. */
  deployed: boolean;
}

/** What a machine says of an entry. */
export type Seen = Omit<Row, "name" | "kind" | "machine" | "url" | "deployed">;

/**
 * Every entry of a stack, as its machines have it now. A machine that cannot be reached hides nothing of the others.
 *
 * @throws if none could be reached, unless all that is known is to be shown even then
 */
export async function rowsOf(known: KnownStack, { evenIfNone = false } = {}): Promise<Row[]> {
  const { project, spec } = known;
  const found = new Map<string, { daemon: Daemon; container: Dockerode.ContainerInfo }>();
  const machines = await daemonsOf(project, spec);
  const daemons = distinct(machines);
  const listed = await Promise.allSettled(daemons.map((daemon) => stackContainers(daemon, containerNames(known))));
  const failures = new Map<string | undefined, Error>();
  for (const [index, result] of listed.entries()) {
    const daemon = daemons[index]!;
    if (result.status === "rejected") failures.set(daemon.machine, result.reason as Error);
    else for (const [entry, container] of result.value) found.set(entry, { daemon, container });
  }
  if (failures.size === daemons.length && !evenIfNone) throw failures.values().next().value;
  const names = [...new Set([...entriesOf(known), ...found.keys()])];
  const parts = edgeEntries(spec);
  const services = serviceEntries(known);
  return Promise.all(
    names.map(async (name): Promise<Row> => {
      const part = parts.find((part) => part.name === name);
      const edge = known.outputs?.edge[part?.edge ?? name];
      const agent = known.outputs?.agents[name];
      const serving = services.find((part) => part.name === name)?.service;
      const service = serving === undefined ? undefined : known.outputs?.services[serving];
      const place = found.get(name);
      const machine = machineOf(known, name);
      const failure = failures.get(machine);
      return {
        name,
        kind: edge || part ? "edge" : serving !== undefined ? "service" : "agent",
        machine: machine ?? null,
        // What an edge has beside its proxy serves nobody outside.
        url:
          (part && part.name !== part.edge ? undefined : edge?.url) ??
          agent?.url ??
          agent?.address ??
          (serving === name ? (service?.url ?? service?.address) : undefined) ??
          null,
        deployed: edge !== undefined || agent !== undefined || service !== undefined,
        ...(place
          ? await look(place.daemon, place.container.Id)
          : failure === undefined && isOfTheHost(known, name)
            ? await hostService(project, "caddy", machines.find((one) => one.machine === machine)?.endpoint)
            : failure
              ? { state: "unreachable" as const, detail: failure.message }
              : { state: "missing" as const }),
      };
    }),
  );
}

/** Whether an entry is a proxy that runs as a service of its host. */
const isOfTheHost = ({ spec, outputs }: KnownStack, name: string) =>
  spec?.edge[name]?.proxy === "caddy-native" || outputs?.edge[name]?.container === null;

async function look(daemon: Daemon, id: string): Promise<Seen> {
  return ask(daemon, "reading a container", async (api) => {
    const container = api.getContainer(id);
    const { State, Image, RestartCount, HostConfig } = await container.inspect();
    const state = stateOf(State);
    const common = {
      state,
      detail: detailOf(state, State),
      image: Image.replace("sha256:", "").slice(0, 12),
      restarts: RestartCount,
    };
    if (!State.Running) return common;
    const stats = (await container.stats({ stream: false, "one-shot": true })) as Dockerode.ContainerStats;
    return {
      ...common,
      startedAt: State.StartedAt,
      memoryBytes: usedMemory(stats.memory_stats),
      ...(HostConfig.Memory ? { memoryLimitBytes: HostConfig.Memory } : {}),
    };
  });
}

function stateOf(state: Dockerode.ContainerInspectInfo["State"]): State {
  if (state.Restarting) return "restarting";
  if (!state.Running) return "stopped";
  switch (state.Health?.Status) {
    case "starting":
      return "starting";
    case "unhealthy":
      return "unhealthy";
    default:
      return "ready";
  }
}

function detailOf(
  state: State,
  { Health, ExitCode, OOMKilled, Error: error }: Dockerode.ContainerInspectInfo["State"],
) {
  if (state === "ready") return undefined;
  if (OOMKilled) return "was ended by the kernel: it used more memory than its limit (resources.memory)";
  if (state === "stopped") return `has stopped with exit code ${ExitCode}${error ? `: ${error}` : ""}`;
  if (state === "restarting") return `ends again and again, last with exit code ${ExitCode}`;
  const last = Health?.Log?.at(-1);
  if (!last || last.ExitCode === 0) return undefined;
  const said = last.Output.trim().split("\n").at(-1);
  return `its health check fails with exit code ${last.ExitCode}${said ? `: ${said}` : ""}`;
}

/** As `docker stats` counts: without the page cache that the kernel can take back. */
function usedMemory({ usage = 0, stats }: Dockerode.MemoryStats): number {
  const cache =
    stats?.inactive_file ?? (stats as { total_inactive_file?: number } | undefined)?.total_inactive_file ?? 0;
  return Math.max(0, usage - cache);
}
