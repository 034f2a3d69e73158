import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { MachineAddress } from "../../../spec/index.js";
import { transformed } from "../../transform.js";
import { type DockerAccess, type Machine, type MachineArgs, machineSpecOf } from "../machine.js";

/**
 * The Docker daemon that this computer reaches: the one of `DOCKER_HOST`, Docker's default socket, or a socket that is
 * given. Only a given one gets a provider of its own.
 */
export default class DockerMachine extends pulumi.ComponentResource implements Machine {
  readonly entry: string;
  readonly address: pulumi.Output<string>;
  readonly docker: DockerAccess;
  readonly ready: pulumi.Output<boolean>;
  readonly shareable: pulumi.Output<MachineAddress>;
  readonly nodes: { docker?: docker.Provider };

  constructor(name: string, args: MachineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:hosts:DockerMachine", name, {}, opts);
    const { transform } = args;
    const spec = machineSpecOf(args, "docker");
    this.entry = spec.name;
    this.nodes = {};
    this.docker = { opts: {}, environment: {} };
    if (spec.socket !== undefined) {
      const provider = new docker.Provider(
        ...transformed(transform?.docker, `${name}-docker`, { host: spec.socket }, { parent: this }),
      );
      this.nodes.docker = provider;
      this.docker = { opts: { provider }, environment: { DOCKER_HOST: spec.socket } };
    }
    this.shareable = pulumi.output({ docker: spec.socket ?? "", hostKeys: [] });
    this.address = pulumi.output("127.0.0.1");
    this.ready = pulumi.output(true);
    this.registerOutputs({ address: this.address });
  }
}
