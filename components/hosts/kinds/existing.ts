import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type MachineAddress, readDockerAddress } from "../../../spec/index.js";
import { reachDocker, tlsOf } from "../access.js";
import { Baseline } from "../baseline.js";
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
  readonly nodes: { docker: docker.Provider; baseline?: Baseline };

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
    const address = readDockerAddress(spec.docker);
    if (address?.by === "ssh") {
      const bare: HostAccess = {
        environment: {
          FLEET_HOST: access.environment.DOCKER_HOST!,
          ...(access.environment.FLEET_SSH_OPTIONS && { FLEET_SSH_OPTIONS: access.environment.FLEET_SSH_OPTIONS }),
        },
        opts: {},
      };
      if (spec.baseline) {
        const host = { entry: spec.name, host: bare };
        const { user } = address;
        this.nodes.baseline = new Baseline(
          `${name}-baseline`,
          { machine: host, stack, spec: spec.baseline, user, secrets },
          { parent: this },
        );
      }
      this.host = { ...bare, opts: this.nodes.baseline ? { dependsOn: [this.nodes.baseline] } : {} };
      this.publicAddress = pulumi.output(address.host);
    }
    // Agents publish on the host's own loopback: it is reached from there, or through a tunnel.
    this.address = pulumi.output("127.0.0.1");
    this.ready = pulumi.output(true);
    this.registerOutputs({ address: this.address, knownHosts });
  }
}
