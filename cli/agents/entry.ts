import type { FleetSpec } from "../../spec/index.js";
import { type RuntimeName, runtimes } from "../../spec/runtimes/index.js";
import { FleetError } from "../errors.js";
import { isHere } from "../machines.js";
import { isFree, reservedPorts } from "../ports.js";
import type { Setting } from "../settings.js";
import type { StackFile } from "../workspace.js";
import { type BlockText, blockOf, type KeyPath, setValue, valueAt, withoutValue } from "../yaml-edit.js";

export type Data = Record<string, unknown>;

/** An agent made from nothing: what the file leaves no choice about is filled in. */
export function freshEntry(spec: FleetSpec | undefined, wanted: Setting[]): Data {
  const names = (section: object | undefined) => Object.keys(section ?? {});
  const machines = names(spec?.machines);
  const runtime = wanted.find(({ path }) => path.join(".") === "runtime")?.value ?? usualRuntime(spec);
  const image = names(spec?.images).find((entry) => entry === runtime);
  return { ...(machines.length === 1 && { machine: machines[0] }), runtime, ...(image && { image }) };
}

/** The runtime of all the others, or the one that there is an image for. */
function usualRuntime(spec: FleetSpec | undefined): RuntimeName {
  const used = new Set(Object.values(spec?.agents ?? {}).map(({ runtime }) => runtime));
  const built = (Object.keys(runtimes) as RuntimeName[]).filter((name) => spec?.images[name] !== undefined);
  const [only, ...others] = used.size > 0 ? used : built;
  return only !== undefined && others.length === 0 ? only : "openclaw";
}

/** Another agent's block with its comments; its own host name would clash. */
export function copiedEntry(file: StackFile, path: KeyPath, like: string, name: string): BlockText | Data {
  const block = blockOf(file.text, path);
  let text = block ? setValue("", ["copy"], block) : setValue("", ["copy"], valueAt(file.text, path));
  const host = valueAt(text, ["copy", "host"]);
  if (typeof host === "string") {
    const [first, ...rest] = host.split(".");
    text =
      first === like
        ? setValue(text, ["copy", "host"], [name, ...rest].join("."))
        : withoutValue(text, ["copy", "host"]);
  }
  // What became of the other one's container and volumes is not this one's.
  for (const key of ["held", "adopted"]) text = withoutValue(text, ["copy", key]);
  return blockOf(text, ["copy"]) ?? (valueAt(text, ["copy"]) as Data);
}

/** Gives an entry a port of its own, where it needs one. */
export async function withPort(
  entry: string,
  name: string,
  port: string,
  wanted: Setting[],
  spec: FleetSpec | undefined,
): Promise<string> {
  if (wanted.some(({ path }) => path[0] === "port" && path.length === 1)) return entry;
  if (port !== "auto") {
    if (!/^\d+$/.test(port)) throw new FleetError(`--port ${port} is not a port`, "give a number, or auto");
    return setValue(entry, [name, "port"], Number(port));
  }
  const present = valueAt(entry, [name, "port"]);
  const machine = valueAt(entry, [name, "machine"]);
  if (present === undefined && !needsPort(entry, name, machine, spec)) return entry;
  const taken = new Set(spec ? reservedPorts(spec) : []);
  // Of another machine nobody here knows which ports are free.
  const here = isHere(spec?.machines[String(machine)]);
  const runtime = runtimes[valueAt(entry, [name, "runtime"]) as RuntimeName];
  // Which version it will be is not looked for: the most that any takes.
  const wants = (port: number) => runtime?.ports(port, undefined) ?? [port];
  let free = typeof present === "number" ? present : 18789;
  while (wants(free).some((port) => taken.has(port)) || (here && !(await isFree(free)))) {
    free++;
    if (Math.max(...wants(free)) > 65535) throw new FleetError("no port is free", "give one with --port");
  }
  return setValue(entry, [name, "port"], free);
}

/** A gateway has one, and so does whatever a proxy reaches over the machine's loopback address. */
function needsPort(entry: string, name: string, machine: unknown, spec: FleetSpec | undefined): boolean {
  const runtime = valueAt(entry, [name, "runtime"]) as RuntimeName;
  if (runtime === "openclaw" || runtime === "pa") return true;
  const isServed = valueAt(entry, [name, "host"]) !== false && runtimes[runtime]?.servedByDefault;
  const edge = Object.values(spec?.edge ?? {}).find((one) => one.machine === machine);
  return Boolean(isServed) && edge !== undefined && edge.proxy !== "traefik";
}
