import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceSpec } from "../../spec/index.js";
import type { CommandArgs } from "../command.js";
import type { Machine } from "../hosts/machine.js";
import { loadKind } from "../modules.js";
import type { Secrets } from "../secrets.js";
import type { Transform } from "../transform.js";

export interface ServiceArgs {
  /** Stack name: begins the names of everything on the machine. */
  stack: string;
  spec: ServiceSpec;
  machine: Machine;
  /** Id of the service's image on the machine. */
  image: pulumi.Output<string>;
  /** The service's own network, which those that use it join. */
  network: docker.Network;
  secrets: Secrets;
  transform?: ServiceTransforms;
}

export interface ServiceTransforms {
  container?: Transform<docker.ContainerArgs>;
  limits?: Transform<CommandArgs>;
}

/** What is said of a service outside: the stack output `services.<name>`. */
export interface ServiceOutputs {
  container: string;
  /** URL on the machine's loopback address. */
  address: string;
}

/** What a machine runs beside agents. */
export interface Service extends pulumi.ComponentResource {
  readonly outputs: pulumi.Output<ServiceOutputs>;
  readonly nodes: Record<string, pulumi.Resource>;
}

export type ServiceKind = new (name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) => Service;

/** The service that `kind:` names. */
export const loadServiceKind = (kind: ServiceSpec["kind"]) => loadKind<ServiceKind>(import.meta.url, "kinds", kind);
