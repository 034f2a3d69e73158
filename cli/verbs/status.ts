import type { Command } from "commander";
import type Dockerode from "dockerode";
import pc from "picocolors";
import type { FleetSpec } from "../../spec/index.js";
import { ask, type Daemon, distinctDaemons, stackContainers } from "../docker.js";
import {
  containerNames,
  edgeEntries,
  entriesOf,
  type KnownStack,
  knownStack,
  machineOf,
  serviceEntries,
} from "../fleet-state.js";
import { shownUrl } from "../machines.js";
import { bytes, since, table } from "../table.js";
import { action } from "../verb.js";

type State = "ready" | "starting" | "unhealthy" | "restarting" | "stopped" | "missing" | "unreachable";

interface Row {
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

export function define(command: Command): void {
  command
    .summary("show whether the agents are ready")
    .description(
      "Shows every agent, service and proxy of a stack as Docker has it now. Ends with 1 if one is not ready.",
    )
    .argument("<stack>")
    .option("--json", "print it as JSON");
  action(command, status);
}

async function status(stack: string, { json }: { json?: boolean }): Promise<number> {
  const known = await knownStack(stack);
  const rows = await rowsOf(known);
  const allReady = rows.length > 0 && rows.every(({ state }) => state === "ready");
  if (json) {
    process.stdout.write(`${JSON.stringify({ stack, ready: allReady, entries: rows }, undefined, 2)}\n`);
    return allReady ? 0 : 1;
  }
  if (rows.length === 0) {
    process.stdout.write(`The stack ${stack} has no agents.\n`);
    return 1;
  }
  const head = ["NAME", "STATE", "UP", "MEMORY", "RESTARTS", "IMAGE", "URL"];
  process.stdout.write(
    table(
      head,
      rows.map((row) => cells(row, known.spec)),
    ),
  );
  for (const { name, state, detail } of rows) {
    if (state !== "ready" && detail) process.stdout.write(`\n${name}: ${detail}\n`);
  }
  const unready = rows.filter(({ state }) => state !== "ready");
  if (unready.some(({ state }) => state === "missing")) {
    process.stdout.write(
      `\nWhat is missing is brought up by ./fleet up ${stack}${known.outputs ? " --refresh" : ""}\n`,
    );
  }
  const sick = unready.find(({ state }) => !["missing", "starting", "unreachable"].includes(state));
  if (sick) process.stdout.write(`\nIts log: ./fleet logs ${stack} ${sick.name}\n`);
  return allReady ? 0 : 1;
}

async function rowsOf(known: KnownStack): Promise<Row[]> {
  const { project, spec } = known;
  const found = new Map<string, { daemon: Daemon; container: Dockerode.ContainerInfo }>();
  const daemons = await distinctDaemons(project, spec);
  const listed = await Promise.allSettled(daemons.map((daemon) => stackContainers(daemon, containerNames(known))));
  const failures = new Map<string | undefined, Error>();
  for (const [index, result] of listed.entries()) {
    const daemon = daemons[index]!;
    if (result.status === "rejected") failures.set(daemon.machine, result.reason as Error);
    else for (const [entry, container] of result.value) found.set(entry, { daemon, container });
  }
  // One machine that cannot be reached hides nothing of the others.
  if (failures.size === daemons.length) throw failures.values().next().value;
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
          : failure
            ? { state: "unreachable" as const, detail: failure.message }
            : { state: "missing" as const }),
      };
    }),
  );
}

async function look(daemon: Daemon, id: string): Promise<Omit<Row, "name" | "kind" | "machine" | "url" | "deployed">> {
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

const COLORS: Record<State, (text: string) => string> = {
  ready: pc.green,
  starting: pc.yellow,
  restarting: pc.red,
  unhealthy: pc.red,
  stopped: pc.red,
  missing: pc.red,
  unreachable: pc.red,
};

function cells(row: Row, spec: FleetSpec | undefined): string[] {
  const used = row.memoryBytes === undefined ? "-" : bytes(row.memoryBytes);
  return [
    row.kind === "agent" ? row.name : `${row.name} (${row.kind})`,
    COLORS[row.state](row.state),
    row.startedAt ? since(new Date(row.startedAt)) : "-",
    row.memoryLimitBytes ? `${used} of ${bytes(row.memoryLimitBytes)}` : used,
    row.restarts === undefined ? "-" : String(row.restarts),
    row.image ?? "-",
    row.url === null ? "-" : shownUrl(row.url, spec?.machines[row.machine ?? ""]),
  ];
}
