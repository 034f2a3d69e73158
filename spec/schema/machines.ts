import { z } from "zod";

const dockerMachine = z.strictObject({
  on: z.literal("docker").describe("What the machine is. `docker`: the Docker daemon that this computer reaches."),
  socket: z
    .string()
    .regex(/^unix:\/\/\/[^\s]+$/, { error: "must be a Unix socket, such as unix:///var/run/docker.sock" })
    .optional()
    .describe("The daemon's socket. Default: `DOCKER_HOST` or Docker's own default."),
});

/** A host that runs things, by what it is. */
export const machine = z.discriminatedUnion("on", [dockerMachine]);

export type MachineSpec = z.output<typeof machine> & { name: string };
