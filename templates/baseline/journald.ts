import type { BaselineInput, Part } from "./part.js";

const CONFIG = "/etc/systemd/journald.conf.d/50-fleet.conf";

/** The host's log outlives a restart, and cannot fill the disk. */
export const journald = ({ journal: { bytes, seconds } }: BaselineInput): Part => ({
  name: "journald",
  files: {
    [CONFIG]: {
      text: `[Journal]\nStorage=persistent\nSystemMaxUse=${bytes}\nMaxRetentionSec=${seconds}s\n`,
    },
  },
  apply: [
    // It has no reload; what is said meanwhile waits in its sockets.
    `if changed ${CONFIG}; then systemctl restart systemd-journald; fi`,
    `taken_up ${CONFIG}`,
  ],
});
