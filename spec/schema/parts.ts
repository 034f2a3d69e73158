import { z } from "zod";
import { containerPath, dockerName, duration, files, size } from "./fields.js";

/** Limits of a container. Each user of it has its own defaults. */
export const resources = (defaults: { memory: string; cpus: number; pids: number }) =>
  z
    .strictObject({
      memory: size().prefault(defaults.memory).describe("Memory limit. There is no swap beyond it."),
      cpus: z
        .number()
        .min(0.01, { error: "must be a number of CPUs from 0.01 on, such as 2 or 0.5" })
        .max(1024)
        .default(defaults.cpus)
        .describe("CPU limit, in CPUs; fractions are allowed."),
      pids: z.number().int().min(16).max(4_194_304).default(defaults.pids).describe("Limit of processes and threads."),
    })
    .prefault({})
    .describe("Limits of the container.");

const volume = z.strictObject({
  name: dockerName()
    .optional()
    .describe(
      "The volume's name on the machine, where it is not the runtime's own; for volumes that were there before.",
    ),
  existing: z
    .boolean()
    .default(false)
    .describe("`true`: the volume was there before the fleet, and so carries no labels of its own."),
  path: containerPath()
    .optional()
    .describe("Where the volume is mounted in the container. The runtime's own volumes have a default."),
  deleteData: z
    .boolean()
    .default(false)
    .describe(
      "`true`: removing the agent deletes the data too. Otherwise the volume is kept, and found when the agent comes back.",
    ),
});

export const volumes = () =>
  z.record(z.string(), volume).prefault({}).describe("Data that outlives the container, by the volume's name.");

export interface HardeningDefaults {
  /** Undefined: the user that the image names. */
  user?: string;
  tmpfs: string[];
  /** For programs that write beside their own files. Default: true. */
  readOnlyRoot?: boolean;
  /** For programs that are made to be process 1. Default: true. */
  init?: boolean;
}

/** How the container is held. Every default is the strictest that the program can live with. */
export const hardening = (defaults: HardeningDefaults) =>
  z
    .strictObject({
      readOnlyRoot: z
        .boolean()
        .default(defaults.readOnlyRoot ?? true)
        .describe("The image's own files cannot be written."),
      init: z
        .boolean()
        .default(defaults.init ?? true)
        .describe("Docker's own small init is process 1 and reaps the others."),
      user: user(defaults.user),
      capAdd: z
        .array(
          z.string().regex(/^[A-Z_]+$/, { error: "must be a Linux capability without CAP_, such as NET_BIND_SERVICE" }),
        )
        .default([])
        .describe("Linux capabilities to keep; all others are dropped."),
      tmpfs: z
        .array(containerPath())
        .prefault(defaults.tmpfs)
        .describe("Paths that are writable, in memory, and lost on restart."),
    })
    .prefault({})
    .describe("How tightly the container is held. No new privileges, always.");

function user(preset: string | undefined) {
  const text = z
    .string()
    .regex(/^[a-z_][a-z0-9_-]*$|^\d+(:\d+)?$/, { error: 'must be a user, such as "1000:1000" (quoted) or node' });
  const meaning = "User, or `uid:gid`, that the container runs as.";
  return preset === undefined
    ? text.optional().describe(`${meaning} Default: the image's own.`)
    : text.default(preset).describe(meaning);
}

/** How often a container's health is asked for. */
export const healthTiming = (defaults: {
  interval: string;
  timeout: string;
  retries: number;
  startPeriod: string;
}) => ({
  interval: duration().prefault(defaults.interval).describe("Time between two checks."),
  timeout: duration().prefault(defaults.timeout).describe("A check that takes longer has failed."),
  retries: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(defaults.retries)
    .describe("Failures in a row that make the container unhealthy."),
  startPeriod: duration()
    .prefault(defaults.startPeriod)
    .describe("Failures in this time after the start do not count."),
});

export const workspace = () =>
  z
    .strictObject({
      files: files().default({}).describe("Files of the agent's workspace by path: text, or `{ secret: name }`."),
    })
    .prefault({});
