import * as pulumi from "@pulumi/pulumi";
import { type Service, type ServiceArgs, type ServiceOutputs, serviceOutputs, serviceSpecOf } from "../service.js";
import { tezProgram } from "../tez.js";

/** The Tezit relay. Its keys are data: who loses them can read nothing that was sent. */
export default class TezRelay extends pulumi.ComponentResource implements Service {
  readonly outputs: pulumi.Output<ServiceOutputs>;
  readonly nodes: Record<string, pulumi.Resource>;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:services:TezRelay", name, {}, opts);
    const spec = serviceSpecOf(args, "tez-relay");
    this.nodes = tezProgram(
      name,
      args,
      {
        spec,
        env: {
          PORT: String(spec.port),
          NODE_ENV: "production",
          RELAY_HOST: spec.host ?? "localhost",
          DATA_DIR: "/data",
          DATABASE_URL: "file:/data/tezit-relay.db",
        },
        secrets: { JWT_SECRET: spec.authSecret },
        data: spec.data,
      },
      this,
    );
    this.outputs = serviceOutputs(args);
    this.registerOutputs({ outputs: this.outputs });
  }
}
