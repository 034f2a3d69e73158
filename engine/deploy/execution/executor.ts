import { performance } from "node:perf_hooks";
import type { RunResult, StepOp } from "../../events.js";
import { PartialFailure } from "../../provider.js";
import type { OperationType, PendingOperation, ResourceState } from "../../state/types.js";
import { isDefaultProvider, isProviderType, parseUrn } from "../goals/urn.js";
import { isBug, messageOf } from "../message.js";
import { type Step, stepInfo } from "../steps/step.js";
import { StepApplier } from "./apply-step.js";
import type { ApplyOptions } from "./outcome.js";
import { Semaphore } from "./semaphore.js";

/** A step was not started, or its result not awaited, because the run is ending. */
export class RunEnding extends Error {
  constructor() {
    super("the run is ending");
    this.name = "RunEnding";
  }
}

/** A step failed, which was told; the run goes on with what does not depend on it. */
export class StepFailed extends Error {
  constructor(readonly urn: string) {
    super(`a step on ${urn} failed`);
    this.name = "StepFailed";
  }
}

export interface ExecutorOptions extends ApplyOptions {
  /** A failed step does not end the run. */
  continueOnError?: boolean;
  /** Steps at a time. */
  parallel: number;
}

/** Carries steps out, several chains at a time, and keeps the state true while it does. */
export class Executor {
  readonly #slots: Semaphore;
  readonly #applier: StepApplier;
  readonly #running = new Set<Promise<unknown>>();
  readonly #finished = new WeakMap<Step, Deferred>();
  readonly changes: Partial<Record<StepOp, number>> = {};
  readonly errors: string[] = [];
  /** Set by the second Ctrl-C while a provider call was running. */
  maybeCorrupt = false;
  /** URNs whose steps failed or were skipped in a run that goes on all the same. */
  readonly unfinished = new Set<string>();
  /** A fault of ours, to be shown with its stack. */
  bug: unknown;
  #failed = false;
  readonly #stop = new Deferred();

