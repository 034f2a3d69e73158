import type { BaselineInput, Part } from "./part.js";

const FOLDER = "/etc/fail2ban";
const JAIL = `${FOLDER}/jail.d/fleet.local`;

/** Shuts out addresses that guess at ssh, by what sshd says in the host's log; from all ports, sshd's own among them. */
export const fail2ban = ({ fail2ban: { maxRetry, findSeconds, banSeconds } }: BaselineInput): Part => ({
  name: "fail2ban",
  // It reads the host's log by the second.
  packages: ["fail2ban", "python3-systemd"],
  files: {
    [JAIL]: {
      text: `${[
        "[DEFAULT]",
        "ignoreip = 127.0.0.1/8 ::1",
        "[sshd]",
        "enabled = true",
        "backend = systemd",
        "banaction = %(banaction_allports)s",
        `maxretry = ${maxRetry}`,
        `findtime = ${findSeconds}`,
        `bantime = ${banSeconds}`,
      ].join("\n")}\n`,
    },
  },
  checks: [
    [
      "! command -v fail2ban-client >/dev/null && exit 0",
      "copy=$(mktemp -d)",
      `cp -a ${FOLDER}/. "$copy" && cp "$1${JAIL}" "$copy/jail.d/" && fail2ban-client -t -c "$copy"`,
      "status=$?",
      'rm -rf "$copy"',
      "exit $status",
    ].join("\n"),
  ],
  apply: [
    "systemctl enable --now fail2ban >/dev/null 2>&1",
    "tries=0; until fail2ban-client ping >/dev/null 2>&1; do tries=$((tries + 1)); [ $tries -lt 30 ]; sleep 1; done",
    // Who is shut out stays so.
    `if changed ${JAIL}; then fail2ban-client reload >/dev/null; fi`,
    `taken_up ${JAIL}`,
  ],
  probe: "fail2ban-client status sshd >/dev/null",
});
