import type { BaselineInput, OpenPort, Part } from "./part.js";

/** As `ufw show added` prints it, and as `ufw` takes it. */
export function ufwRule({ port, protocol, from }: OpenPort): string {
  return from === undefined ? `allow ${port}/${protocol}` : `allow from ${from} to any port ${port} proto ${protocol}`;
}

/** Rules of the host, without those for the ports that its sshd listens on. */
export function ufwRules({ open, tailscale }: BaselineInput): string[] {
  const tcp = (port: number): OpenPort => ({ port, protocol: "tcp" });
  const direct: OpenPort[] = tailscale ? [{ port: 41641, protocol: "udp" }] : [];
  return [...new Set([tcp(80), tcp(443), ...direct, ...open].map(ufwRule))];
}

/**
 * The firewall: nothing comes in but ssh, HTTP, HTTPS and what is opened. It is the baseline's as a whole: a rule that somebody adds by
 * hand is taken away. Port 22 and the ports that sshd really listens on are let in before anything else is done.
 */
export const ufw = (input: BaselineInput): Part => ({
  name: "ufw",
  packages: ["ufw"],
  apply: [
    ...wantedRules(input),
    'printf "%s\\n" "$wanted" | while read -r rule; do ufw $rule >/dev/null; done',
    "ufw default deny incoming >/dev/null",
    "ufw default allow outgoing >/dev/null",
    "ufw --force enable >/dev/null",
    `ufw show added | sed -n 's/^ufw //p' | while read -r rule; do`,
    `  printf "%s\\n" "$wanted" | grep -qxF "$rule" || printf "%s\\n" "$rule" | xargs ufw --force delete >/dev/null`,
    "done",
    "systemctl enable ufw >/dev/null 2>&1",
  ],
  probe: [
    ...wantedRules(input),
    "ufw status verbose | grep -q '^Default: deny (incoming)' &&",
    `[ "$(ufw show added | sed -n 's/^ufw //p' | sort -u)" = "$(printf '%s\\n' "$wanted" | sort -u)" ]`,
  ].join("\n"),
});

/** Lines that set `wanted` to the rules, one a line. */
function wantedRules(input: BaselineInput): string[] {
  return [
    `wanted=$({ echo 22; sshd -T | sed -n 's/^port //p'; } | sort -un | sed 's|.*|allow &/tcp|'`,
    ...ufwRules(input).map((rule) => `echo '${rule}'`),
    ")",
  ];
}
