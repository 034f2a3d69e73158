import { formatFor } from "./config.js";
import type { JsonObject } from "./gateway.js";
import { merge } from "./merge.js";

/** What makes a gateway a personal assistant, whichever OpenClaw version will read it. Secrets are values here. */
export interface Pa {
  /** Claude API key; undefined: none. */
  anthropicKey?: string;
  /** Key of Brave's search; undefined: none. */
  braveKey?: string;
  /** There is an OpenAI key in the gateway's environment, for speech and embeddings. */
  openai: boolean;
  /** Path of Chromium in the container; undefined: no browser. */
  browser?: string;
  telegram?: { botToken?: string; allowFrom: (string | number)[] };
}

/** The part of a PA's openclaw.json that goes over what every gateway has. */
export function paSettings(version: string | undefined, pa: Pa): JsonObject {
  // Versions between are taken for the older: the layout changed in one of them, and the newer is known from 2026.9 on.
  const isNew = formatFor(version).since === "2026.9.0";
  return [common(pa), exec(isNew), search(pa, isNew), memory(pa, isNew)].reduce(merge);
}

function common({ anthropicKey, openai, browser, telegram }: Pa): JsonObject {
  return {
    // In the machine's own network: what is not for the edge beside it is for nobody.
    gateway: { bind: "loopback" },
    ...(anthropicKey !== undefined && { env: { vars: { ANTHROPIC_API_KEY: anthropicKey } } }),
    tools: {
      // The container is what holds a PA, not a list of tools. Only the gateway itself is not the PA's to steer.
      profile: "full",
      deny: ["gateway"],
      media: {
        audio: { enabled: openai },
        ...(openai && { models: [{ provider: "openai", model: "whisper-1", capabilities: ["audio"] }] }),
      },
    },
    browser:
      browser === undefined
        ? { enabled: false }
        : // Chromium's own sandbox needs rights that the container has been denied.
          { enabled: true, executablePath: browser, headless: true, noSandbox: true },
    agents: { defaults: { sandbox: { mode: "off" } } },
    ...(telegram && {
      channels: {
        telegram: {
          enabled: true,
          dmPolicy: "pairing",
          ...(telegram.botToken !== undefined && { botToken: telegram.botToken }),
          ...(telegram.allowFrom.length > 0 && { allowFrom: telegram.allowFrom }),
        },
      },
    }),
  };
}

/** Commands without asking. Since 2026.9 one word says both; its migration writes it, and refuses the two beside it. */
function exec(isNew: boolean): JsonObject {
  const how: JsonObject = isNew ? { mode: "full" } : { security: "full", ask: "off" };
  return { tools: { exec: { host: "gateway", ...how, applyPatch: { enabled: true } } } };
}

/**
 * Since 2026.9 Brave is a plugin that takes its key from the environment too, and is found by that; named as the provider where the
 * plugin is not installed, it would keep the gateway from starting.
 */
function search({ braveKey }: Pa, isNew: boolean): JsonObject {
  if (braveKey === undefined) return {};
  return isNew
    ? { env: { vars: { BRAVE_API_KEY: braveKey } }, tools: { web: { search: { enabled: true } } } }
    : { tools: { web: { search: { enabled: true, provider: "brave", apiKey: braveKey } } } };
}

/**
 * Search over what the PA has noted and what was said, with a model on the machine itself. Since 2026.9 that model is a plugin, without which
 * a gateway that is told of it does not start: there it is OpenAI's, and without its key words are looked for.
 */
function memory({ openai }: Pa, isNew: boolean): JsonObject {
  const settings: JsonObject = {
    enabled: true,
    sources: ["memory", "sessions"],
    experimental: { sessionMemory: true },
  };
  if (isNew) return { memory: { search: { ...settings, provider: "openai" } } };
  // Where the local model cannot be had; without a key there is nothing to fall back to.
  const local = { ...settings, provider: "local", fallback: openai ? "openai" : "none" };
  return { agents: { defaults: { memorySearch: local } } };
}
