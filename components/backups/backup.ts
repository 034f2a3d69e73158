import * as pulumi from "@pulumi/pulumi";
import type { BackupSpec, EntryData } from "../../spec/index.js";
import {
  accessFile,
  backupProgram,
  planFile,
  renderAccess,
  renderPlan,
  renderService,
  renderSudoers,
  renderTimer,
  SUDOERS,
  unitName,
} from "../../templates/backups/files.js";
import type { CommandArgs } from "../command.js";
import { HostFiles } from "../host-files.js";
import type { Machine } from "../hosts/machine.js";
import { resolveSecrets, type Secrets } from "../secrets.js";
import type { Transform } from "../transform.js";

export interface BackupArgs {
  /** Name of the stack. */
  stack: string;
  spec: BackupSpec;
  machine: Machine;
  /** What is backed up, by entry. */
  entries: Record<string, EntryData>;
  secrets: Secrets;
  transform?: Transform<CommandArgs>;
}

/** What the program needs on the host: a message that says what to do beats a unit that fails at night. */
const NEEDS = ["restic", "jq", "flock", "systemctl"];

/**
 * The backup of a machine: the program and a timer on the host itself, which go on when nobody runs Pulumi. Verbs call the same
 * program by ssh to list, restore and drill.
 */
export class Backup extends pulumi.ComponentResource {
  readonly nodes: { files: HostFiles };

  constructor(name: string, args: BackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:backups:Backup", name, {}, opts);
    const { stack, spec, machine, entries } = args;
    const access = resolveSecrets(
      { RESTIC_REPOSITORY: spec.repository, RESTIC_PASSWORD: spec.password, ...spec.env },
      args.secrets,
    );
    const unit = unitName(spec.name);
    // Verbs come as the user that everything of ours comes as.
    const user = pulumi.output(machine.host?.environment.FLEET_HOST ?? "").apply((host) => userOf(host));
    const plan = renderPlan({ stack, machine: spec.machine, keep: spec.keep, entries });
    this.nodes = {
      files: new HostFiles(
        `${name}-files`,
        {
          machine,
          owner: { stack, entry: `backup-${spec.name}` },
          files: {
            ...backupProgram(),
            [planFile(spec.name)]: { text: plan },
            [accessFile(spec.name)]: access.apply((variables) => ({ text: renderAccess(variables), mode: "0600" })),
            [SUDOERS]: user.apply((user) => ({ text: renderSudoers(user), mode: "0440" })),
            [`/etc/systemd/system/${unit}.service`]: { text: renderService(spec.name) },
            [`/etc/systemd/system/${unit}.timer`]: { text: renderTimer(spec.name, spec.at) },
          },
          checks: [
            ...NEEDS.map(
              (program) =>
                `command -v ${program} >/dev/null || { echo 'backups need ${program}, which this host does not have: apt-get install ${PACKAGES[program] ?? program}' >&2; exit 1; }`,
            ),
            `! command -v visudo >/dev/null || visudo -q -c -f "$1${SUDOERS}"`,
          ],
          // A running timer keeps the time it began with.
          afterwards: ["systemctl daemon-reload", `systemctl enable ${unit}.timer`, `systemctl restart ${unit}.timer`],
          probes: { timer: `systemctl is-enabled --quiet ${unit}.timer && systemctl is-active --quiet ${unit}.timer` },
          whenRemoved: [
            `systemctl stop ${unit}.timer 2>/dev/null || true`,
            `rm -f /etc/systemd/system/timers.target.wants/${unit}.timer`,
            "systemctl daemon-reload",
          ],
          ...(args.transform && { transform: args.transform }),
        },
        { parent: this },
      ),
    };
    this.registerOutputs({ unit });
  }
}

/** The user of `ssh://user@host`; root needs no leave. */
const userOf = (host: string) => (host === "" ? "root" : decodeURIComponent(new URL(host).username) || "root");

/** Debian's packages of programs that are called otherwise. */
const PACKAGES: Record<string, string> = { flock: "util-linux", systemctl: "systemd" };
