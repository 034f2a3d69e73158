import type { FleetSpec } from "./fleet.js";
import type { Draft, Drafts } from "./read.js";
import { type AgentSpec, runtimes } from "./runtimes/index.js";
import { openClawVersion } from "./runtimes/openclaw-version.js";
import type { McpServer } from "./runtimes/pa.js";
import { stackNames } from "./runtimes/runtime.js";
import { CERTIFICATES, type EdgeSpec, programOf } from "./schema/edge.js";
import { type ImageSpec, imageUse } from "./schema/images.js";
import type { ServiceEntry, ServiceSpec } from "./services/index.js";
import { twentyContainer } from "./services/twenty.js";

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
    policies: named(drafts.policies, (draft) => ({ ...draft.whole!, name: draft.name })),
    acknowledged: drafts.acknowledged,
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
    port: edgePort(entry),
    bind: entry.bind ?? (isLocal(entry.domain) ? ("127.0.0.1" as const) : ("0.0.0.0" as const)),
    httpPort: httpPort(entry),
  };
  if (entry.proxy === "caddy-native") return { ...entry, ...common };
  const objects = {
    container: stackNames.container(stack, name),
    volume: stackNames.volume(stack, name, CERTIFICATES[programOf(entry.proxy)]),
  };
  if (entry.proxy !== "traefik")
    return { ...entry, ...common, ...objects, proxy: "caddy", image: imageUse(entry.image) };
  const { image, socketProxy, entryPoint, discovery, ...rest } = entry;
  return {
    ...rest,
    ...common,
    ...objects,
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

function resolveService({ name, whole }: Draft<"services">, drafts: Drafts): ServiceSpec {
  const entry = whole!;
  const container = serviceContainer(drafts.stack, name, entry)!;
  const resolved = { name, container, image: imageUse(entry.image) };
  const host = "host" in entry ? entry.host : undefined;
  const served = { host, edge: host === undefined ? undefined : edgeOf(entry.machine, drafts)?.name };
  switch (entry.kind) {
    case "twenty": {
      const postgres = { ...entry.postgres, image: imageUse(entry.postgres.image) };
      const redis = { ...entry.redis, image: imageUse(entry.redis.image) };
      return { ...entry, ...resolved, ...served, postgres, redis };
    }
    case "tez-relay":
      return { ...entry, ...resolved, ...served };
    case "build-service":
    case "tez-mcp":
    case "crm-sync":
      return { ...entry, ...resolved };
  }
}

/** What a service's first container is called on its machine; undefined while the file does not say enough. */
export function serviceContainer(
  stack: string,
  name: string,
  { kind, team }: { kind?: ServiceEntry["kind"]; team?: string },
): string | undefined {
  if (kind === undefined) return undefined;
  if (kind === "twenty") return team === undefined ? undefined : twentyContainer(team);
  // One of each to a machine, under the name by which everybody there knows it.
  return kind === "tez-mcp" || kind === "tez-relay" ? kind : stackNames.container(stack, name);
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

/** The host name that a service is served by: what it says itself, for kinds that have one. */
export function serviceHostOf({ keys, wrong }: Draft<"services">): string | undefined {
  const { host }: { host?: string; port?: number } = keys;
  return wrong.has("host") ? undefined : host;
}

/** The Docker network in which an edge meets the agents that it serves; undefined where it needs none. */
export function edgeNetworkOf(agent: Draft<"agents">, drafts: Drafts): string | undefined {
  return hostOf(agent, drafts) === undefined ? undefined : edgeOf(agent.keys.machine, drafts)?.keys.network;
}

/** Whether an agent gets a network that is its alone. */
export function hasOwnNetwork(agent: Draft<"agents">, drafts: Drafts): boolean {
  const { runtime, network } = agent.keys;
  if (network !== undefined || (runtime && runtimes[runtime].onHostNetwork)) return false;
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
    case "pa":
      return {
        ...entry,
        ...resolved,
        reaches: [],
        internalPort: entry.port,
        version: openClawVersion(draft, drafts),
        folder: `${entry.root}/${resolved.container}`,
        mcp: mcpServers(entry.mcp, drafts),
      };
    case "claw":
      return { ...entry, ...resolved, internalPort: entry.internalPort };
    case "container":
      return { ...entry, ...resolved, internalPort: entry.internalPort ?? entry.port };
  }
}

/** Services of the machine as agents in its network reach them. */
function mcpServers(mcp: Record<string, string | McpServer>, { services }: Drafts): Record<string, McpServer> {
  const portOf = (name: string) => services.find((service) => service.name === name)?.keys.port;
  return Object.fromEntries(
    Object.entries(mcp).map(([name, server]) => [
      name,
      typeof server === "string" ? { url: `http://127.0.0.1:${portOf(server)}/mcp` } : server,
    ]),
  );
}
