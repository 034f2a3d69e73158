import { Writable } from "node:stream";
import type { Command } from "commander";
import pc from "picocolors";
import { createDisplay } from "../engine/display/display.js";
import {
  type Adopter,
  type Backend,
  Cancellation,
  hasChanges,
  type ImportSpec,
  type ProgramHost,
  type ProviderFactory,
  type RunResult,
  run,
} from "../engine/index.js";
import type { Project } from "../engine/project/project.js";
import { builtinProviders, simulatedProvider } from "../engine/providers/index.js";
import { refuseIfHeld } from "../engine/state/lock.js";
import type { Snapshot } from "../engine/state/types.js";
import { openConfig } from "./config-values.js";
import { Exit, FleetError } from "./errors.js";
import { pinHostKeys } from "./machines.js";
import { passphrase } from "./passphrase.js";
import { type PolicyOptions, policyPacks } from "./policy-options.js";
import { confirm, isInteractive } from "./prompt.js";
import { type SelectionFlags, selectionOf } from "./selection.js";
import { onSignals } from "./signals.js";
import { loadSnapshot, simulatedUrl } from "./state.js";
import { noStack, stackNames } from "./workspace.js";

/** Options that up, preview, refresh and destroy share. */
export interface OperationOptions extends PolicyOptions, SelectionFlags {
  yes?: boolean;
  json?: boolean;
  diff?: boolean;
  showSames?: boolean;
  eventLog?: string;
  refresh?: boolean;
  parallel?: number;
  message?: string;
  skipPreview?: boolean;
  simulate?: boolean;
  runProgram?: boolean;
  continueOnError?: boolean;
  expectNoChanges?: boolean;
  previewOnly?: boolean;
  /** Another name of it. */
  preview?: boolean;
}

/** What is run on, and how. */
export interface Target {
  project: Project;
  stack: string;
  backend: Backend;
  options: OperationOptions;
  /** What an import takes into the state. */
  imports?: ImportSpec[];
  /** Existing objects that resources of the program are to take up. */
  adopt?: Adopter;
}

type Kind = "update" | "refresh" | "destroy" | "import";

export function addOperationOptions(command: Command, { changes }: { changes: boolean }): Command {
  command
    .option("--json", changes ? "print one event a line, for programs" : "print a digest of the plan, for programs")
    .option("--diff", "show every property of what changes, and each resource by itself")
    .option("--show-sames", "show what does not change, too")
    .option("--event-log <file>", "write the events to a file, one a line, as Pulumi has them")
    .option(
      "--parallel <n>",
      "operations at a time (default: 4 for each processor)",
      readCount("--parallel", "operations"),
    );
  if (changes) {
    command
      .option("-y, --yes", "do not ask")
      .option("--skip-preview", "do not plan first; needs --yes")
      .option("-m, --message <text>", "kept in the stack's history");
  }
  return command.option("--simulate", "with simulated providers and a state of their own: nothing real is touched");
}

/** Reads how many of something are done at a time. */
export function readCount(option: string, what: string): (text: string) => number {
  return (text) => {
    if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
    throw new FleetError(`${option} ${text} is not a number of ${what}`, `write it as ${option} 8`);
  };
}

export interface OperateOptions {
  /** Shows nothing. */
  silent?: boolean;
  /** Where it is shown; default: standard output. */
  out?: Writable;
  /** What runs the program; default: a process of its own. */
  host?: ProgramHost;
  /** Of several runs together; by default Ctrl-C ends this one, in two steps. */
  cancellation?: Cancellation;
}

/** Runs one operation with its display. */
export async function operate(
  kind: Kind,
  preview: boolean,
  target: Target,
  { silent = false, out, host, cancellation: shared }: OperateOptions = {},
): Promise<RunResult> {
  const { project, stack, backend, options } = target;
  const secrets = await configSecrets(project, stack);
  // What is only simulated reaches no machine.
  if (!options.simulate) await pinHostKeys(project, stack, backend);
  const display = createDisplay({
    operation: preview && kind === "update" ? "preview" : kind,
    json: options.json ?? false,
    color: pc.isColorSupported,
    tty: out === undefined && Boolean(process.stdout.isTTY),
    out: silent ? new Writable({ write: (_chunk, _encoding, done) => done() }) : (out ?? process.stdout),
    secretsToMask: () => secrets,
    full: options.diff,
    showSames: options.showSames,
    eventLog: options.eventLog,
  });
  const cancellation = shared ?? new Cancellation();
  const release = shared ? () => {} : onSignals(cancellation);
  try {
    return await run(kind, preview, {
      project,
      stack,
      backend,
      providers: options.simulate ? simulatedProviders() : builtinProviders,
      // Plugins do real things.
      plugins: !options.simulate,
      passphrase,
      onEvent: (event) => display.onEvent(event),
      cancellation,
      refresh: options.refresh,
      imports: target.imports,
      adopt: target.adopt,
      runProgram: options.runProgram,
      continueOnError: options.continueOnError,
      ...selectionOf(options),
      parallel: options.parallel,
      message: options.message,
      policyPacks: policyPacks(options),
      host,
    });
  } finally {
    release();
    display.finish();
  }
}

