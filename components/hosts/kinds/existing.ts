import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { isHost, type MachineAddress } from "../../../spec/index.js";
import { reachDocker, tlsOf } from "../access.js";
import type { HostAccess } from "../host.js";
import { type DockerAccess, type Machine, type MachineArgs, machineSpecOf } from "../machine.js";

export interface ExistingMachineArgs extends MachineArgs {
  /** Where the daemon is reached, instead of the address in the spec: it may be an output of what makes the host. */
  docker?: pulumi.Input<string>;
}

/** A host that is there already: its Docker daemon is reached by ssh, by TCP with TLS, or by a socket of this computer. */
export default class ExistingMachine extends pulumi.ComponentResource implements Machine {
  readonly entry: string;
  readonly address: pulumi.Output<string>;
  readonly docker: DockerAccess;
  readonly host?: HostAccess;
  readonly publicAddress?: pulumi.Output<string>;
  readonly ready: pulumi.Output<boolean>;
  readonly shareable: pulumi.Output<MachineAddress>;
  readonly nodes: { docker: docker.Provider };

  constructor(name: string, args: ExistingMachineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:hosts:ExistingMachine", name, {}, opts);
    const { stack, secrets, transform } = args;
    const spec = machineSpecOf(args, "existing");
    this.entry = spec.name;
    const { provider, access, knownHosts } = reachDocker(
      name,
      {
        stack,
        machine: spec.name,
        docker: args.docker ?? spec.docker,
        ...(spec.hostKey && { hostKeys: spec.hostKey }),
        ...(spec.tls && { tls: tlsOf(spec.tls, secrets) }),
        ...(transform?.docker && { transform: transform.docker }),
      },
      { parent: this },
    );
    this.shareable = pulumi.output({ docker: args.docker ?? spec.docker, hostKeys: spec.hostKey ?? [] });
    this.nodes = { docker: provider };
    this.docker = access;
    if (isHost(spec)) {
      const { DOCKER_HOST, ...others } = access.environment;
      this.host = { environment: { ...others, FLEET_HOST: DOCKER_HOST! }, opts: {} };
    }
    if (spec.address !== undefined) this.publicAddress = pulumi.output(spec.address);
    // Agents publish on the host's own loopback: it is reached from there, or through a tunnel.
    this.address = pulumi.output("127.0.0.1");
    this.ready = pulumi.output(true);
    this.registerOutputs({ address: this.address, knownHosts });
  }
}
