import type { Project } from "../engine/project/project.js";
import { runBySsh } from "../engine/transport/ssh-command.mjs";
import type { BackupSpec, FleetSpec } from "../spec/index.js";
import { FleetError } from "./errors.js";
import { endpointsOf } from "./machines.js";
import { suggestion } from "./suggest.js";

/** Where components/backups puts the program. */
const PROGRAM = "/usr/local/lib/fleet/backup";
/** What `list` needs at most, and what moves data. */
const SECONDS = { list: 600, other: 12 * 3600 };
/** bash's own for a program that is not there. */
const NOT_FOUND = 127;

export interface Snapshot {
  id: string;
  time: string;
  entry: string;
  /** `files`, or a database as `<container>/<name>`. */
  part: string;
  run: string;
}

export interface PartResult {
  entry: string;
  part: string;
  ok: boolean;
  error?: string;
  snapshot?: string;
  /** What is in it, and what was new of it. */
  bytes?: number;
  added?: number;
}

export interface RunResult {
  started: string;
  finished: string;
  ok: boolean;
  parts: PartResult[];
  retention: { ok: boolean; error?: string };
  check: { ok: boolean; error?: string };
}

export interface BackupList {
  entries: string[];
  last: RunResult | null;
  snapshots: Snapshot[];
}

export interface RestoreResult {
  ok: boolean;
  parts: { part: string; snapshot: string }[];
  /** Where what was there before is now. */
  aside?: string[];
  error?: string;
  outcome?: string;
}

export interface DrillResult {
  ok: boolean;
  parts: (PartResult & { files?: number; tables?: number; rows?: number; same?: number; changed?: number })[];
}

/** What each verb of the program answers. */
interface Answers {
  list: BackupList;
  now: RunResult;
  restore: RestoreResult;
  drill: DrillResult;
}

/** The backups of a stack, or that of a machine. Throws FleetError if there is none. */
export function backupsOf(spec: FleetSpec, machine: string | undefined): BackupSpec[] {
  const all = Object.values(spec.backups);
  const found = all.filter((backup) => machine === undefined || backup.machine === machine);
  if (found.length > 0) return found;
  const held = all.map((backup) => backup.machine);
  throw new FleetError(
    machine === undefined
      ? `the stack ${spec.stack} has no backups`
      : `no backup of ${spec.stack} is on a machine "${machine}"${suggestion(machine, held)}`,
    held.length > 0
      ? `machines with a backup are ${held.join(", ")}`
      : "declare one in fleet:backups: see docs/backups.md",
  );
}

/**
 * Runs the backup program on its host by ssh, as root, and gives the document that it answers. What it says meanwhile goes to standard
 * error. Throws FleetError if it has no answer to give.
 */
export async function askHost<Verb extends keyof Answers>(
  project: Project,
  spec: FleetSpec,
  backup: BackupSpec,
  verb: Verb,
  ...words: string[]
): Promise<Answers[Verb]> {
  const endpoint = (await endpointsOf(project, spec)).find(({ machine }) => machine === backup.machine)?.endpoint;
  if (!endpoint?.ssh) {
    throw new FleetError(
      `${backup.machine} is not reached by ssh, and its backup ${backup.name} is made on the host itself`,
      `bring it up first: ./fleet up ${spec.stack}`,
    );
  }
  const command = [PROGRAM, verb, backup.name, ...words].map(quoted).join(" ");
  const { code, stdout, stderr } = await runBySsh(
    endpoint.ssh,
    project.programDir,
    `if [ "$(id -u)" = 0 ]; then exec ${command}; else exec sudo -n ${command}; fi`,
    {
      timeoutSeconds: verb === "list" ? SECONDS.list : SECONDS.other,
      ...(verb !== "list" && { onStderr: (text: string) => void process.stderr.write(text) }),
    },
  );
  try {
    return JSON.parse(stdout) as Answers[Verb];
  } catch {
    const said =
      stderr
        .trim()
        .split("\n")
        .at(-1)
        ?.replace(/^error: /, "") || `exit code ${code}`;
    const isMissing = code === NOT_FOUND || /not found|no backup/i.test(said);
    throw new FleetError(
      `${backup.machine}: ${said}`,
      isMissing ? `bring the backup onto the host: ./fleet up ${spec.stack}` : undefined,
      1,
    );
  }
}

const quoted = (word: string) => (/^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
