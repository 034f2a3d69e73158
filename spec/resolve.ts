import type { FleetSpec } from "./fleet.js";
import type { Draft, Drafts } from "./read.js";
import { type AgentSpec, runtimes } from "./runtimes/index.js";
import { openClawVersion } from "./runtimes/openclaw-version.js";
import type { EdgeSpec } from "./schema/edge.js";
import { type ImageSpec, imageUse } from "./schema/images.js";

/** Puts the last defaults in place, those that depend on other entries. For drafts in which no fault was found. */
export function resolveFleet(stack: string, drafts: Drafts): FleetSpec {
  return {
    stack,
    machines: named(drafts.machines, (draft) => ({ ...draft.whole!, name: draft.name })),
    images: named(drafts.images, resolveImage),
    agents: named(drafts.agents, (draft) => resolveAgent(draft, drafts)),
    edge: named(drafts.edge, resolveEdge),
    secretNames: drafts.secretNames,
  };
}

function named<D extends { name: string }, T>(drafts: D[], resolve: (draft: D) => T): Record<string, T> {
  return Object.fromEntries(drafts.map((draft) => [draft.name, resolve(draft)]));
}

function resolveImage({ name, keys: { build, from, pin } }: Draft<"images">): ImageSpec {
  if (from !== undefined) return { name, kind: "pulled", from, pin: pin ?? false };
  if (build?.context !== undefined) {
    const { context, dockerfile = "Dockerfile", args = {}, target } = build;
    return { name, kind: "dockerfile", context, dockerfile, args, target };
  }
  const { debian = { suite: "bookworm" as const, packages: [] }, node, npm = {} } = build ?? {};
  return { name, kind: "packages", debian, node, npm };
}

function resolveEdge({ name, whole }: Draft<"edge">): EdgeSpec {
  const entry = whole!;
  return {
    ...entry,
    name,
    image: imageUse(entry.image),
    port: edgePort(entry),
    bind: entry.bind ?? (isLocal(entry.domain) ? "127.0.0.1" : "0.0.0.0"),
    httpPort: entry.tls === "acme" ? 80 : undefined,
  };
}

export const edgePort = (keys: Draft<"edge">["keys"]) => keys.port ?? (keys.tls === "off" ? 80 : 443);

const isLocal = (domain: string) => domain === "localhost" || domain.endsWith(".localhost");

/** The edge that serves a machine: rules see to it that there is at most one. */
export const edgeOf = (machine: string | undefined, drafts: Drafts) =>
  machine === undefined ? undefined : drafts.edge.find((edge) => edge.keys.machine === machine);

/** The host name that an agent is served by; undefined if it is not served. */
export function hostOf({ name, keys, wrong }: Draft<"agents">, drafts: Drafts): string | undefined {
  if (wrong.has("host")) return undefined;
  if (keys.host !== undefined) return keys.host === false ? undefined : keys.host;
  if (!keys.runtime || !runtimes[keys.runtime].servedByDefault) return undefined;
  const domain = edgeOf(keys.machine, drafts)?.keys.domain;
  return domain === undefined ? undefined : `${name}.${domain}`;
}

/** An agent's volumes and paths: its own and its runtime's. A path is missing where none is given and the runtime has none. */
export function volumesOf({ keys }: Draft<"agents">): { name: string; path?: string; deleteData: boolean }[] {
  const defaults = keys.runtime ? runtimes[keys.runtime].volumes : {};
  const names = new Set([...Object.keys(defaults), ...Object.keys(keys.volumes ?? {})]);
  return [...names].map((name) => {
    const given = Object.hasOwn(keys.volumes ?? {}, name) ? keys.volumes?.[name] : undefined;
    const path = given?.path ?? (Object.hasOwn(defaults, name) ? defaults[name] : undefined);
    return { name, path, deleteData: given?.deleteData ?? false };
  });
}

function resolveAgent(draft: Draft<"agents">, drafts: Drafts): AgentSpec {
  const entry = draft.whole!;
  const host = hostOf(draft, drafts);
  const resolved = {
    name: draft.name,
    image: imageUse(entry.image),
    host,
    edge: host === undefined ? undefined : edgeOf(entry.machine, drafts)?.name,
    volumes: named(volumesOf(draft), ({ name, path, deleteData }) => ({ name, path: path!, deleteData })),
  };
  return entry.runtime === "openclaw"
    ? { ...entry, ...resolved, internalPort: entry.internalPort, version: openClawVersion(draft, drafts) }
    : { ...entry, ...resolved, internalPort: entry.internalPort ?? entry.port };
}
