import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { FleetSpec, MachineAddress, SharedCloud, SharedZone } from "../spec/index.js";
import type { AgentArgs, AgentOutputs } from "./agents/agent.js";
import type { CloudArgs } from "./clouds/cloud.js";
import type { CommandArgs } from "./command.js";
import type { ZoneArgs } from "./dns/zone.js";
import type { EdgeArgs, EdgeOutputs } from "./edge/edge.js";
import type { MachineArgs } from "./hosts/machine.js";
import type { ImageArgs } from "./images/image.js";
import type { ServiceArgs, ServiceOutputs } from "./services/service.js";
import type { Transform } from "./transform.js";

export interface FleetArgs {
  /** What the stack config declares. */
  spec: FleetSpec;
  /** Values of the stack config's secrets by name. */
  secrets?: pulumi.Input<Record<string, string>>;
  transform?: FleetTransforms;
}

/** Adjustments of a fleet's children; each is applied to every child of that sort, whose name tells which one it is. */
export interface FleetTransforms {
  cloud?: Transform<CloudArgs>;
  machine?: Transform<MachineArgs>;
  image?: Transform<ImageArgs>;
  network?: Transform<docker.NetworkArgs>;
  agent?: Transform<AgentArgs>;
  edge?: Transform<EdgeArgs>;
  service?: Transform<ServiceArgs>;
  zone?: Transform<ZoneArgs>;
  /** Delivery of a backup's files. */
  backup?: Transform<CommandArgs>;
}

/** What a fleet gives as stack outputs. */
export interface FleetOutputs {
  agents: Record<string, AgentOutputs>;
  edge: Record<string, EdgeOutputs>;
  services: Record<string, ServiceOutputs>;
  /** Ids by machine and entry of `fleet:images`. */
  images: Record<string, Record<string, string>>;
  machines: Record<string, MachineAddress>;
  clouds: Record<string, SharedCloud>;
  dns: Record<string, SharedZone>;
}
