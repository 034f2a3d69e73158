/** JSON as it stands in openclaw.json. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** A model of a provider. Sizes are in tokens. */
export interface ModelEntry {
  id: string;
  name?: string;
  reasoning?: boolean;
  input?: string[];
  contextWindow?: number;
  maxTokens?: number;
}

export interface ModelProvider {
  baseUrl: string;
  /** `anthropic-messages`, `openai-completions`, … */
  api: string;
  apiKey?: string;
  headers?: Record<string, string>;
  models: ModelEntry[];
}

/** What a gateway's configuration says, whichever OpenClaw version will read it. Secrets are values here, not references. */
export interface Gateway {
  /** Port that the gateway listens on, on every address of its container. */
  port: number;
  /** Token that every client must show. */
  token: string;
  /** Addresses whose `X-Forwarded-For` is believed: the edge proxy's, as the container sees it. */
  trustedProxies: string[];
  /** Origins from which a browser may open the Control UI. */
  allowedOrigins: string[];
  /** Folder of the gateway's state, absolute. */
  stateDir: string;
  /** The agent's workspace, absolute. */
  workspace: string;
  model: { primary: string; fallbacks: string[]; providers: Record<string, ModelProvider> };
  /** OpenClaw's `channels` block. */
  channels: JsonObject;
  /** Merged over everything else: objects deeply, lists and plain values as a whole. */
  settings: JsonObject;
}

/** The config format of a range of OpenClaw versions, and what else differs with it. */
export interface ConfigFormat {
  /** The first version that reads it. */
  since: string;
  /** openclaw.json, before `settings`. */
  config(gateway: Gateway): JsonObject;
  /** Environment that keeps the gateway from writing its configuration and from starting itself anew. */
  environment: Record<string, string>;
  /** Command inside the container that exits with 0 only when the gateway is ready to serve. */
  health(port: number): string[];
  /** Command that exits with 0 if `OPENCLAW_CONFIG_PATH` can be read; missing for versions that have none. */
  validate?: string[];
  /** Arguments of OpenClaw's command line that bring the state of older versions up to date; undefined where the gateway does so itself. */
  migrate?: string[];
}
