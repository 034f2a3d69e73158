import { z } from "zod";
import { environment, port, secretRef } from "../schema/fields.js";
import { hardening, resources } from "../schema/parts.js";
import { hostPath, type ResolveService, serviceShape } from "./service.js";

/** Port of a droplet's tez-mcp, on the machine and in its container. */
export const TEZ_MCP_PORT = 8100;

/** Where the machine keeps what the Tezit programs must know: a place that a restart keeps. */
export const TEZ_SECRETS_FILE = "/opt/tez/secrets.env";

/** The variables of a Tezit program, and where its secrets are. */
export const tezShape = () => ({
  secretsFile: hostPath(TEZ_SECRETS_FILE).describe(
    "File of the machine with the program's secrets, mode 0600. The program gets it as a file that its command reads.",
  ),
  secretEnv: environment()
    .default({})
    .describe("More variables that stand in `secretsFile`: text, or `{ secret: name }`."),
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string())
    .default({})
    .describe("Environment variables that are no secrets."),
});

export const tezMcp = z.strictObject({
  kind: z.literal("tez-mcp").describe("The Tezit MCP server of a machine: one for all its agents, on loopback."),
  ...serviceShape(),
  port: port().default(TEZ_MCP_PORT).describe("Port on the machine's loopback address."),
  relay: z
    .string()
    .regex(/^https?:\/\/[^\s/]+\S*$/, { error: "must be an http or https URL, such as https://relay.team.example.com" })
    .describe("`TEZ_RELAY_URL`: where the relay is."),
  authSecret: secretRef().describe("`TEZ_AUTH_SECRET`: by which the relay knows this machine."),
  ...tezShape(),
  command: z
    .array(z.string())
    .min(1)
    .default(["python", "-m", "tez_server"])
    .describe("The program and its arguments; it listens on `PORT`."),
  resources: resources({ memory: "256MiB", cpus: 0.5, pids: 128 }),
  hardening: hardening({ user: "1000:1000", tmpfs: ["/tmp"] }),
});

export type TezMcpSpec = ResolveService<z.output<typeof tezMcp>> & { port: number };
