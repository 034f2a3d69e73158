import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { EdgeSpec } from "../../spec/index.js";
import type { Route } from "../../templates/proxy/caddyfile.js";
import type { CommandArgs } from "../command.js";
import type { Machine } from "../hosts/machine.js";
import { loadKind } from "../modules.js";
import type { Transform } from "../transform.js";

export interface EdgeArgs {
  /** Stack name: begins the names of everything on the machine. */
  stack: string;
  spec: EdgeSpec;
  machine: Machine;
  /** Id of the proxy's image on the machine. */
  image: pulumi.Input<string>;
  /** Host names to serve, and where on the machine each is answered. */
  routes: Route[];
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
}

/** What is said of an edge outside: the stack output `edge.<name>`. */
export interface EdgeOutputs {
  container: string;
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

/** URL of a host name on an edge, without a port where it is the scheme's own. */
export function edgeUrl(edge: Pick<EdgeSpec, "tls" | "port">, host: string): string {
  const scheme = edge.tls === "off" ? "http" : "https";
  const isDefault = edge.port === (scheme === "http" ? 80 : 443);
  return `${scheme}://${host}${isDefault ? "" : `:${edge.port}`}`;
}
