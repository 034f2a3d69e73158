import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { MachineSpec } from "../../spec/index.js";
import { loadKind } from "../modules.js";
import type { Transform } from "../transform.js";

/** A machine's Docker daemon. */
export interface DockerAccess {
  /** Options of every resource on the daemon: its provider, where that is not the default one. */
  opts: { provider?: pulumi.ProviderResource };
  /** Environment of commands that talk to the daemon. */
  environment: Record<string, pulumi.Input<string>>;
}

/** A host that runs things. What stands on one is blind to its kind. */
export interface Machine extends pulumi.ComponentResource {
  /** Name of the entry in `fleet:machines`. */
  readonly entry: string;
  /** Address under which the operator reaches what the machine publishes on its loopback interface. */
  readonly address: pulumi.Output<string>;
  readonly docker: DockerAccess;
  /** Resolves once the machine can run things. */
  readonly ready: pulumi.Output<boolean>;
}

export interface MachineArgs<Spec = MachineSpec> {
  spec: Spec;
  transform?: MachineTransforms;
}

export interface MachineTransforms {
  /** The Docker provider, for machines that have one of their own. */
  docker?: Transform<docker.ProviderArgs>;
}

/** A kind of machine: makes one of an entry of `fleet:machines`. */
export type MachineKind = new (name: string, args: MachineArgs, opts?: pulumi.ComponentResourceOptions) => Machine;

/** The kind of machine that `on:` names. */
export const loadMachineKind = (on: MachineSpec["on"]) => loadKind<MachineKind>(import.meta.url, "kinds", on);
