import pc from "picocolors";
import { type KnownStack, knownStack } from "../fleet-state.js";
import { backendOf } from "../state.js";
import { table } from "../table.js";
import { inTurns } from "../turns.js";
import { currentProject } from "../workspace.js";
import { type Row, rowsOf } from "./rows.js";
import { cells, HEAD } from "./show.js";

/** Stacks that are asked about at a time: each dials its machines. */
const STACKS_AT_ONCE = 6;

/** A stack on the page. */
interface StackStatus {
  stack: string;
  /** Everything that it has is ready. */
  ready: boolean;
  entries: Row[];
  /** Why nothing can be said of it. */
  error?: string;
  known?: KnownStack;
}

/**
 * One page for all stacks that were brought up. A machine that is not reached, or a stack whose state cannot be read, hides nothing of
 * the others. Gives the exit code: 1 if anything is not ready.
 */
export async function statusOfAll({ json }: { json?: boolean }): Promise<number> {
  const project = await currentProject();
  const stacks = (await backendOf(project).listStacks(project.name))
    .filter(({ resourceCount, damaged }) => damaged || resourceCount > 0)
    .map(({ name }) => name)
    .sort();
  const statuses = await inTurns(stacks, STACKS_AT_ONCE, statusOf);
  const ready = statuses.length > 0 && statuses.every((status) => status.ready);
  if (json) {
    const shown = statuses.map(({ known, ...status }) => status);
    process.stdout.write(`${JSON.stringify({ ready, stacks: shown }, undefined, 2)}\n`);
  } else if (statuses.length === 0) process.stdout.write("No stack was brought up.\n");
  else print(statuses);
  return ready ? 0 : 1;
}

async function statusOf(stack: string): Promise<StackStatus> {
  try {
    const known = await knownStack(stack);
    const entries = await rowsOf(known, { evenIfNone: true });
    return { stack, ready: entries.every(({ state }) => state === "ready"), entries, known };
  } catch (error) {
    return { stack, ready: false, entries: [], error: (error as Error).message };
  }
}

function print(statuses: StackStatus[]): void {
  const rows = statuses.flatMap(({ entries, known }) => entries.map((row) => cells(row, known?.spec)));
  const [head, ...lines] = table(HEAD, rows).trimEnd().split("\n");
  const page: string[] = rows.length > 0 ? [head!] : [];
  for (const status of statuses) {
    page.push("", summaryOf(status), ...lines.splice(0, status.entries.length));
    for (const { name, state, detail } of status.entries) {
      if (state !== "ready" && detail) page.push(`${name}: ${detail}`);
    }
  }
  const all = statuses.flatMap(({ entries }) => entries);
  const readyStacks = statuses.filter(({ ready }) => ready).length;
  page.push("", `${readyOf(all)}, in ${readyStacks} of ${statuses.length} stacks all of it`);
  process.stdout.write(`${page.join("\n").trimStart()}\n`);
}

function summaryOf({ stack, ready, entries, error }: StackStatus): string {
  const paint = ready ? pc.green : pc.red;
  const said = error ?? (entries.length === 0 ? "nothing that runs" : readyOf(entries));
  return `${pc.bold(stack)}: ${paint(said)}`;
}

const readyOf = (rows: Row[]) => `${rows.filter(({ state }) => state === "ready").length} of ${rows.length} ready`;
