import type { AgentSpec } from "./runtimes/index.js";
import type { BackupSpec } from "./schema/backups.js";
import type { CloudSpec } from "./schema/clouds.js";
import type { DnsSpec } from "./schema/dns.js";
import type { EdgeSpec } from "./schema/edge.js";
import type { ImageSpec } from "./schema/images.js";
import type { MachineSpec } from "./schema/machines.js";
import type { PolicySettings } from "./schema/review.js";
import type { SharedSpec } from "./schema/shared.js";
import type { ServiceSpec } from "./services/index.js";

/** One stack's fleet: checked, every reference known to exist, every default in place. */
export interface FleetSpec {
  stack: string;
  clouds: Record<string, CloudSpec>;
  machines: Record<string, MachineSpec>;
  images: Record<string, ImageSpec>;
  agents: Record<string, AgentSpec>;
  edge: Record<string, EdgeSpec>;
  services: Record<string, ServiceSpec>;
  dns: Record<string, DnsSpec>;
  backups: Record<string, BackupSpec>;
  shared: Record<string, SharedSpec>;
  /** How rules of the policy pack are taken, by their ids. */
  policies: Record<string, PolicySettings>;
  /** Data that may be lost, by URN, with the reason. */
  acknowledged: Record<string, string>;
  /** Names in `fleet:secrets`. The values stay with the stack config. */
  secretNames: string[];
  /** Those of them that have no value yet. Plans do without, changes do not. */
  unsetSecrets: string[];
}

/** Whether an edge is somebody else's, of which nothing is made. */
export const isExternal = (edge: EdgeSpec) => edge.proxy === "traefik" && edge.external;

/** Where something stands in a config, from the outside in. */
export type Path = (string | number)[];

/** Something wrong in a stack config. */
export interface Fault {
  /** From the section on: `["agents", "ada", "port"]`. */
  path: Path;
  /** What is wrong and what would be right; one sentence without a full stop. */
  message: string;
  /** A known word that was probably meant: `did you mean ada?`. */
  suggestion?: string;
  /** The fault is in the last key of the path itself, not in its value. */
  at?: "key";
}
