import * as pulumi from "@pulumi/pulumi";
import { BUILD_SERVICE_PORT, Duration } from "../../../spec/index.js";
import { tcpHealthCheck } from "../../../templates/containers/health.js";
import { envList, hardenedContainer } from "../../containers.js";
import { resolveSecrets } from "../../secrets.js";
import { type Service, type ServiceArgs, type ServiceOutputs, serviceOutputs, serviceSpecOf } from "../service.js";

/** Seconds for a build that is under way. */
const STOP_SECONDS = 30;

/** Builds the binaries that claws make of themselves. They reach it by its entry's name in its network; the operator on loopback. */
export default class BuildService extends pulumi.ComponentResource implements Service {
  readonly outputs: pulumi.Output<ServiceOutputs>;
  readonly nodes: Record<string, pulumi.Resource>;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:services:BuildService", name, {}, opts);
    const { machine, network } = args;
    const spec = serviceSpecOf(args, "build-service");
    const made = hardenedContainer(
      name,
      {
        machine,
        owner: { stack: args.stack, entry: spec.name },
        container: spec.container,
        image: args.imageOf(spec.image),
        envs: resolveSecrets(spec.env, args.secrets).apply(envList),
        ...spec.hardening,
        resources: spec.resources,
        volumes: [],
        networks: [{ name: network.name, aliases: [spec.name] }],
        ports: [{ internal: BUILD_SERVICE_PORT, external: spec.port }],
        health: {
          tests: tcpHealthCheck(BUILD_SERVICE_PORT),
          interval: Duration.of("5s"),
          timeout: Duration.of("3s"),
          retries: 5,
          startPeriod: Duration.of("30s"),
        },
        stopSeconds: STOP_SECONDS,
        transform: args.transform,
      },
      { parent: this },
    );
    this.nodes = { ...made };
    this.outputs = serviceOutputs(args);
    this.registerOutputs({ outputs: this.outputs });
  }
}
