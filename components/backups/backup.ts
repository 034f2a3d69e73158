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

/** What the program needs on the host, by Debian's package: a message that says what to do beats a unit that fails at night. */
const NEEDS = { restic: "restic", jq: "jq", flock: "util-linux", systemctl: "systemd" };

/**
 * The backup of a machine: the program and a timer on the host itself, which go on when nobody runs Pulumi. Verbs call the same
 * program by ssh to list, restore and drill.
 */
export class Backup extends pulumi.ComponentResource {
  readonly nodes: { access: HostFiles; program: HostFiles };

  constructor(name: string, args: BackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:backups:Backup", name, {}, opts);
    const access = this.#makeAccess(name, args);
    this.nodes = { access, program: this.#makeProgram(name, args, access) };
    this.registerOutputs({ unit: unitName(args.spec.name) });
  }

  /** By itself: what is delivered with a secret is hidden in plans as a whole, and the rest can be looked at. */
  #makeAccess(name: string, { stack, spec, machine, secrets, transform }: BackupArgs): HostFiles {
    const variables = resolveSecrets(
      { RESTIC_REPOSITORY: spec.repository, RESTIC_PASSWORD: spec.password, ...spec.env },
      secrets,
    );
    const file = variables.apply((variables) => ({ text: renderAccess(variables), mode: "0600" }));
    return new HostFiles(
      `${name}-access`,
      {
        machine,
        owner: { stack, entry: `backup-${spec.name}-access` },
        files: { [accessFile(spec.name)]: file },
        ...(transform && { transform }),
      },
      { parent: this },
    );
  }

  #makeProgram(name: string, args: BackupArgs, access: HostFiles): HostFiles {
    const { stack, spec, machine, entries, transform } = args;
    const unit = unitName(spec.name);
    const plan = renderPlan({ stack, machine: spec.machine, keep: spec.keep, entries });
    // Verbs come as the user that everything of ours comes as.
    const user = pulumi.output(machine.host?.environment.FLEET_HOST ?? "").apply((host) => userOf(host));
    return new HostFiles(
      `${name}-program`,
      {
        machine,
        owner: { stack, entry: `backup-${spec.name}` },
        files: {
          ...backupProgram(),
          [planFile(spec.name)]: { text: plan },
          [SUDOERS]: user.apply((user) => ({ text: renderSudoers(user), mode: "0440" })),
          [`/etc/systemd/system/${unit}.service`]: { text: renderService(spec.name) },
          [`/etc/systemd/system/${unit}.timer`]: { text: renderTimer(spec.name, spec.at) },
        },
        checks: [
          ...Object.entries(NEEDS).map(
            ([program, debian]) =>
              `command -v ${program} >/dev/null || { echo 'backups need ${program}, which this host does not have: apt-get install ${debian}' >&2; exit 1; }`,
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
        ...(transform && { transform }),
      },
      { parent: this, dependsOn: [access] },
    );
  }
}

/** The user of `ssh://user@host`; root needs no leave. */
const userOf = (host: string) => (host === "" ? "root" : decodeURIComponent(new URL(host).username) || "root");
