import { z } from "zod";
import { freeForm, port, textOrSecret, version } from "../schema/fields.js";
import { healthTiming, workspace } from "../schema/parts.js";
import { agentShape, type Resolve } from "./agent.js";
import { checkImage, checkMemory, checkModel, checkNode, checkOwned } from "./openclaw-checks.js";
import { type Runtime, stackNames } from "./runtime.js";

const modelEntry = z.strictObject({
  id: z.string().min(1).describe("The model's id, as the provider knows it."),
  name: z.string().min(1).optional().describe("Display name. Default: the id."),
  reasoning: z.boolean().optional().describe("The model can think before it answers."),
  input: z
    .array(z.enum(["text", "image"]))
    .optional()
    .describe("What the model takes."),
  contextWindow: z.number().int().positive().optional().describe("Context window, in tokens."),
  maxTokens: z.number().int().positive().optional().describe("Longest answer, in tokens."),
});

const provider = z.strictObject({
  baseUrl: z
    .string()
    .regex(/^https?:\/\/[^\s/]+/, { error: "must be an http or https URL, such as https://api.example.org" })
    .describe("Base URL of the provider's API, without the API's own path (`/v1/messages`)."),
  api: z
    .enum(["anthropic-messages", "openai-completions", "openai-responses", "google-generative-ai"])
    .describe("The API that the provider speaks."),
  apiKey: textOrSecret().optional().describe("`{ secret: name }`, or plain text for a key that is no secret."),
  headers: z.record(z.string(), textOrSecret()).optional().describe("Headers sent with each request."),
  models: z
    .array(modelEntry)
    .min(1, { error: "must name at least one model" })
    .describe("The provider's models that the agent may use."),
});

/** What is said of the model that a gateway thinks with. */
export const modelKeys = {
  primary: z
    .string()
    .regex(/^[^/\s]+\/\S+$/, { error: "must be <provider>/<model id>, such as anthropic/claude-sonnet-4-5" })
    .describe("The model that answers, as `<provider>/<model id>`."),
  fallbacks: z
    .array(z.string().regex(/^[^/\s]+\/\S+$/, { error: "must be <provider>/<model id>" }))
    .default([])
    .describe("Models to try when the primary one fails, in this order."),
  providers: z.record(z.string(), provider).default({}).describe("Model providers by name, besides OpenClaw's own."),
};

const model = z.strictObject(modelKeys);

export type OpenClawModel = z.output<typeof model>;

export const openclawSchema = z.strictObject({
  runtime: z.literal("openclaw").describe("An OpenClaw gateway in a container."),
  ...agentShape({ memory: "2GiB", cpus: 2, pids: 512, user: "1000:1000", tmpfs: ["/tmp", "/home/node/.cache"] }),
  port: port().describe("Port of the gateway on the machine's loopback address."),
  internalPort: port().default(18789).describe("Port of the gateway in the container."),
  version: version()
    .optional()
    .describe("OpenClaw's version in the image. Default: what `build.npm.openclaw` or the reference's tag says."),
  model: model.describe("The model that the agent thinks with."),
  channels: freeForm()
    .prefault({})
    .describe("OpenClaw's `channels` block, such as `telegram`; values may be `{ secret: name }`."),
  settings: freeForm()
    .prefault({})
    .describe("Anything else of openclaw.json, merged into it; values may be `{ secret: name }`."),
  workspace: workspace().describe("Files of the agent's workspace, such as SOUL.md and AGENTS.md."),
  token: z
    .strictObject({
      rotation: z.number().int().min(0).default(1).describe("Another number makes another token."),
    })
    .prefault({})
    .describe("The gateway's token, which is generated."),
  health: z
    .strictObject(healthTiming({ interval: "10s", timeout: "5s", retries: 6, startPeriod: "5m" }))
    .prefault({})
    .describe("How often the gateway is asked whether it is ready."),
});

export type OpenClawAgentSpec = Resolve<z.output<typeof openclawSchema>> & {
  internalPort: number;
  /** OpenClaw's version where the image tells it; undefined for an image that does not. */
  version?: string;
};

export const openclaw: Runtime = {
  // The gateway's token guards it.
  servedByDefault: true,
  volumes: { state: "/home/node/.openclaw" },
  sharesNetwork: false,
  onHostNetwork: false,
  ports: (port) => [port],
  // It trusts what a proxy says of clients by the proxy's address, which for one in a container changes with each start.
  servedBy: (proxy) => proxy === "caddy",
  bot({ channels }) {
    const telegram = channels && Object.hasOwn(channels, "telegram") ? channels.telegram : undefined;
    const token =
      typeof telegram === "object" && telegram !== null ? (telegram as Record<string, unknown>).botToken : undefined;
    return { path: ["channels", "telegram", "botToken"], token };
  },
  names: stackNames,
  ownSecrets: [],
  uses: () => [],
  check(agents, drafts, report) {
    for (const agent of agents) {
      checkModel(agent, drafts, report);
      checkMemory(agent, drafts, report);
      checkImage(agent, drafts, report);
      checkOwned(agent, report);
    }
    checkNode(drafts, report);
  },
};
