import type { Gateway } from "../../templates/openclaw/gateway.js";

/** A gateway with a model server, a channel and an edge in front. */
export const gateway = (more: Partial<Gateway> = {}): Gateway => ({
  port: 18789,
  token: "t".repeat(48),
  trustedProxies: ["172.18.0.1"],
  allowedOrigins: ["http://ada.localhost:8080"],
  stateDir: "/home/node/.openclaw",
  workspace: "/home/node/.openclaw/workspace",
  model: {
    primary: "corp/m1",
    fallbacks: ["corp/m2"],
    providers: {
      corp: {
        baseUrl: "https://llm.example.org/anthropic",
        api: "anthropic-messages",
        apiKey: "key",
        headers: { "x-team": "a" },
        models: [
          { id: "m1", contextWindow: 200000, maxTokens: 8192, input: ["text"] },
          { id: "m2", name: "Two" },
        ],
      },
    },
  },
  channels: { telegram: { enabled: true, botToken: "1:abc", dmPolicy: "pairing" } },
  settings: {},
  ...more,
});
