import type { Part } from "./part.js";
import { KEYS_FOLDER } from "./users.js";

/** Before cloud-init's own, which is 50: of each setting sshd takes the first. */
const CONFIG = "/etc/ssh/sshd_config.d/10-fleet.conf";

/** Keys only, and never root. */
export const sshd = (): Part => ({
  name: "sshd",
  files: {
    [CONFIG]: {
      text: `${[
        "PermitRootLogin no",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "X11Forwarding no",
        "LoginGraceTime 30",
        // Everything of a stack shares one connection to a host.
        "MaxSessions 64",
        `AuthorizedKeysFile .ssh/authorized_keys ${KEYS_FOLDER}/%u`,
      ].join("\n")}\n`,
    },
  },
  // Where privileges are dropped, which a host that has not started sshd yet lacks.
  checks: [`! command -v sshd >/dev/null || { mkdir -p /run/sshd && sshd -t -f "$1${CONFIG}"; }`],
  apply: [
    "mkdir -p /run/sshd",
    "sshd -t",
    "sshd -T | grep -qi '^permitrootlogin no$' ||" +
      ` { echo "${CONFIG} has no effect: /etc/ssh/sshd_config must begin with: Include /etc/ssh/sshd_config.d/*.conf"; exit 1; }`,
    // Those who are connected stay so.
    `if changed ${CONFIG}; then systemctl try-reload-or-restart ssh; fi`,
    `taken_up ${CONFIG}`,
  ],
  probe: "sshd -T | grep -qi '^permitrootlogin no$' && sshd -T | grep -qi '^passwordauthentication no$'",
});
