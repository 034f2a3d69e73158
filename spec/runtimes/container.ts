import { z } from "zod";
import { files, port } from "../schema/fields.js";
import { healthTiming } from "../schema/parts.js";
import { agentShape, type Resolve } from "./agent.js";
import { type Runtime, stackNames } from "./runtime.js";

const health = z.strictObject({
  http: z
    .string()
    .regex(/^\/\S*$/, { error: "must be a path, such as /healthz" })
    .optional()
    .describe("Path on `internalPort` that answers with a status from 200 to 399."),
  command: z.array(z.string()).min(1).optional().describe("Command in the container that exits with 0."),
  ...healthTiming({ interval: "10s", timeout: "5s", retries: 3, startPeriod: "30s" }),
});

export const containerSchema = z.strictObject({
  runtime: z.literal("container").describe("Any other program in a container."),
  ...agentShape({ memory: "512MiB", cpus: 1, pids: 256, user: "1000:1000", tmpfs: ["/tmp"] }),
  command: z.array(z.string()).min(1).optional().describe("Command and its arguments. Default: the image's own."),
  files: files().default({}).describe("Read-only files below /config by path: text, or `{ secret: name }`."),
  port: port().optional().describe("Port on the machine's loopback address. Default: not published."),
  internalPort: port().optional().describe("Port that the program listens on in the container. Default: `port`."),
  health: health
    .optional()
    .describe("How to tell that the program is ready: `http` or `command`. Default: it is once it runs."),
  onConfigChange: z
    .enum(["restart", "reload", "none"])
    .default("restart")
    .describe("What changed `files` do: restart the container, send it SIGHUP, or nothing."),
});

export type ContainerAgentSpec = Resolve<z.output<typeof containerSchema>>;

export const container: Runtime = {
  // Nothing is known to guard it, so the edge serves it only under a host that is given.
  servedByDefault: false,
  volumes: {},
  sharesNetwork: false,
  onHostNetwork: false,
  ports: (port) => [port],
  servedBy: () => true,
  bot: () => undefined,
  names: stackNames,
  ownSecrets: [],
  uses: () => [],
  check(agents, _drafts, report) {
    for (const { path, keys } of agents) {
      const health = keys.health as z.output<typeof containerSchema>["health"];
      const listens = keys.internalPort !== undefined || keys.port !== undefined;
      if (health && health.http !== undefined && health.command !== undefined) {
        report({ path: [...path, "health", "command"], at: "key", message: "write either http or command, not both" });
      } else if (health && health.http === undefined && health.command === undefined) {
        report({ path: [...path, "health"], message: "needs http (a path) or command" });
      }
      if (listens) continue;
      const why =
        health?.http !== undefined ? ["health", "http"] : typeof keys.host === "string" ? ["host"] : undefined;
      if (why) report({ path: [...path, ...why], message: "needs internalPort: the port that the program listens on" });
    }
  },
};
