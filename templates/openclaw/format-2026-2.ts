import { commonConfig, probe } from "./common.js";
import type { ConfigFormat, Gateway, JsonObject } from "./gateway.js";

/** The format of OpenClaw 2026.2, known from running 2026.2.22. */
export const format2026_2: ConfigFormat = {
  since: "2026.2.0",

  config(gateway: Gateway): JsonObject {
    // A channel without its plugin's entry makes these versions write the entry into openclaw.json at each start.
    // Telegram is part of the core.
    const plugins = Object.keys(gateway.channels).filter((channel) => channel !== "telegram" && channel !== "defaults");
    return {
      ...commonConfig(gateway),
      ...(plugins.length > 0 && {
        plugins: { entries: Object.fromEntries(plugins.map((plugin) => [plugin, { enabled: true }])) },
      }),
    };
  },

  environment: {
    // A restart within the process: the detached child of an ordinary one would end the container.
    OPENCLAW_NO_RESPAWN: "1",
    OPENCLAW_DISABLE_BONJOUR: "1",
    // These versions know no read-only config; this at least makes them say that it is managed elsewhere.
    OPENCLAW_NIX_MODE: "1",
  },

  // No health endpoint: every unknown path, /healthz too, answers 200 with the Control UI. A call without a token is
  // refused only by a gateway that is up.
  health: (port) =>
    probe({
      port,
      path: "/tools/invoke",
      method: "POST",
      curl: "-o /dev/null -w '%{http_code}'",
      grep: "401",
      condition: "response.status===401",
    }),
};