  constructor(private readonly options: ExecutorOptions) {
    this.#slots = new Semaphore(options.parallel);
    this.#applier = new StepApplier(options);
    const { graceful } = options.cancellation;
    if (graceful.aborted) this.#stop.resolve();
    graceful.addEventListener("abort", () => this.#stop.resolve(), { once: true });
  }

  get retained(): RunResult["retained"] {
    return this.#applier.retained;
  }

  /** True once nothing new may start. */
  get ending(): boolean {
    return this.#failed || this.options.cancellation.graceful.aborted;
  }

  /** Resolves as soon as {@link ending} is true. */
  get whenEnding(): Promise<void> {
    return this.#stop.promise;
  }

  /** Aborted when running provider calls must end now. */
  get signal(): AbortSignal {
    return this.options.cancellation.abort;
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** Records a failure; no further step starts. */
  fail(message: string, urn?: string): void {
    this.report(message, urn);
    this.#end();
  }

  /** Records an error that makes the run fail but lets a preview go on, to show all there is. */
  report(message: string, urn?: string): void {
    if (this.errors.includes(message)) return;
    this.errors.push(message);
    this.options.onEvent({ kind: "diagnostic", severity: "error", message, urn });
  }

  /** Like {@link fail}, for messages that were shown when they came. */
  failQuietly(messages: string[]): void {
    this.noteErrors(messages);
    this.#end();
  }

  /** Errors that were shown when they came, and fail the run without ending it. */
  noteErrors(messages: string[]): void {
    for (const message of messages) if (!this.errors.includes(message)) this.errors.push(message);
  }

  /** Tells the outputs of a component, which come after its step. */
  tellOutputs(step: Step, state: ResourceState): void {
    this.options.onEvent({ kind: "outputs", step: stepInfo(step, state) });
  }

  /** Starts no further step; why is told elsewhere. */
  endQuietly(): void {
    this.#end();
  }

  #end(): void {
    this.#failed = true;
    this.#stop.resolve();
  }

  /** Keeps the first fault of ours. */
  noteBug(error: unknown): void {
    if (isBug(error)) this.bug ??= error;
  }

  /** Runs the steps of one registration, in order; gives the state that the last of them made. */
  async runChain(steps: Step[]): Promise<ResourceState | undefined> {
    const chain = (async () => {
      let result: ResourceState | undefined;
      for (const step of steps) {
        // Where the new object is made first, the replacement that is told after it is the one that was made.
        if (step.op === "replace" && result !== undefined) step.draft = result;
        const made = await this.#run(step);
        if (made !== undefined && step.op !== "replace") result = made;
      }
      await this.options.snapshots.commit();
      return result;
    })();
    this.#running.add(chain);
    try {
      return await chain;
    } finally {
      this.#running.delete(chain);
      for (const step of steps) this.#finishedOf(step).resolve();
    }
  }

  /** Resolves when no chain is running. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  #finishedOf(step: Step): Deferred {
    const known = this.#finished.get(step) ?? new Deferred();
    this.#finished.set(step, known);
    return known;
  }

  async #run(step: Step): Promise<ResourceState | undefined> {
    // Before a slot is taken: what is waited for needs one too.
    for (const other of step.after ?? []) await this.#finishedOf(other).promise;
    const release = await this.#slots.acquire();
    try {
      if (this.ending) throw new RunEnding();
      return await this.#apply(step);
    } finally {
      release();
      this.#finishedOf(step).resolve();
    }
  }

  async #apply(step: Step): Promise<ResourceState | undefined> {
    const { onEvent, snapshots } = this.options;
    const started = performance.now();
    onEvent({ kind: "step-start", step: stepInfo(step) });
    let operation: PendingOperation | undefined;
    try {
      await this.#applier.before(step);
      operation = this.#pendingFor(step);
      if (operation !== undefined) await snapshots.begin(operation);
      const { state, record, failure, after } = await this.#applier.apply(step);
      record();
      if (operation !== undefined) snapshots.end(operation);
      if (failure !== undefined) throw failure;
      if (after !== undefined) {
        await snapshots.commit();
        await this.afterStep(step.urn, after);
      }
      this.#count(step);
      onEvent({ kind: "step-done", step: stepInfo(step, state), seconds: (performance.now() - started) / 1000 });
      return state;
    } catch (error) {
      // A call that was cut off may have done its work: only then does the operation stay pending, to be looked into by the next run.
      const cutOff = this.options.cancellation.abort.aborted && !(error instanceof PartialFailure);
      if (cutOff && operation !== undefined) this.maybeCorrupt = true;
      else if (operation !== undefined) snapshots.end(operation);
      await snapshots.commit().catch(() => undefined);
      this.noteBug(error);
      const message = messageOf(error);
      onEvent({ kind: "step-failed", step: stepInfo(step), error: message });
      const told = `${step.op} ${step.type} "${parseUrn(step.urn).name}": ${message}`;
      if (!this.options.continueOnError || this.bug !== undefined) {
        this.fail(told, step.urn);
        throw error;
      }
      this.report(told, step.urn);
      this.unfinished.add(step.urn);
      throw new StepFailed(step.urn);
    }
  }

  /** Runs what hooks do after a step whose state is final. Their failure is the run's, but takes nothing of the step back. */
  async afterStep(urn: string, after: () => Promise<void>): Promise<void> {
    try {
      await after();
    } catch (error) {
      this.noteBug(error);
      const told = `${parseUrn(urn).name}: ${messageOf(error)}`;
      if (this.options.continueOnError) this.report(told, urn);
      else this.fail(told, urn);
    }
  }

  /** Shows and counts a step for which nothing has to be done or written. */
  pass(step: Step): void {
    this.options.onEvent({ kind: "step-start", step: stepInfo(step) });
    this.#count(step);
    this.options.onEvent({ kind: "step-done", step: stepInfo(step), seconds: 0 });
  }

  #count(step: Step): void {
    if (!stepInfo(step).logical || isDefaultProvider(step.urn)) return;
    this.changes[step.op] = (this.changes[step.op] ?? 0) + 1;
  }

  /** What goes into the checkpoint before the provider is called; undefined where none is called. */
  #pendingFor(step: Step): PendingOperation | undefined {
    if (this.options.preview || !step.custom || isProviderType(step.type)) return undefined;
    const type: Partial<Record<StepOp, OperationType>> = {
      create: "creating",
      "create-replacement": "creating",
      update: "updating",
      delete: "deleting",
      "delete-replaced": "deleting",
      read: "reading",
      "read-replacement": "reading",
      import: "importing",
      "import-replacement": "importing",
    };
    const operation = type[step.op];
    const resource = step.draft ?? step.old;
    if (operation === undefined || resource === undefined) return undefined;
    if (operation === "deleting" && (step.goesWithOther || step.old?.retainOnDelete || step.old?.external))
      return undefined;
    // A replacement does not have the id of what it replaces.
    return { type: operation, resource: operation === "creating" ? { ...resource, id: undefined } : resource };
  }
}

class Deferred {
  resolve: () => void = () => {};
  readonly promise = new Promise<void>((resolve) => {
    this.resolve = resolve;
  });
}
