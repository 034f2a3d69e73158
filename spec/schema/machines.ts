import { z } from "zod";
import { readDockerAddress } from "../values/docker-address.js";
import { readHostKey } from "../values/host-key.js";
import { baseline } from "./baseline.js";
import { reference, secretRef, text } from "./fields.js";

const dockerMachine = z.strictObject({
  on: z.literal("docker").describe("What the machine is. `docker`: the Docker daemon that this computer reaches."),
  socket: z
    .string()
    .regex(/^unix:\/\/\/[^\s]+$/, { error: "must be a Unix socket, such as unix:///var/run/docker.sock" })
    .optional()
    .describe("The daemon's socket. Default: `DOCKER_HOST` or Docker's own default."),
});

const dockerAddress = text({
  title: "Docker address",
  rule: "ssh://<user>@<host>[:<port>], tcp://<host>:<port> or unix:///<path>",
  pattern: /^(ssh:\/\/[^@/\s]+@[^@/\s]+|tcp:\/\/[^@/\s]+:\d+|unix:\/\/\/\S+)$/,
  read: (input) => (readDockerAddress(input) ? input : undefined),
});

const hostKey = text({
  title: "host key",
  rule: "a host's public key as ssh-keyscan prints it behind the address, such as ssh-ed25519 AAAA…",
  read: readHostKey,
});

const tls = () =>
  z
    .strictObject({
      ca: secretRef().describe("Certificate of the authority that signed the daemon's."),
      cert: secretRef().describe("Certificate of the client."),
      key: secretRef().describe("The client's private key."),
    })
    .optional()
    .describe(
      "With TCP, which needs it except on a loopback address: who the daemon is and who may use it, each in PEM form.",
    );

const existingMachine = z.strictObject({
  on: z.literal("existing").describe("`existing`: a host that is there already, by the address of its Docker daemon."),
  docker: dockerAddress.describe(
    "Where its Docker daemon is reached: by ssh, as a user that may use Docker there; by TCP with TLS; or a socket of this computer.",
  ),
  hostKey: z
    .union([hostKey.transform((key) => [key]), z.array(hostKey).min(1)])
    .optional()
    .describe(
      "With ssh, which needs it: the public key by which the host is known, or a list of them. `./fleet trust <stack> <machine>` writes it.",
    ),
  tls: tls(),
  baseline: baseline
    .optional()
    .describe(
      "With ssh, as another user than root: what the fleet sees to on the host itself. Default: nothing; the host is its owner's.",
    ),
});

const sharedMachine = z.strictObject({
  on: z.literal("shared").describe("`shared`: a machine of another stack, whose outputs say how it is reached."),
  shared: reference().describe("The entry of `fleet:shared` that names the other stack."),
  machine: z
    .string()
    .optional()
    .meta({ title: "name" })
    .describe("The machine's name in that stack. Default: this entry's own."),
  tls: tls(),
});

/** A host that runs things, by what it is. */
export const machine = z.discriminatedUnion("on", [dockerMachine, existingMachine, sharedMachine]);

export type MachineSpec = z.output<typeof machine> & { name: string };
export type DockerMachineSpec = Extract<MachineSpec, { on: "docker" }>;
export type SharedMachineSpec = Extract<MachineSpec, { on: "shared" }>;
export type ExistingMachineSpec = Extract<MachineSpec, { on: "existing" }>;

/** How another stack reaches a machine: what of it is no secret. */
export interface MachineAddress {
  /** Address of its Docker daemon; empty for the one that the computer itself reaches. */
  docker: string;
  /** With ssh: the public keys by which the host is known. */
  hostKeys: string[];
}
