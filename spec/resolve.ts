import type { FleetSpec } from "./fleet.js";
import type { Draft, Drafts } from "./read.js";
import { type AgentSpec, runtimes } from "./runtimes/index.js";
import { openClawVersion } from "./runtimes/openclaw-version.js";
import { stackNames } from "./runtimes/runtime.js";
import { CERTIFICATES, type EdgeSpec } from "./schema/edge.js";
import { type ImageSpec, imageUse } from "./schema/images.js";
import type { ServiceSpec } from "./services/index.js";

/** Puts the last defaults in place, those that depend on other entries. For drafts in which no fault was found. */
export function resolveFleet(drafts: Drafts): FleetSpec {
  return {
    stack: drafts.stack,
    clouds: named(drafts.clouds, (draft) => ({ ...draft.whole!, name: draft.name })),
    machines: named(drafts.machines, (draft) => ({ ...draft.whole!, name: draft.name })),
    images: named(drafts.images, resolveImage),
    agents: named(drafts.agents, (draft) => resolveAgent(draft, drafts)),
    edge: named(drafts.edge, (draft) => resolveEdge(draft, drafts)),
    services: named(drafts.services, (draft) => resolveService(draft, drafts)),
    dns: named(drafts.dns, (draft) => ({ ...draft.whole!, name: draft.name })),
    backups: named(drafts.backups, (draft) => ({ ...draft.whole!, name: draft.name })),
    shared: named(drafts.shared, (draft) => ({ ...draft.whole!, name: draft.name })),
    secretNames: drafts.secretNames,
    unsetSecrets: drafts.unsetSecrets,
  };
}

function named<D extends { name: string }, T>(drafts: D[], resolve: (draft: D) => T): Record<string, T> {
  return Object.fromEntries(drafts.map((draft) => [draft.name, resolve(draft)]));
}

function resolveImage({ name, keys: { build, from, pin, tag, shared, machine } }: Draft<"images">): ImageSpec {
  if (from !== undefined) return { name, machine, kind: "pulled", from, pin: pin ?? false };
  if (shared !== undefined) return { name, kind: "shared", shared };
  if (build?.context !== undefined) {
    const { context, dockerfile = "Dockerfile", args = {}, target, base } = build;
    return { name, machine, kind: "dockerfile", context, dockerfile, args, target, base, tag };
  }
  const { debian = { suite: "bookworm" as const, packages: [] }, node, npm = {} } = build ?? {};
  return { name, machine, kind: "packages", debian, node, npm };
}

function resolveEdge({ name, whole }: Draft<"edge">, { stack, machines }: Drafts): EdgeSpec {
  const entry = whole!;
  const machine = machines.find((machine) => machine.name === entry.machine)!;
  const common = {
    name,
    container: stackNames.container(stack, name),
    volume: stackNames.volume(stack, name, CERTIFICATES[entry.proxy ?? "caddy"]),
    port: edgePort(entry),
    bind: entry.bind ?? (isLocal(entry.domain) ? ("127.0.0.1" as const) : ("0.0.0.0" as const)),
    httpPort: httpPort(entry),
  };
  if (entry.proxy !== "traefik") return { ...entry, ...common, proxy: "caddy", image: imageUse(entry.image) };
  const { image, socketProxy, entryPoint, discovery, ...rest } = entry;
  return {
    ...rest,
    ...common,
    ...(image !== undefined && { image: imageUse(image) }),
    ...(socketProxy && {
      socketProxy: {
        name: socketProxyOf(name),
        container: stackNames.container(stack, socketProxyOf(name)),
        image: imageUse(socketProxy.image),
        socket: socketProxy.socket ?? socketOf(machine) ?? "/var/run/docker.sock",
      },
    }),
    entryPoint: entryPoint ?? (entry.tls === "off" ? "web" : "websecure"),
    discovery: discovery ?? (socketProxy || entry.external ? "labels" : "file"),
  };
}

