import type { Command } from "commander";
import type Dockerode from "dockerode";
import pc from "picocolors";
import { ask, type Daemon, distinctDaemons, stackContainers } from "../docker.js";
import { edgeEntries, entriesOf, type KnownStack, knownStack } from "../fleet-state.js";
import { bytes, since, table } from "../table.js";
import { action } from "../verb.js";

type State = "ready" | "starting" | "unhealthy" | "restarting" | "stopped" | "missing";

interface Row {
  name: string;
  kind: "agent" | "edge";
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
    .description("Shows every agent and proxy of a stack as Docker has it now. Ends with 1 if one is not ready.")
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
  process.stdout.write(table(head, rows.map(cells)));
  for (const { name, state, detail } of rows) {
    if (state !== "ready" && detail) process.stdout.write(`\n${name}: ${detail}\n`);
  }
  const unready = rows.filter(({ state }) => state !== "ready");
  if (unready.some(({ state }) => state === "missing")) {
    process.stdout.write(
      `\nWhat is missing is brought up by ./fleet up ${stack}${known.outputs ? " --refresh" : ""}\n`,
    );
  }
  const sick = unready.find(({ state }) => state !== "missing" && state !== "starting");
  if (sick) process.stdout.write(`\nIts log: ./fleet logs ${stack} ${sick.name}\n`);
  return allReady ? 0 : 1;
}

async function rowsOf(known: KnownStack): Promise<Row[]> {
  const found = new Map<string, { daemon: Daemon; container: Dockerode.ContainerInfo }>();
  for (const daemon of distinctDaemons(known.spec)) {
    for (const [entry, container] of await stackContainers(daemon, known.stack))
      found.set(entry, { daemon, container });
  }
  const names = [...new Set([...entriesOf(known), ...found.keys()])];
  const parts = edgeEntries(known.spec);
  return Promise.all(
    names.map(async (name): Promise<Row> => {
      const part = parts.find((part) => part.name === name);
      const edge = known.outputs?.edge[part?.edge ?? name];
      const agent = known.outputs?.agents[name];
      const place = found.get(name);
      return {
        name,
        kind: edge || part ? "edge" : "agent",
        // What an edge has beside its proxy serves nobody outside.
        url: (part && part.name !== part.edge ? undefined : edge?.url) ?? agent?.url ?? agent?.address ?? null,
        deployed: edge !== undefined || agent !== undefined,
        ...(place ? await look(place.daemon, place.container.Id) : { state: "missing" as const }),
      };
    }),
  );
}

async function look(daemon: Daemon, id: string): Promise<Omit<Row, "name" | "kind" | "url" | "deployed">> {
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
};

function cells(row: Row): string[] {
  const used = row.memoryBytes === undefined ? "-" : bytes(row.memoryBytes);
  return [
    row.kind === "edge" ? `${row.name} (edge)` : row.name,
    COLORS[row.state](row.state),
    row.startedAt ? since(new Date(row.startedAt)) : "-",
    row.memoryLimitBytes ? `${used} of ${bytes(row.memoryLimitBytes)}` : used,
    row.restarts === undefined ? "-" : String(row.restarts),
    row.image ?? "-",
    row.url ?? "-",
  ];
}
