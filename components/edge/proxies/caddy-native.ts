import * as pulumi from "@pulumi/pulumi";
import {
  CADDY_CHECK,
  CADDY_RELOAD,
  NATIVE_CADDYFILE,
  renderNativeCaddyfile,
} from "../../../templates/proxy/caddyfile-native.js";
import { HostFiles } from "../../host-files.js";
import { type Edge, type EdgeArgs, type EdgeOutputs, edgeUrl, loopbackRoutes } from "../edge.js";

/**
 * Caddy as a service of the host, which the machine's baseline has installed. It reaches agents and services on the machine's
 * loopback address; another one is another line in a file which Caddy reloads. Keys and certificates are in the service's own home.
 */
export default class CaddyNative extends pulumi.ComponentResource implements Edge {
  readonly outputs: pulumi.Output<EdgeOutputs>;
  readonly nodes: Record<string, pulumi.Resource>;

  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:edge:CaddyNative", name, {}, opts);
    const { spec, machine, transform } = args;
    if (spec.proxy !== "caddy-native") throw new Error(`${name} is no Caddy of the host`);
    const files = new HostFiles(
      `${name}-files`,
      {
        machine,
        owner: { stack: args.stack, entry: spec.name },
        files: { [NATIVE_CADDYFILE]: { text: renderNativeCaddyfile({ ...spec, routes: loopbackRoutes(args.hosts) }) } },
        checks: [CADDY_CHECK],
        afterwards: [CADDY_RELOAD],
        ...(transform?.delivery && { transform: transform.delivery }),
      },
      { parent: this },
    );
    this.nodes = { files };
    this.outputs = pulumi.output({ container: null, url: edgeUrl(spec, spec.domain) });
    this.registerOutputs({ outputs: this.outputs });
  }
}
