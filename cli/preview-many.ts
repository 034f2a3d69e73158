import { availableParallelism } from "node:os";
import { Writable } from "node:stream";
import pc from "picocolors";
import { Cancellation, hasChanges, type ProgramHost, type RunResult } from "../engine/index.js";
import type { Project } from "../engine/project/project.js";
import { FleetError, said } from "./errors.js";
import { withHost } from "./inside.js";
import { operate } from "./operation.js";
import { announceSimulation, type OperationOptions } from "./operation-options.js";
import { onSignals } from "./signals.js";
import { backendOf } from "./state.js";
import { table } from "./table.js";
import { inTurns } from "./turns.js";
import { faultsOf, readStack, type StackFile } from "./workspace.js";

export interface PreviewManyOptions extends OperationOptions {
  expectNoChanges?: boolean;
  /** Stacks at a time. */
  stacksAtOnce?: number;
  /** A process of its own for each program. */
  isolated?: boolean;
}

/** What came of one stack's preview. */
interface Previewed {
  stack: string;
  /** Undefined if it could not begin: `errors` say why. */
  result?: RunResult;
  errors: string[];
  /** As the display of one stack would show it. */
  details: string;
}

/**
 * Previews several stacks side by side, with their programs inside this process. Prints a table and what failed; with --diff also every
 * plan, with --json all of it for programs. Exit code 1 if any stack failed, 8 if it was cancelled, 7 for unexpected changes.
 */
export async function previewMany(project: Project, stacks: string[], options: PreviewManyOptions): Promise<number> {
  if (stacks.length === 0) throw new FleetError("there are no stack files", "a stack begins with its stack file");
  // All names first: a mistyped one is found before anything runs.
  const files = await Promise.all(stacks.map((stack) => readStack(project, stack)));
  announceSimulation(options);
  const backend = backendOf(project, options);
  const cancellation = new Cancellation();
  const release = onSignals(cancellation);
  const progress = new Progress(stacks.length);
  const atOnce = options.stacksAtOnce ?? (options.isolated ? 1 : 4) * availableParallelism();
  const done = await withHost(project, options, (host) =>
    inTurns(files, atOnce, async (file) => {
      const previewed = await previewOne(file, { project, backend, options, host, cancellation });
      progress.step();
      return previewed;
    }),
  ).finally(() => {
    progress.end();
    release();
  });
  if (options.json) process.stdout.write(json(done));
  else print(done, options.diff ?? false);
  return exitCode(done, options, cancellation);
}

interface Shared {
  project: Project;
  backend: ReturnType<typeof backendOf>;
  options: PreviewManyOptions;
  host: ProgramHost | undefined;
  cancellation: Cancellation;
}

async function previewOne(file: StackFile, shared: Shared): Promise<Previewed> {
  const { stack } = file;
  const { project, cancellation } = shared;
  if (cancellation.graceful.aborted) return { stack, errors: ["cancelled before it began"], details: "" };
  const faults = await faultsOf(project, file);
  if (faults.length > 0) return { stack, errors: faults, details: "" };
  let details = "";
  const out = new Writable({
    write: (chunk, _encoding, done) => {
      details += String(chunk);
      done();
    },
  });
  try {
    const result = await operate("update", true, { ...shared, stack }, { out, cancellation });
    return { stack, result, errors: result.errors, details };
  } catch (error) {
    return { stack, errors: [said(error)], details };
  }
}

function print(done: Previewed[], withDetails: boolean): void {
  const count = ({ result }: Previewed, op: "create" | "update" | "replace" | "delete") =>
    result === undefined ? "-" : String(result.changes[op] ?? 0);
  const rows = done.map((one) => [
    one.stack,
    count(one, "create"),
    count(one, "update"),
    count(one, "replace"),
    count(one, "delete"),
    word(one),
  ]);
  process.stdout.write(table(["STACK", "CREATE", "UPDATE", "REPLACE", "DELETE", "RESULT"], rows));
  for (const { stack, errors } of done) {
    for (const error of errors) process.stdout.write(`\n${pc.bold(stack)}: ${pc.red("error:")} ${error}\n`);
  }
  for (const { details } of withDetails ? done : []) if (details !== "") process.stdout.write(`\n${details}`);
}

function word(one: Previewed): string {
  if (one.result?.outcome === "cancelled") return pc.yellow("cancelled");
  if (failed(one)) return pc.red(one.errors.length > 1 ? `${one.errors.length} errors` : "error");
  return one.result && hasChanges(one.result) ? "changes" : pc.green("no changes");
}

function json(done: Previewed[]): string {
  const stacks = done.map(({ stack, result, errors, details }) => ({
    stack,
    outcome: result?.outcome ?? "failed",
    changes: result?.changes ?? {},
    errors,
    durationSeconds: result?.durationSeconds ?? 0,
    plan: details === "" ? null : (JSON.parse(details) as unknown),
  }));
  return `${JSON.stringify({ stacks }, undefined, 2)}\n`;
}

const failed = ({ result }: Previewed): boolean => result?.outcome !== "succeeded";

function exitCode(done: Previewed[], { expectNoChanges }: PreviewManyOptions, cancellation: Cancellation): number {
  if (cancellation.graceful.aborted) return 8;
  if (done.some(failed)) return 1;
  const changed = done.filter(({ result }) => result && hasChanges(result)).map(({ stack }) => stack);
  if (!expectNoChanges || changed.length === 0) return 0;
  process.stderr.write(`error: there are changes in ${changed.join(", ")}, and none were expected\n`);
  return 7;
}

/** How far it is, in one line on a terminal. */
class Progress {
  #done = 0;
  readonly #shown = process.stderr.isTTY === true;

  constructor(private readonly total: number) {
    this.#draw();
  }

  step(): void {
    this.#done++;
    this.#draw();
  }

  end(): void {
    if (this.#shown) process.stderr.write("\r\u001b[K");
  }

  #draw(): void {
    if (this.#shown) process.stderr.write(`\r\u001b[KPreviewing: ${this.#done} of ${this.total} stacks`);
  }
}
