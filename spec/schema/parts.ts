import { z } from "zod";
import { containerPath, duration, files, size } from "./fields.js";

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

/** How the container is held. Every default is the strict one. */
export const hardening = (defaults: { user: string; tmpfs: string[] }) =>
  z
    .strictObject({
      readOnlyRoot: z.boolean().default(true).describe("The image's own files cannot be written."),
      user: z
        .string()
        .regex(/^[a-z_][a-z0-9_-]*$|^\d+(:\d+)?$/, { error: 'must be a user, such as "1000:1000" (quoted) or node' })
        .default(defaults.user)
        .describe("User, or `uid:gid`, that the container runs as."),
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
