import * as pulumi from "@pulumi/pulumi";
import { type Service, type ServiceArgs, type ServiceOutputs, serviceOutputs, serviceSpecOf } from "../service.js";
import { tezProgram } from "../tez.js";

/** The Tezit MCP server of a machine. Agents in the host's network reach it on loopback, and nothing outside does. */
export default class TezMcp extends pulumi.ComponentResource implements Service {
  readonly outputs: pulumi.Output<ServiceOutputs>;
  readonly nodes: Record<string, pulumi.Resource>;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:services:TezMcp", name, {}, opts);
    const spec = serviceSpecOf(args, "tez-mcp");
    this.nodes = tezProgram(
      name,
      args,
      {
        spec,
        env: { PORT: String(spec.port), TEZ_RELAY_URL: spec.relay },
        secrets: { TEZ_AUTH_SECRET: spec.authSecret },
      },
      this,
    );
    this.outputs = serviceOutputs(args);
    this.registerOutputs({ outputs: this.outputs });
  }
}
