import { z } from "zod";
import { environment, hostName, IMAGE_ID, port, reference } from "../schema/fields.js";
import type { ImageUse } from "../schema/images.js";
import { type HardeningDefaults, hardening, resources, volumes } from "../schema/parts.js";

export interface AgentDefaults extends HardeningDefaults {
  memory: string;
  cpus: number;
  pids: number;
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
        "Default: `<agent>.<edge domain>` for `openclaw`, `pa` and `claw`, none for `container`.",
    ),
  reaches: z
    .array(reference())
    .default([])
    .describe("Agents of the same machine whose networks this one joins; there an agent's name is its DNS name."),
  env: environment().default({}).describe("Environment variables: text, or `{ secret: name }`."),
  volumes: volumes(),
  resources: resources(defaults),
  hardening: hardening(defaults),
  held: z
    .string()
    .regex(IMAGE_ID, { error: "must be an image's id, sha256: and 64 hexadecimal digits" })
    .optional()
    .describe(
      "The agent stays at the image of this id, whatever `image` says. Written by `./fleet patch` when a new image did not become " +
        "ready, and taken out by the next one that does.",
    ),
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
  /** Whether it gets a network that is its alone. */
  ownNetwork: boolean;
  /** A Docker network of others that it lives in; undefined: none, or the edge's. */
  joins?: string;
  /** Entries of `fleet:services` that it uses. */
  services: string[];
  /** Port in the container; undefined for one that listens on nothing. */
  internalPort?: number;
  /** Name of the container on the machine. */
  container: string;
  /** Every volume with its path, the runtime's own among them. */
  volumes: Record<string, VolumeSpec>;
  /** Folder of the machine that holds the agent's data, where they are in no volumes. */
  folder?: string;
}

export interface VolumeSpec {
  name: string;
  /** Name on the machine. */
  dockerName: string;
  path: string;
  deleteData: boolean;
  /** It was there before the fleet: it carries no labels of ours. */
  existing: boolean;
}

/** An agent's keys as read, with those replaced that the rules resolve. */
export type Resolve<T> = Omit<T, keyof ResolvedAgent> & ResolvedAgent;
