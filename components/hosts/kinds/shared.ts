import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { MachineAddress } from "../../../spec/index.js";
import { reachDocker, tlsOf } from "../access.js";
import { type DockerAccess, type Machine, type MachineArgs, machineSpecOf } from "../machine.js";

/** A machine of another stack, by what that stack says of it. While the other stack is only planned, its address is not known. */
export default class SharedMachine extends pulumi.ComponentResource implements Machine {
  readonly entry: string;
  readonly address: pulumi.Output<string>;
  readonly docker: DockerAccess;
  readonly ready: pulumi.Output<boolean>;
  readonly shareable: pulumi.Output<MachineAddress>;
  readonly nodes: { docker: docker.Provider };

  constructor(name: string, args: MachineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:hosts:SharedMachine", name, {}, opts);
    const { stack, shared, secrets, transform } = args;
    const spec = machineSpecOf(args, "shared");
    this.entry = spec.name;
    this.shareable = shared[spec.shared]!.machine(spec.machine ?? spec.name);
    const { provider, access, knownHosts } = reachDocker(
      name,
      {
        stack,
        machine: spec.name,
        docker: this.shareable.docker,
        hostKeys: this.shareable.hostKeys,
        ...(spec.tls && { tls: tlsOf(spec.tls, secrets) }),
        ...(transform?.docker && { transform: transform.docker }),
      },
      { parent: this },
    );
    this.nodes = { docker: provider };
    this.docker = access;
    this.address = pulumi.output("127.0.0.1");
    this.ready = pulumi.output(true);
    this.registerOutputs({ address: this.address, knownHosts });
  }
}
