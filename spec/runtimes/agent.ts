import { z } from "zod";
import { environment, hostName, port, reference } from "../schema/fields.js";
import type { ImageUse } from "../schema/images.js";
import { hardening, resources, volumes } from "../schema/parts.js";

export interface AgentDefaults {
  memory: string;
  cpus: number;
  pids: number;
  user: string;
  tmpfs: string[];
}

/** The keys that agents of every runtime have. */
export const agentShape = (defaults: AgentDefaults) => ({
  machine: reference().describe("The machine that the agent runs on."),
  image: reference().describe("An entry of `fleet:images`, or an image reference with a tag or digest."),
  host: z
    .union([hostName(), z.literal(false)], { error: "must be a DNS host name, such as ada.example.org, or false" })
    .optional()
    .describe(
      "Host name by which the machine's edge serves the agent; `false`: it does not. " +
        "Default: `<agent>.<edge domain>` for `openclaw`, none for `container`.",
    ),
  reaches: z
    .array(reference())
    .default([])
    .describe("Agents of the same machine whose networks this one joins; there an agent's name is its DNS name."),
  env: environment().default({}).describe("Environment variables: text, or `{ secret: name }`."),
  volumes: volumes(),
  resources: resources(defaults),
  hardening: hardening(defaults),
});

export const loopbackPort = () => port();

/** What the rules make of an agent's keys, for every runtime. */
export interface ResolvedAgent {
  name: string;
  image: ImageUse;
  /** Host name in normal form; undefined if no edge serves the agent. */
  host?: string;
  /** The edge that serves the agent: the one of its machine. */
  edge?: string;
  /** Port in the container; undefined for one that listens on nothing. */
  internalPort?: number;
  /** Every volume with its path, the runtime's own among them. */
  volumes: Record<string, VolumeSpec>;
}

export interface VolumeSpec {
  name: string;
  path: string;
  deleteData: boolean;
}

/** An agent's keys as read, with those replaced that the rules resolve. */
export type Resolve<T> = Omit<T, keyof ResolvedAgent> & ResolvedAgent;
