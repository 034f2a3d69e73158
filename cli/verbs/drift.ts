import type { Command } from "commander";
import { refuseIfHeld } from "../../engine/state/lock.js";
import { findDrift, putBack, shownDifference } from "../drift.js";
import { needState } from "../operation.js";
import { backendOf } from "../state.js";
import { table } from "../table.js";
import { action } from "../verb.js";
import { currentProject } from "../workspace.js";

interface DriftOptions {
  json?: boolean;
  putBack?: boolean;
}

export function define(command: Command): void {
  command
    .summary("show what somebody has changed on the hosts")
    .description(
      "Compares what the stack has put on its hosts with what is there: files, and what the baseline sees to. Names JSON paths, never a " +
        "value. Ends with 1 if something differs.",
    )
    .argument("<stack>")
    .option("--put-back", "deliver again what differs")
    .option("--json", "print JSON");
  action(command, drift);
}

async function drift(stack: string, options: DriftOptions): Promise<number> {
  const project = await currentProject();
  const backend = backendOf(project);
  const place = { project, stack, backend };
  await needState({ ...place, options: {} });
  // A run that is at work would show as drift.
  refuseIfHeld(await backend.locks(project.name, stack), stack);
  const found = await findDrift(place);
  const done = options.putBack && found.differences.length > 0 ? await putBack(place, found) : [];
  const { differences, failures, deliveries } = found;
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ drift: differences, failures, putBack: done }, undefined, 2)}\n`);
  } else {
    if (differences.length > 0) {
      process.stdout.write(table(["MACHINE", "ENTRY", "WHAT", "WHERE"], differences.map(shownDifference)));
    } else if (failures.length === 0) {
      process.stdout.write(
        deliveries > 0 ? "The hosts are as they were delivered.\n" : "The stack has nothing on hosts.\n",
      );
    }
    for (const line of done) process.stdout.write(`${line}\n`);
  }
  for (const { machine, message } of failures) process.stderr.write(`error: ${machine}: ${message}\n`);
  return failures.length > 0 || (differences.length > 0 && !options.putBack) ? 1 : 0;
}
