import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { HostFile } from "../hosts/bundle.js";

/** The program on the host that backs up, restores and drills. Verbs call it by ssh, systemd at night. */
export const BACKUP_PROGRAM = "/usr/local/lib/fleet/backup";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const PARTS = "backup.d";

/** The program and its parts, by path on the host. It holds no secret, so that everybody may read what runs as root. */
export function backupProgram(): Record<string, HostFile> {
  const parts = readdirSync(`${FOLDER}${PARTS}`).filter((file) => file.endsWith(".sh"));
  return {
    [BACKUP_PROGRAM]: { text: readFileSync(`${FOLDER}backup`, "utf8"), mode: "0755" },
    ...Object.fromEntries(
      parts.map((file) => [
        `${BACKUP_PROGRAM}.d/${file}`,
        { text: readFileSync(`${FOLDER}${PARTS}/${file}`, "utf8"), mode: "0644" },
      ]),
    ),
  };
}

/** What the program reads to know what is backed up, and what is kept: `/etc/fleet/backup-<name>.json`. No secret is in it. */
export interface BackupPlan {
  stack: string;
  machine: string;
  keep: { daily: number; weekly: number; monthly: number };
  entries: Record<
    string,
    { folders: string[]; databases: { container: string; user: string; name: string; users: string[] }[] }
  >;
}

export const planFile = (name: string) => `/etc/fleet/backup-${name}.json`;
export const accessFile = (name: string) => `/etc/fleet/backup-${name}.env`;
export const unitName = (name: string) => `fleet-backup-${name}`;

export const renderPlan = (plan: BackupPlan) => `${JSON.stringify(plan, undefined, 2)}\n`;

/**
 * Variables as a shell reads them, whatever is in the values. The program reads the file itself, by hand as at night: systemd's own
 * `EnvironmentFile` has other rules of quoting.
 */
export const renderAccess = (variables: Record<string, string>) =>
  Object.entries(variables)
    .map(([name, value]) => `${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join("");

/** Lets the user of our ssh run the program as root. */
export const SUDOERS = "/etc/sudoers.d/60-fleet-backup";

/** A restore goes on to its end when the connection breaks, which it does not behind a terminal of sudo's. */
export const renderSudoers = (user: string) =>
  `# Written by agent-fleet.\nDefaults!${BACKUP_PROGRAM} !use_pty\n${user} ALL=(root) NOPASSWD: ${BACKUP_PROGRAM}\n`;

/** The unit that backs up. */
export function renderService(name: string): string {
  return `# Written by agent-fleet.
[Unit]
Description=Backup ${name} of agents and services
After=network-online.target docker.service
Wants=network-online.target

[Service]
Type=oneshot
ExecStart=${BACKUP_PROGRAM} run ${name}
# However it ended, killed as well: no container stays paused.
ExecStopPost=${BACKUP_PROGRAM} thaw ${name}
TimeoutStartSec=12h
Nice=10
IOSchedulingClass=idle
# It reads all data and writes to the repository, which may be any folder: so only what no backup needs is taken away. /tmp and /home
# stay, as a repository or a key of sftp may be there.
CapabilityBoundingSet=CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_CHOWN CAP_FOWNER CAP_KILL
NoNewPrivileges=yes
ProtectSystem=full
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
`;
}

/**
 * The timer of the unit.
 *
 * @param at time of day in the host's time zone, such as 03:15
 */
export function renderTimer(name: string, at: string): string {
  return `# Written by agent-fleet.
[Unit]
Description=When backup ${name} is made

[Timer]
OnCalendar=*-*-* ${at}:00
# A host that was off makes up for it when it is back.
Persistent=true
# Many hosts of one fleet do not all ask the same store in the same second.
RandomizedDelaySec=5min

[Install]
WantedBy=timers.target
`;
}