/** Everything but what only computes: random values and keys are as good as real ones. */
function simulatedProviders(): Record<string, ProviderFactory> {
  const packages = Object.keys(builtinProviders).filter((name) => name !== "random" && name !== "tls");
  const simulated = ["cloudflare", "digitalocean", "libvirt", ...packages].map((name) => [
    name,
    simulatedProvider(name),
  ]);
  return { ...builtinProviders, ...Object.fromEntries(simulated) };
}

/** The secret values of the stack file, so that whatever prints them is masked. */
async function configSecrets(project: Project, stack: string): Promise<string[]> {
  const { values, secretKeys } = (await openConfig(project, stack)) ?? { values: {}, secretKeys: [] };
  return secretKeys.flatMap((key) => leaves(values[key] ?? ""));
}

/** The texts in a value, which is a text itself or JSON of a map. */
function leaves(text: string): string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === "string" && value !== "") found.push(value);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
  };
  try {
    const value = JSON.parse(text) as unknown;
    visit(typeof value === "object" ? value : text);
  } catch {
    visit(text);
  }
  return found;
}

/** Exit code of a run: 0, 1 if it failed, 8 if it was cancelled. */
export function exitCodeOf({ outcome }: RunResult): number {
  return { succeeded: 0, failed: 1, cancelled: 8 }[outcome];
}

/** Exit code of a run, 7 if it succeeded with changes though none were expected. */
export function exitCodeExpecting(result: RunResult, { expectNoChanges }: OperationOptions): number {
  if (result.outcome !== "succeeded" || !expectNoChanges || !hasChanges(result)) return exitCodeOf(result);
  process.stderr.write(`error: there ${result.preview ? "are" : "were"} changes, and none were expected\n`);
  return 7;
}

/** Says loudly that nothing is real. */
export function announceSimulation({ simulate }: OperationOptions): void {
  if (!simulate) return;
  const text = ` SIMULATED: nothing is really made or changed. State of its own: ${simulatedUrl()} `;
  process.stderr.write(`${pc.bgYellow(pc.black(text))}\n`);
}

/** Refuses what nobody could agree to, before anything is looked at. */
export function needAnswer(verb: string, { yes, skipPreview, previewOnly, preview }: OperationOptions): void {
  if (previewOnly || preview) return;
  if (skipPreview && !yes)
    throw new FleetError("--skip-preview shows no plan that could be agreed to", "give --yes with it");
  if (yes || isInteractive()) return;
  throw new FleetError(
    `${verb} asks before it changes anything, and there is no terminal to ask on`,
    verb === "up" ? "look at `./fleet preview`, then run it with --yes" : "run it with --yes",
  );
}

/**
 * Plans, asks, and runs. A plan that fails ends it, and so does a no; both throw Exit. `question` makes the question from the
 * plan; undefined: nothing needs to be asked.
 */
export async function carryOut(
  kind: Kind,
  target: Target,
  question: (plan: RunResult) => string | undefined,
): Promise<RunResult> {
  const { yes, json, skipPreview, previewOnly, preview } = target.options;
  if (previewOnly || preview) return operate(kind, true, target);
  if (!skipPreview) {
    // Of --json's events the plan's are no part.
    const plan = await operate(kind, true, target, { silent: json });
    if (plan.outcome !== "succeeded") {
      for (const error of json ? plan.errors : []) process.stderr.write(`error: ${error}\n`);
      throw new Exit(exitCodeOf(plan));
    }
    const asked = question(plan);
    if (asked !== undefined && !yes && !(await confirm(asked, kind))) {
      process.stderr.write("Nothing was changed.\n");
      throw new Exit(2);
    }
  }
  return operate(kind, false, target);
}

/** The state of a stack that must have one. Throws FleetError, with a suggestion for a mistyped name. */
export async function needState({ project, backend, stack }: Target): Promise<Snapshot> {
  const snapshot = await loadSnapshot(backend, project, stack);
  if (snapshot) return snapshot;
  // A first `up` that is at work may have written nothing yet.
  refuseIfHeld(await backend.locks(project.name, stack), stack);
  if ((await stackNames(project)).includes(stack)) {
    throw new FleetError(`the stack ${stack} was never brought up`, `bring it up: ./fleet up ${stack}`);
  }
  const known = (await backend.listStacks(project.name)).map(({ name }) => name);
  throw await noStack(project, stack, known);
}
