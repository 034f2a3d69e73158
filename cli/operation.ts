import { Writable } from "node:stream";
import pc from "picocolors";
import { createDisplay } from "../engine/display/display.js";
import {
  type Adopter,
  type Backend,
  Cancellation,
  type EngineEvent,
  hasChanges,
  type ImportSpec,
  type ProgramHost,
  type RunResult,
  run,
} from "../engine/index.js";
import type { Project } from "../engine/project/project.js";
import { builtinProviders } from "../engine/providers/index.js";
import { refuseIfHeld } from "../engine/state/lock.js";
import type { Snapshot } from "../engine/state/types.js";
import { openConfig } from "./config-values.js";
import { Exit, FleetError } from "./errors.js";
import { pinHostKeys } from "./machines.js";
import { type OperationOptions, programEnvironment } from "./operation-options.js";
import { passphrase } from "./passphrase.js";
import { policyPacks } from "./policy-options.js";
import { confirm } from "./prompt.js";
import { selectionOf } from "./selection.js";
import { onSignals } from "./signals.js";
import { simulatedProviders } from "./simulated-providers.js";
import { loadSnapshot } from "./state.js";
import { noStack, stackNames } from "./workspace.js";

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
  /** What runs the program; default: a process of its own. */
  host?: ProgramHost;
}

type Kind = "update" | "refresh" | "destroy" | "import";

export interface OperateOptions {
  /** Shows nothing. */
  silent?: boolean;
  /** Where it is shown; default: standard output. */
  out?: Writable;
  /** Of several runs together; by default Ctrl-C ends this one, in two steps. */
  cancellation?: Cancellation;
  /** Sees every event, beside the display. */
  listener?: (event: EngineEvent) => void;
}

/** Stands between a plan and what is done. */
export interface PlanGate {
  /** Sees every event of the plan. */
  onEvent: (event: EngineEvent) => void;
  /** Whether there has to be a plan, also where none is to be shown. */
  needsPlan(target: Target): Promise<boolean>;
  /** Throws FleetError if the plan must not be carried out. */
  check(target: Target): Promise<void>;
}

/** Runs one operation with its display. */
export async function operate(
  kind: Kind,
  preview: boolean,
  target: Target,
  { silent = false, out, cancellation: shared, listener }: OperateOptions = {},
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
      onEvent: (event) => {
        listener?.(event);
        display.onEvent(event);
      },
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
      env: programEnvironment(options),
      host: target.host,
    });
  } finally {
    release();
    display.finish();
  }
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

/**
 * Plans, asks, and runs. A plan that fails ends it, and so does a no; both throw Exit. `question` makes the question from the
 * plan; undefined: nothing needs to be asked. A gate sees the plan before anybody is asked, and also one that is not to be shown.
 */
export async function carryOut(
  kind: Kind,
  target: Target,
  question: (plan: RunResult) => string | undefined,
  gate?: PlanGate,
): Promise<RunResult> {
  const { yes, json, skipPreview, previewOnly, preview } = target.options;
  if (previewOnly || preview) return operate(kind, true, target);
  if (skipPreview) {
    if (gate) await passGate(kind, target, gate);
  } else {
    // Of --json's events the plan's are no part.
    const plan = await planned(kind, target, { silent: json, listener: gate?.onEvent });
    await gate?.check(target);
    const asked = question(plan);
    if (asked !== undefined && !yes && !(await confirm(asked, kind))) {
      process.stderr.write("Nothing was changed.\n");
      throw new Exit(2);
    }
  }
  return operate(kind, false, target);
}

/** Plans without showing it, where a gate has to see the plan. Throws Exit if that fails, and FleetError if the gate is shut. */
export async function passGate(kind: Kind, target: Target, gate: PlanGate): Promise<void> {
  if (await gate.needsPlan(target)) await planned(kind, target, { silent: true, listener: gate.onEvent });
  await gate.check(target);
}

async function planned(kind: Kind, target: Target, options: OperateOptions): Promise<RunResult> {
  const plan = await operate(kind, true, target, options);
  if (plan.outcome === "succeeded") return plan;
  for (const error of options.silent ? plan.errors : []) process.stderr.write(`error: ${error}\n`);
  throw new Exit(exitCodeOf(plan));
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
