import { commonConfig, probe } from "./common.js";
import type { ConfigFormat } from "./gateway.js";

/** The format between the two that are known from running: what both of those read, and the health endpoints that 2026.3.1 brought. */
export const format2026_3: ConfigFormat = {
  since: "2026.3.1",

  config: commonConfig,

  environment: {
    // A restart within the process, so that the container goes on.
    OPENCLAW_NO_RESPAWN: "1",
    OPENCLAW_DISABLE_BONJOUR: "1",
    OPENCLAW_NO_AUTO_UPDATE: "1",
    // Every writer of openclaw.json refuses: the file belongs to the stack config. Versions that do not know it ignore it.
    OPENCLAW_CONFIG_READONLY: "1",
  },

  // The body is read, since unknown paths answer 200 with the Control UI.
  health: (port) =>
    probe({
      port,
      path: "/readyz",
      method: "GET",
      curl: "",
      grep: '"ready": *true',
      condition: "(await response.json()).ready===true",
    }),
};
