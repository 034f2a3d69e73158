import { z } from "zod";
import { containerPath, freeForm, port, reference, secretRef, textOrSecret, version } from "../schema/fields.js";
import { healthTiming, workspace } from "../schema/parts.js";
import { agentShape, type Resolve } from "./agent.js";
import { modelKeys } from "./openclaw.js";
import { checkImage, checkMemory } from "./openclaw-checks.js";
import { checkPa } from "./pa-checks.js";
import { gatewayPorts } from "./pa-ports.js";
import type { Runtime } from "./runtime.js";

/** What all agents have, but for volumes and networks: a PA has a folder of its machine, and its machine's network. */
const {
  volumes: _volumes,
  reaches: _reaches,
  ...shape
} = agentShape({
  memory: "2GiB",
  cpus: 2,
  pids: 1024,
  user: "1000:1000",
  tmpfs: [],
  // The container is where the PA works: what it installs there is its own affair, and gone with the container.
  readOnlyRoot: false,
});

const mcpServer = z.union(
  [
    reference(),
    z.strictObject({
      url: z
        .string()
        .regex(/^https?:\/\/[^\s/]+/, { error: "must be an http or https URL, such as http://127.0.0.1:8100/mcp" })
        .describe("URL of the server."),
      headers: z.record(z.string(), textOrSecret()).optional().describe("Headers sent with each request."),
    }),
  ],
  { error: "must be an entry of fleet:services, or a block with the url of a server" },
);

export const paSchema = z.strictObject({
  runtime: z.literal("pa").describe("A personal assistant: an OpenClaw gateway in the network of its machine."),
  ...shape,
  port: port().describe(
    "Port of the gateway on the machine's loopback address. OpenClaw derives others from it: 120 are left to each, before 2026.3 111.",
  ),
  root: containerPath()
    .prefault("/opt/mypa/agents")
    .describe("Folder of the machine that has a folder `pa-<agent>` for each PA, with its data."),
  command: z
    .array(z.string())
    .min(1)
    .default(["node", "openclaw.mjs", "gateway"])
    .describe("Command of the container. For an image made of npm packages: `[openclaw, gateway, run]`."),
  version: version()
    .optional()
    .describe(
      "OpenClaw's version in the image. Default: what `build.npm.openclaw` or the tag says, of the image or of its base.",
    ),
  model: z
    .strictObject({ ...modelKeys, primary: modelKeys.primary.default("anthropic/claude-opus-4-6") })
    .prefault({})
    .describe("The model that the PA thinks with."),
  keys: z
    .strictObject({
      anthropic: secretRef().optional().describe("Claude API key. It stands in openclaw.json."),
      brave: secretRef().optional().describe("Key of Brave's search. It stands in openclaw.json."),
      openai: secretRef()
        .optional()
        .describe("OpenAI key, for speech (Whisper) and embeddings. It stands in the file .env beside openclaw.json."),
    })
    .prefault({})
    .describe("Keys of what the PA uses; several PAs may share one. Without a key the PA goes without."),
  telegram: z
    .strictObject({
      bot: textOrSecret().optional().describe("Token of the PA's own bot, as `{ secret: name }`."),
      allowFrom: z
        .array(z.union([z.string(), z.number()]))
        .optional()
        .describe("Users who need no pairing code, by number or `@name`."),
    })
    .optional()
    .describe("The messenger. Who writes to the bot first gets a pairing code."),
  git: z
    .strictObject({
      credentials: secretRef().describe(
        "Lines of git's own form, `https://user:token@host`. In the container they are /etc/git-credentials, which is root's.",
      ),
      blocked: z
        .array(
          z.string().regex(/^https:\/\/[^\s"\\]+\/$/, {
            error: "must be a URL that ends in /, such as https://github.com/acme/",
          }),
        )
        .default([])
        .describe("URLs below which git reaches nothing, such as those of other organizations."),
    })
    .optional()
    .describe("Access to git repositories, for the whole container. Default: none."),
  browser: z
    .union([containerPath(), z.literal(false)])
    .prefault("/usr/bin/chromium")
    .describe("Path of Chromium in the image; `false`: the PA has no browser."),
  soul: z
    .string()
    .min(1)
    .optional()
    .describe("SOUL.md, the admin's: the PA can read it and nothing more. Default: that of `pa-default`."),
  identity: z
    .string()
    .min(1)
    .optional()
    .describe("IDENTITY.md to begin with; it is the user's and never written again. Default: that of `pa-default`."),
  workspace: workspace().describe("More files of the PA's workspace to begin with, such as skills/tez/SKILL.md."),
  mcp: z
    .record(z.string(), mcpServer)
    .default({})
    .describe(
      "MCP servers for mcporter, by name: an entry of `fleet:services` of the same machine, or a block with `url`.",
    ),
  settings: freeForm()
    .prefault({})
    .describe("Anything else of openclaw.json, merged into it; values may be `{ secret: name }`."),
  token: z
    .strictObject({
      rotation: z.number().int().min(0).default(1).describe("Another number makes another token: `./fleet rotate`."),
    })
    .prefault({})
    .describe("The gateway's token, which is generated."),
  health: z
    // Versions of 2026.2 compile their plugins at the first start of a container: near a minute of CPU each, and PAs start together.
    .strictObject(healthTiming({ interval: "15s", timeout: "10s", retries: 6, startPeriod: "10m" }))
    .prefault({})
    .describe("How often the gateway is asked whether it is ready."),
});

type PaEntry = z.output<typeof paSchema>;

/** An MCP server as mcporter is told of it. */
export type McpServer = Exclude<PaEntry["mcp"][string], string>;

export type PaAgentSpec = Resolve<Omit<PaEntry, "mcp">> & {
  reaches: string[];
  internalPort: number;
  /** OpenClaw's version where the image tells it; undefined for an image that does not. */
  version?: string;
  /** Folder of the machine with all that is the PA's. */
  folder: string;
  mcp: Record<string, McpServer>;
};

export const pa: Runtime = {
  // The gateway's token guards it.
  servedByDefault: true,
  volumes: {},
  sharesNetwork: false,
  onHostNetwork: true,
  // Traefik meets agents in a network of their own.
  servedBy: (proxy) => proxy !== "traefik",
  ports: gatewayPorts,
  bot: ({ telegram }) => ({ path: ["telegram", "bot"], token: telegram?.bot }),
  // As the PAs' own scripts have always named them.
  names: {
    container: (_stack, agent) => `pa-${agent}`,
    volume: (_stack, agent, volume) => `pa-${agent}-${volume}`,
  },
  ownSecrets: [
    { path: ["telegram", "bot"], with: ["telegram"], name: "telegram-bot", title: "token of the Telegram bot" },
  ],
  uses: ({ mcp = {} }) =>
    Object.entries(mcp).flatMap(([name, server]) =>
      typeof server === "string" ? [{ service: server, path: ["mcp", name] }] : [],
    ),
  check(agents, drafts, report) {
    for (const agent of agents) {
      checkPa(agent, drafts, report);
      checkMemory(agent, drafts, report);
      checkImage(agent, drafts, report);
    }
  },
};
