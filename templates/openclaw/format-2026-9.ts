import { commonConfig } from "./common.js";
import { format2026_3 } from "./format-2026-3.js";
import type { ConfigFormat, Gateway, JsonObject } from "./gateway.js";
import { merge } from "./merge.js";

/** The format of current OpenClaw, known from running 2026.9.6. */
export const format2026_9: ConfigFormat = {
  ...format2026_3,
  since: "2026.9.0",
  validate: ["openclaw", "config", "validate", "--json"],
  // Its gateway does not start on the state of an older one, nor without a plugin that its configuration needs.
  migrate: ["doctor", "--fix", "--non-interactive"],

  config(gateway: Gateway): JsonObject {
    // Nobody is called who is not declared.
    return merge(commonConfig(gateway), {
      telemetry: { enabled: false },
      models: { catalogRefresh: { enabled: false } },
    });
  },
};
