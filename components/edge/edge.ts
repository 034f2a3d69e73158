import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { AgentSpec, EdgeSpec, ImageUse, ServedHost } from "../../spec/index.js";
import type { Route } from "../../templates/proxy/caddyfile-parts.js";
import { traefikLabels } from "../../templates/proxy/traefik-labels.js";
import type { CommandArgs } from "../command.js";
import type { Machine } from "../hosts/machine.js";
import { loadKind } from "../modules.js";
import type { Transform } from "../transform.js";
import type { SocketProxyTransforms } from "./socket-proxy.js";

export interface EdgeArgs {
  /** Stack name: begins the names of everything on the machine. */
  stack: string;
  spec: EdgeSpec;
  machine: Machine;
  /** The id of an image on the machine. */
  imageOf: (image: ImageUse) => pulumi.Output<string>;
  /** The network in which the proxy meets what it serves, where it needs one. */
  network?: docker.Network;
  /** The agents to serve; each has a host name. */
  agents: AgentSpec[];
  /** Every host name to serve: the agents' and those of services. */
  hosts: ServedHost[];
  transform?: EdgeTransforms;
}

export interface EdgeTransforms {
  container?: Transform<docker.ContainerArgs>;
  limits?: Transform<CommandArgs>;
  /** The volume with the proxy's configuration. */
  configVolume?: Transform<docker.VolumeArgs>;
  /** The command that delivers the configuration. */
  delivery?: Transform<CommandArgs>;
  /** The volume with keys and certificates. */
  volume?: Transform<docker.VolumeArgs>;
  /** What stands between the proxy and the Docker socket. */
  socketProxy?: SocketProxyTransforms;
}

/** What is said of an edge outside: the stack output `edge.<name>`. */
export interface EdgeOutputs {
  /** Name of the container; null for a proxy that is a service of the host. */
  container: string | null;
  url: string;
}

/** A machine's reverse proxy. */
export interface Edge extends pulumi.ComponentResource {
  readonly outputs: pulumi.Output<EdgeOutputs>;
  readonly nodes: Record<string, pulumi.Resource>;
}

export type EdgeKind = new (name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) => Edge;

/** The program that `proxy:` names. */
export const loadEdgeKind = (proxy: EdgeSpec["proxy"]) => loadKind<EdgeKind>(import.meta.url, "proxies", proxy);

/** Options of an edge's program: one that was another takes that one's container over, whose name no second can have. */
export const inPlaceOf = (other: string, opts: pulumi.ComponentResourceOptions = {}) => ({
  ...opts,
  aliases: [...(opts.aliases ?? []), { type: `fleet:edge:${other}` }],
});

/** What an agent's container is to carry so that the edge finds it; nothing for an edge that is told of its agents otherwise. */
export function edgeLabels(edge: EdgeSpec, agent: AgentSpec): Record<string, string> {
  if (
    edge.proxy !== "traefik" ||
    edge.discovery !== "labels" ||
    agent.host === undefined ||
    agent.internalPort === undefined
  )
    return {};
  const isAlone = !agent.ownNetwork && agent.reaches.length + agent.services.length === 0;
  return traefikLabels({
    name: agent.container,
    host: agent.host,
    entryPoint: edge.entryPoint,
    ...(edge.tls === "acme" && { certResolver: edge.certResolver }),
    port: agent.internalPort,
    ...(!isAlone && { network: agent.joins ?? edge.network }),
  });
}

/** What a proxy on the machine's own network stack reaches on its loopback address: the rules see to it that all have a port. */
export const loopbackRoutes = (hosts: ServedHost[]): Route[] =>
  hosts.map(({ host, port }) => ({ host, upstream: `127.0.0.1:${port}` }));

/** URL of a host name on an edge, without a port where it is the scheme's own. */
export function edgeUrl(edge: Pick<EdgeSpec, "tls" | "port">, host: string): string {
  const scheme = edge.tls === "off" ? "http" : "https";
  const isDefault = edge.port === (scheme === "http" ? 80 : 443);
  return `${scheme}://${host}${isDefault ? "" : `:${edge.port}`}`;
}
