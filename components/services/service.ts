import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { type ImageUse, partsOf, type ServiceSpec } from "../../spec/index.js";
import type { CommandArgs } from "../command.js";
import type { Machine } from "../hosts/machine.js";
import type { Ownership } from "../labels.js";
import { loadKind } from "../modules.js";
import type { Secrets } from "../secrets.js";
import type { SharedStack } from "../shared.js";
import type { Transform } from "../transform.js";

export interface ServiceArgs {
  /** Stack name: begins the names of everything on the machine. */
  stack: string;
  spec: ServiceSpec;
  machine: Machine;
  /** The id of an image on the machine. */
  imageOf: (image: ImageUse) => pulumi.Output<string>;
  /** The network in which the service is met: its own, or that of the service that it works for. */
  network: docker.Network;
  /** The stacks of `fleet:shared`. */
  shared: Record<string, SharedStack>;
  /** The service that this one works for, where its kind names one. */
  served?: ServiceSpec;
  /** URL by which an edge serves it. */
  url?: string;
  secrets: Secrets;
  transform?: ServiceTransforms;
}

/** Each is applied to every child of that sort, whose name tells which one it is. */
export interface ServiceTransforms {
  container?: Transform<docker.ContainerArgs>;
  limits?: Transform<CommandArgs>;
  network?: Transform<docker.NetworkArgs>;
  volume?: Transform<docker.VolumeArgs>;
  /** The command that delivers files. */
  delivery?: Transform<CommandArgs>;
}

/** What is said of a service outside: the stack output `services.<name>`. */
export interface ServiceOutputs {
  container: string;
  /** URL on the machine's loopback address; null for one that listens on nothing. */
  address: string | null;
  /** URL by which an edge serves it. */
  url: string | null;
  /** Every container on the machine, by the entry in its labels. */
  containers: Record<string, string>;
  /** Of a CRM: whose it is. */
  team?: string;
  /** Of a CRM: whether the hub may copy it. */
  sync?: boolean;
}

/** What is said of any service. */
export function serviceOutputs(
  { spec, machine, url }: Pick<ServiceArgs, "spec" | "machine" | "url">,
  more: Pick<ServiceOutputs, "team" | "sync"> = {},
): pulumi.Output<ServiceOutputs> {
  const { container, port } = spec;
  return machine.address.apply((address) => ({
    container,
    address: port === undefined ? null : `http://${address}:${port}`,
    url: url ?? null,
    containers: Object.fromEntries(partsOf(spec).map((part) => [part.entry, part.container])),
    ...more,
  }));
}

/** What a service's volume is called on its machine. */
export const stackVolume = ({ stack, entry }: Ownership, volume: string) => `${stack}-${entry}-${volume}`;

/** The spec narrowed to the kind's own: a stack config's `kind` chose both. */
export function serviceSpecOf<Kind extends ServiceSpec["kind"]>({ spec }: Pick<ServiceArgs, "spec">, kind: Kind) {
  if (spec.kind !== kind) throw new Error(`${spec.name} is no service of the kind ${kind}`);
  return spec as Extract<ServiceSpec, { kind: Kind }>;
}

/** What a machine runs beside agents. */
export interface Service extends pulumi.ComponentResource {
  readonly outputs: pulumi.Output<ServiceOutputs>;
  readonly nodes: Record<string, pulumi.Resource>;
}

export type ServiceKind = new (name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) => Service;

/** The service that `kind:` names. */
export const loadServiceKind = (kind: ServiceSpec["kind"]) => loadKind<ServiceKind>(import.meta.url, "kinds", kind);
