import { z } from "zod";
import { port, secretRef } from "../schema/fields.js";
import { hardening, resources } from "../schema/parts.js";
import { hostPath, type ResolveService, servedHost, serviceShape } from "./service.js";
import { tezShape } from "./tez-mcp.js";

/** Port of the relay, on the machine and in its container. */
export const TEZ_RELAY_PORT = 3002;

export const tezRelay = z.strictObject({
  kind: z.literal("tez-relay").describe("The Tezit relay: it keeps the keys and delivers between machines."),
  ...serviceShape(),
  host: servedHost(),
  port: port().default(TEZ_RELAY_PORT).describe("Port on the machine's loopback address."),
  data: hostPath("/opt/tez/relay").describe("Folder of the machine with its keys and its database."),
  authSecret: secretRef().describe("`JWT_SECRET`: by which it checks who speaks to it."),
  ...tezShape(),
  command: z
    .array(z.string())
    .min(1)
    .default(["node", "dist/index.js"])
    .describe("The program and its arguments; it listens on `PORT` and writes below `DATA_DIR`."),
  resources: resources({ memory: "512MiB", cpus: 1, pids: 128 }),
  hardening: hardening({ user: "1000:1000", tmpfs: ["/tmp"] }),
});

export type TezRelaySpec = ResolveService<z.output<typeof tezRelay>> & { port: number };
