import type { Command } from "commander";
import pc from "picocolors";
import { askHost, backupsOf, type DrillResult } from "../backups.js";
import { table } from "../table.js";
import { action } from "../verb.js";
import { currentProject, readSpec, readStack } from "../workspace.js";

export function define(command: Command): void {
  command
    .summary("prove that a stack's backups can be restored")
    .description(
      "Restores the latest backup of every agent and service into a scratch place on its machine, compares it with what was backed up and with the living data, and removes it again. Ends with 1 if something does not come back.",
    )
    .argument("<stack>")
    .argument("[machine]", "the backup of this machine only")
    .option("--json", "print it as JSON");
  action(command, drill);
}

async function drill(stack: string, machine: string | undefined, { json }: { json?: boolean }): Promise<number> {
  const project = await currentProject();
  const spec = await readSpec(project, await readStack(project, stack));
  const drills: (DrillResult & { backup: string; machine: string })[] = [];
  for (const backup of backupsOf(spec, machine)) {
    const result = await askHost(project, spec, backup, "drill");
    drills.push({ ...result, backup: backup.name, machine: backup.machine });
  }
  const isGood = drills.every(({ ok }) => ok);
  if (json) process.stdout.write(`${JSON.stringify({ stack, ok: isGood, drills }, undefined, 2)}\n`);
  else process.stdout.write(shown(drills));
  return isGood ? 0 : 1;
}

function shown(drills: (DrillResult & { machine: string })[]): string {
  const rows = drills.flatMap(({ machine, parts }) =>
    parts.map((part) => [
      machine,
      part.entry,
      part.part,
      part.snapshot || "-",
      part.files !== undefined
        ? `${part.files} files`
        : part.tables !== undefined
          ? `${part.tables} tables, ${part.rows} rows`
          : "-",
      part.same === undefined ? "-" : String(part.same),
      part.changed === undefined ? "-" : String(part.changed),
      part.ok ? pc.green("good") : pc.red("failed"),
    ]),
  );
  const errors = drills.flatMap(({ parts }) => parts.filter(({ ok }) => !ok));
  return [
    table(["MACHINE", "ENTRY", "PART", "SNAPSHOT", "RESTORED", "SAME", "CHANGED SINCE", "RESULT"], rows),
    ...errors.map(({ entry, part, error }) => `\n${entry} ${part}: ${error}\n`),
  ].join("");
}
