import type { Command } from "commander";
import { FleetError } from "../errors.js";
import { knownStack } from "../fleet-state.js";
import { statusOfAll } from "../status/all.js";
import { rowsOf } from "../status/rows.js";
import { cells, HEAD } from "../status/show.js";
import { table } from "../table.js";
import { action } from "../verb.js";

export function define(command: Command): void {
  command
    .summary("show whether the agents are ready")
    .description(
      "Shows every agent, service and proxy of a stack, or of all, as its machine has it now. Ends with 1 if one is not ready.",
    )
    .argument("[stack]")
    .option("--all", "every stack that was brought up")
    .option("--json", "print it as JSON");
  action(command, status);
}

async function status(stack: string | undefined, { all, json }: { all?: boolean; json?: boolean }): Promise<number> {
  if (all) {
    if (stack !== undefined)
      throw new FleetError("--all is every stack, and one is named", "give the one or the other");
    return statusOfAll({ json });
  }
  if (stack === undefined) throw new FleetError("missing required argument 'stack'", "name one, or give --all");
  const known = await knownStack(stack);
  const rows = await rowsOf(known);
  const allReady = rows.length > 0 && rows.every(({ state }) => state === "ready");
  if (json) {
    process.stdout.write(`${JSON.stringify({ stack, ready: allReady, entries: rows }, undefined, 2)}\n`);
    return allReady ? 0 : 1;
  }
  if (rows.length === 0) {
    process.stdout.write(`The stack ${stack} has no agents.\n`);
    return 1;
  }
  process.stdout.write(
    table(
      HEAD,
      rows.map((row) => cells(row, known.spec)),
    ),
  );
  for (const { name, state, detail } of rows) {
    if (state !== "ready" && detail) process.stdout.write(`\n${name}: ${detail}\n`);
  }
  const unready = rows.filter(({ state }) => state !== "ready");
  if (unready.some(({ state }) => state === "missing")) {
    process.stdout.write(
      `\nWhat is missing is brought up by ./fleet up ${stack}${known.outputs ? " --refresh" : ""}\n`,
    );
  }
  const sick = unready.find(({ state }) => !["missing", "starting", "unreachable"].includes(state));
  if (sick) process.stdout.write(`\nIts log: ./fleet logs ${stack} ${sick.name}\n`);
  return allReady ? 0 : 1;
}
