import { z } from "zod";
import { dockerName, port, reference, secretRef, textOrSecret } from "../schema/fields.js";
import { healthTiming } from "../schema/parts.js";
import { agentShape, type Resolve } from "./agent.js";
import type { Runtime } from "./runtime.js";

/** Port of the claw's public proxy, in its container. */
const CLAW_PORT = 8080;

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const url = () =>
  z.string().regex(/^https?:\/\/[^\s/]+\S*$/, { error: "must be an http or https URL, such as https://gather.is" });

const model = z.strictObject({
  provider: z.enum(["anthropic", "gemini"]).default("anthropic").describe("`MODEL_PROVIDER`: the API that it speaks."),
  apiKey: textOrSecret()
    .optional()
    .describe("`ANTHROPIC_API_KEY`: `{ secret: name }`, or plain text for a key that is no secret."),
  baseUrl: url().default("https://api.z.ai/api/anthropic").describe("`ANTHROPIC_API_BASE`: base URL of the API."),
  name: z.string().min(1).default("glm-5").describe("`ANTHROPIC_MODEL`: the model."),
});

const telegram = z.strictObject({
  bot: textOrSecret().optional().describe("`TELEGRAM_BOT`: the bot's token. Each bot serves one claw only."),
  chatId: z.string().min(1).optional().describe("`TELEGRAM_CHAT_ID`: the chat that it answers in (quoted)."),
});

const identity = z.strictObject({
  privateKey: secretRef().describe(
    "`GATHER_PRIVATE_KEY`: the Ed25519 key as a PEM file in base64. `./fleet agent add` makes one.",
  ),
  publicKey: z
    .string()
    .regex(BASE64, { error: "must be a PEM file in base64, on one line" })
    .optional()
    .describe("`GATHER_PUBLIC_KEY`: its public half, a PEM file in base64. Default: what the private key gives."),
  agentId: z
    .string()
    .min(1)
    .optional()
    .describe("`GATHER_AGENT_ID`: what Gather calls the agent, once it is registered."),
});

export const clawSchema = z.strictObject({
  runtime: z
    .literal("claw")
    .describe("A claw of Gather: an agent with its own supervisor, API, messenger and web page."),
  ...agentShape({
    memory: "512MiB",
    cpus: 1,
    pids: 256,
    tmpfs: [],
    // The claw's own supervisor is process 1, and exchanges the binary beside it.
    init: false,
    readOnlyRoot: false,
  }),
  network: dockerName()
    .optional()
    .describe(
      "A Docker network that is there already, to live in. Default: the edge's, where that has one; else one of its own.",
    ),
  port: port()
    .optional()
    .describe(
      "Port on the machine's loopback address. Default: not published; Traefik reaches the claw in its network.",
    ),
  internalPort: port().default(CLAW_PORT).describe("Port of the claw's public proxy in the container."),
  model: model.prefault({}).describe("The model that the claw thinks with."),
  telegram: telegram.prefault({}).describe("The messenger."),
  identity: identity.optional().describe("Who the claw is on Gather. Without it, it has no account there."),
  gatherUrl: url().default("https://gather.is").describe("`GATHER_BASE_URL`: where Gather is."),
  root: z.string().default("/app").describe("`CLAY_ROOT`: the claw's folder in the container."),
  database: z.string().default("/app/data/messages.db").describe("`CLAY_DB`: its memory, in the volume `data`."),
  buildService: reference()
    .optional()
    .describe(
      "An entry of `fleet:services` that builds what the claw makes of itself; `BUILD_SERVICE_URL` leads to it.",
    ),
  buildServiceUrl: url()
    .default("http://127.0.0.1:9090")
    .describe("`BUILD_SERVICE_URL`, where no `buildService` is named."),
  health: z
    .strictObject({
      path: z
        .string()
        .regex(/^\/\S*$/, { error: "must be a path, such as /" })
        .default("/")
        .describe("Path on `internalPort` that answers with a status from 200 to 399."),
      ...healthTiming({ interval: "5s", timeout: "5s", retries: 6, startPeriod: "60s" }),
    })
    .prefault({})
    .describe("How the claw is asked whether it is ready."),
  adopted: z
    .strictObject({
      without: z
        .array(z.string())
        .default([])
        .describe("Variables of this runtime that the container was made without."),
    })
    .optional()
    .describe(
      "The container was there before the fleet and is left as it was made: limits, hardening and labels come with the next " +
        "`./fleet patch`, which takes this out. Written by `./fleet adopt`.",
    ),
});

export type ClawAgentSpec = Resolve<z.output<typeof clawSchema>> & { internalPort: number };

/** What a claw is told by its environment: the setting that each variable has. */
export const CLAW_VARIABLES: { name: string; path: string[] }[] = [
  { name: "MODEL_PROVIDER", path: ["model", "provider"] },
  { name: "ANTHROPIC_API_KEY", path: ["model", "apiKey"] },
  { name: "ANTHROPIC_API_BASE", path: ["model", "baseUrl"] },
  { name: "ANTHROPIC_MODEL", path: ["model", "name"] },
  { name: "TELEGRAM_BOT", path: ["telegram", "bot"] },
  { name: "TELEGRAM_CHAT_ID", path: ["telegram", "chatId"] },
  { name: "GATHER_PRIVATE_KEY", path: ["identity", "privateKey"] },
  { name: "GATHER_PUBLIC_KEY", path: ["identity", "publicKey"] },
  { name: "GATHER_AGENT_ID", path: ["identity", "agentId"] },
  { name: "GATHER_BASE_URL", path: ["gatherUrl"] },
  { name: "CLAY_ROOT", path: ["root"] },
  { name: "CLAY_DB", path: ["database"] },
  { name: "BUILD_SERVICE_URL", path: ["buildServiceUrl"] },
];

export const claw: Runtime = {
  // What is served is the claw's public page and an API that Gather's own sign-in guards.
  servedByDefault: true,
  volumes: { data: "/app/data", soul: "/app/soul", public: "/app/public" },
  sharesNetwork: true,
  onHostNetwork: false,
  ports: (port) => [port],
  servedBy: () => true,
  bot: ({ telegram }) => ({ path: ["telegram", "bot"], token: telegram?.bot }),
  // As the claws' own scripts have always named them, so that what is there already is found.
  names: {
    container: (_stack, agent) => `claw-${agent}`,
    volume: (_stack, agent, volume) => `claw-${volume}-${agent}`,
  },
  ownSecrets: [
    { path: ["identity", "privateKey"], with: ["identity"], name: "identity-key", title: "identity", made: "ed25519" },
    { path: ["model", "apiKey"], name: "model-key", title: "API key of the model" },
    { path: ["telegram", "bot"], with: ["telegram"], name: "telegram-bot", title: "token of the Telegram bot" },
  ],
  uses: ({ buildService }) => (buildService === undefined ? [] : [{ service: buildService, path: ["buildService"] }]),
  check() {},
};
