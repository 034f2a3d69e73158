import type { Command } from "commander";
import { isStale, type LockInfo } from "../../engine/state/lock.js";
import { FleetError } from "../errors.js";
import { confirm } from "../prompt.js";
import { backendOf } from "../state.js";
import { action } from "../verb.js";
import { currentProject, noStack, stackNames } from "../workspace.js";

export function define(command: Command): void {
  command
    .summary("free a stack that a dead run has locked")
    .description(
      "Removes the locks of a stack. Only for a run that is no more: two runs at once would spoil the state.",
    )
    .argument("<stack>")
    .option("-y, --yes", "do not ask");
  action(command, cancel);
}

async function cancel(stack: string, { yes }: { yes?: boolean }): Promise<undefined> {
  const project = await currentProject();
  const backend = backendOf(project);
  const locks = await backend.locks(project.name, stack);
  if (locks.length === 0) {
    const known = (await backend.listStacks(project.name)).map(({ name }) => name);
    if (!known.includes(stack) && !(await stackNames(project)).includes(stack))
      throw await noStack(project, stack, known);
    process.stdout.write(`The stack ${stack} is not locked.\n`);
    return undefined;
  }
  for (const lock of locks) {
    process.stderr.write(`Locked by ${holder(lock)}${isStale(lock) ? ", which has ended" : ""}\n`);
  }
  const question = `Remove the lock${locks.length > 1 ? "s" : ""} of ${stack}? A run that is still at work would spoil the state.`;
  if (!yes && !locks.every(isStale) && !(await confirm(question, "cancel"))) {
    throw new FleetError("nothing was removed");
  }
  await backend.cancel(project.name, stack);
  process.stdout.write(`The stack ${stack} is free. The next up says what was in flight.\n`);
  return undefined;
}

function holder({ pid, username, hostname, timestamp, path }: LockInfo): string {
  if (pid === undefined) return `the file ${path}, which does not say who wrote it`;
  return [
    `process ${pid}`,
    username && `of ${username}`,
    hostname && `on ${hostname}`,
    timestamp && `since ${timestamp}`,
  ]
    .filter(Boolean)
    .join(" ");
}
