import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { MachineAddress, MachineSpec } from "../../spec/index.js";
import type { Cloud } from "../clouds/cloud.js";
import { loadKind } from "../modules.js";
import type { Secrets } from "../secrets.js";
import type { SharedStack } from "../shared.js";
import type { Transform } from "../transform.js";
import type { HostAccess } from "./host.js";

/** A machine's Docker daemon. */
export interface DockerAccess {
  /** Options of every resource on the daemon: its provider, where that is not the default one. */
  opts: { provider?: pulumi.ProviderResource } & Pick<
    pulumi.CustomResourceOptions,
    "replaceWith" | "deletedWith" | "replacementTrigger"
  >;
  /** Environment of commands that talk to the daemon. */
  environment: Record<string, pulumi.Input<string>>;
}

/** A host that runs things. What stands on one is blind to its kind. */
export interface Machine extends pulumi.ComponentResource {
  /** Name of the entry in `fleet:machines`. */
  readonly entry: string;
  /** Address under which what the machine publishes on its loopback interface is reached, from where it publishes it. */
  readonly address: pulumi.Output<string>;
  readonly docker: DockerAccess;
  /** The host itself; undefined where only its Docker daemon is reached. */
  readonly host?: HostAccess;
  /** Address under which the machine is reached by everybody; undefined where that is not known. DNS records lead there. */
  readonly publicAddress?: pulumi.Output<string>;
  /** Resolves once the machine can run things. */
  readonly ready: pulumi.Output<boolean>;
  readonly shareable: pulumi.Output<MachineAddress>;
}

export interface MachineArgs {
  spec: MachineSpec;
  /** Name of the stack. */
  stack: string;
  /** Values of the stack config's secrets. */
  secrets: Secrets;
  /** The stacks of `fleet:shared`. */
  shared: Record<string, SharedStack>;
  /** The clouds of `fleet:clouds`. */
  clouds: Record<string, Cloud>;
  transform?: MachineTransforms;
}

export interface MachineTransforms {
  /** The Docker provider, for machines that have one of their own. */
  docker?: Transform<docker.ProviderArgs>;
  /** What is made in a cloud; applied to every child, whose name tells which one it is. */
  cloud?: Transform<object>;
}

/** A kind of machine: makes one of an entry of `fleet:machines`. */
export type MachineKind = new (name: string, args: MachineArgs, opts?: pulumi.ComponentResourceOptions) => Machine;

/** The spec narrowed to the kind's own: a stack config's `on` chose both. */
export function machineSpecOf<On extends MachineSpec["on"]>({ spec }: MachineArgs, on: On) {
  if (spec.on !== on) throw new Error(`${spec.name} is no machine of the kind ${on}`);
  return spec as Extract<MachineSpec, { on: On }>;
}

/** The kind of machine that `on:` names. */
export const loadMachineKind = (on: MachineSpec["on"]) => loadKind<MachineKind>(import.meta.url, "kinds", on);
