import type { Command } from "commander";
import pc from "picocolors";
import type { BackupSpec } from "../../spec/index.js";
import { askHost, type BackupList, backupsOf, type RunResult } from "../backups.js";
import { bytes, since, table } from "../table.js";
import { action } from "../verb.js";
import { currentProject, readSpec, readStack } from "../workspace.js";

interface BackupOptions {
  now?: boolean;
  json?: boolean;
}

export function define(command: Command): void {
  command
    .summary("list a stack's backups, or make one now")
    .description(
      "Shows what is backed up of every agent and service, and how old it is. Ends with 1 if something has no backup or the last run failed.",
    )
    .argument("<stack>")
    .argument("[machine]", "the backup of this machine only")
    .option("--now", "make a backup now, beside those of every night")
    .option("--json", "print it as JSON");
  action(command, backup);
}

async function backup(stack: string, machine: string | undefined, { now, json }: BackupOptions): Promise<number> {
  const project = await currentProject();
  const spec = await readSpec(project, await readStack(project, stack));
  const found: { backup: BackupSpec; list: BackupList; result?: RunResult }[] = [];
  // One after the other: what they say would mix.
  for (const backup of backupsOf(spec, machine)) {
    if (now) process.stderr.write(`Backing up ${backup.machine} (${backup.name})…\n`);
    const result = now ? await askHost(project, spec, backup, "now") : undefined;
    found.push({ backup, list: await askHost(project, spec, backup, "list"), ...(result && { result }) });
  }
  const isGood = found.every(({ list }) => list.last?.ok === true && missingOf(list).length === 0);
  if (json) {
    const backups = found.map(({ backup, list }) => ({ backup: backup.name, machine: backup.machine, ...list }));
    process.stdout.write(`${JSON.stringify({ stack, ok: isGood, backups }, undefined, 2)}\n`);
    return isGood ? 0 : 1;
  }
  for (const { backup, list } of found) process.stdout.write(shown(backup, list));
  return isGood ? 0 : 1;
}

/** Entries that have data and no snapshot of it: those of the last run that never succeeded. */
function missingOf({ last, snapshots }: BackupList): string[] {
  const parts = last?.parts ?? [];
  return parts
    .filter(({ entry, part }) => !snapshots.some((snapshot) => snapshot.entry === entry && snapshot.part === part))
    .map(({ entry, part }) => `${entry} ${part}`);
}

function shown({ name, machine }: BackupSpec, { entries, last, snapshots }: BackupList): string {
  const age = (time: string) => `${since(new Date(time))} ago`;
  const head = last
    ? `${name} on ${machine}: last run ${age(last.finished)}, ${last.ok ? pc.green("good") : pc.red("failed")}\n`
    : `${name} on ${machine}: ${pc.red("has not run yet")}\n`;
  const keys = [
    ...new Set([...(last?.parts ?? []), ...snapshots].map(({ entry, part }) => `${entry}\t${part}`)),
  ].sort();
  const rows = keys.map((key) => {
    const [entry, part] = key.split("\t") as [string, string];
    const own = snapshots.filter((snapshot) => snapshot.entry === entry && snapshot.part === part);
    const newest = own.at(-1);
    const result = last?.parts.find((result) => result.entry === entry && result.part === part);
    return [
      entries.includes(entry) ? entry : `${entry} (gone from the stack)`,
      part,
      newest?.id ?? "-",
      newest ? age(newest.time) : "-",
      String(own.length),
      result?.bytes === undefined ? "-" : bytes(result.bytes),
      result ? (result.ok ? pc.green("good") : pc.red("failed")) : "-",
    ];
  });
  const errors = [
    ...(last?.parts ?? []).filter(({ ok }) => !ok).map(({ entry, part, error }) => `${entry} ${part}: ${error}`),
    ...(last && !last.retention.ok ? [`retention: ${last.retention.error}`] : []),
    ...(last && !last.check.ok ? [`check of the repository: ${last.check.error}`] : []),
  ];
  return [
    head,
    rows.length > 0 ? table(["ENTRY", "PART", "NEWEST", "AGE", "KEPT", "SIZE", "LAST RUN"], rows) : "",
    ...errors.map((error) => `${error}\n`),
  ].join("");
}