/** The path of a machine's Docker socket, where the file says it. */
function socketOf({ keys }: Draft<"machines">): string | undefined {
  const address = keys.socket ?? keys.docker;
  return address?.startsWith("unix://") ? address.slice("unix://".length) : undefined;
}

/** What an edge's socket proxy is called, among entries. */
export const socketProxyOf = (edge: string) => `${edge}-socket`;

function resolveService({ name, whole }: Draft<"services">, { stack }: Drafts): ServiceSpec {
  const entry = whole!;
  return { ...entry, name, image: imageUse(entry.image), container: stackNames.container(stack, name) };
}

export const edgePort = ({ port, tls }: Pick<Draft<"edge">["keys"], "port" | "tls">) =>
  port ?? (tls === "off" ? 80 : 443);

/** Undefined where there is only one port. */
export const httpPort = ({ httpPort: given, tls }: Pick<Draft<"edge">["keys"], "httpPort" | "tls">) =>
  tls === "acme" ? (given ?? 80) : undefined;

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

/** The Docker network in which an edge meets the agents that it serves; undefined where it needs none. */
export function edgeNetworkOf(agent: Draft<"agents">, drafts: Drafts): string | undefined {
  return hostOf(agent, drafts) === undefined ? undefined : edgeOf(agent.keys.machine, drafts)?.keys.network;
}

/** Whether an agent gets a network that is its alone. */
export function hasOwnNetwork(agent: Draft<"agents">, drafts: Drafts): boolean {
  const { runtime, network } = agent.keys;
  if (network !== undefined) return false;
  return !(runtime && runtimes[runtime].sharesNetwork) || edgeNetworkOf(agent, drafts) === undefined;
}

/** The services that an agent uses, with the keys that name them. */
export const servicesOf = ({ keys }: Draft<"agents">) => (keys.runtime ? runtimes[keys.runtime].uses(keys) : []);

export interface DraftVolume {
  name: string;
  /** Name on the machine; undefined where the runtime is not known. */
  dockerName?: string;
  /** Missing where none is given and the runtime has none. */
  path?: string;
  deleteData: boolean;
  existing: boolean;
}

/** An agent's volumes: its own and its runtime's. */
export function volumesOf(agent: Draft<"agents">, stack: string): DraftVolume[] {
  const { keys } = agent;
  const runtime = keys.runtime && runtimes[keys.runtime];
  const defaults = runtime?.volumes ?? {};
  const names = new Set([...Object.keys(defaults), ...Object.keys(keys.volumes ?? {})]);
  return [...names].map((name) => {
    const given = Object.hasOwn(keys.volumes ?? {}, name) ? keys.volumes?.[name] : undefined;
    return {
      name,
      dockerName: given?.name ?? runtime?.names.volume(stack, agent.name, name),
      path: given?.path ?? (Object.hasOwn(defaults, name) ? defaults[name] : undefined),
      deleteData: given?.deleteData ?? false,
      existing: given?.existing ?? false,
    };
  });
}

function resolveAgent(draft: Draft<"agents">, drafts: Drafts): AgentSpec {
  const entry = draft.whole!;
  const host = hostOf(draft, drafts);
  const runtime = runtimes[entry.runtime];
  const resolved = {
    name: draft.name,
    image: imageUse(entry.image),
    host,
    edge: host === undefined ? undefined : edgeOf(entry.machine, drafts)?.name,
    container: runtime.names.container(drafts.stack, draft.name),
    ownNetwork: hasOwnNetwork(draft, drafts),
    joins: draft.keys.network,
    services: servicesOf(draft).map(({ service }) => service),
    volumes: named(volumesOf(draft, drafts.stack), ({ dockerName, path, ...volume }) => ({
      ...volume,
      dockerName: dockerName!,
      path: path!,
    })),
  };
  switch (entry.runtime) {
    case "openclaw":
      return { ...entry, ...resolved, internalPort: entry.internalPort, version: openClawVersion(draft, drafts) };
    case "claw":
      return { ...entry, ...resolved, internalPort: entry.internalPort };
    case "container":
      return { ...entry, ...resolved, internalPort: entry.internalPort ?? entry.port };
  }
}
