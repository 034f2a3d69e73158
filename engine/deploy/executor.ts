import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import type { EngineEvent, RunResult, StepOp } from "../events.js";
import { PartialFailure, type ResourceCall } from "../provider.js";
import type { Cancellation } from "../run.js";
import type { OperationType, PendingOperation, ResourceState } from "../state/types.js";
import { type PropertyMap, Secret } from "../values.js";
import { containsSecret, containsUnknown, keepMapCiphertexts, sameValue } from "./property-tools.js";
import type { ProviderRegistry } from "./provider-registry.js";
import { Semaphore } from "./semaphore.js";
import type { SnapshotManager } from "./snapshot-manager.js";
import { type Step, stepInfo } from "./step.js";
import { isProviderType } from "./urn.js";

/** A step was not started, or its result not awaited, because the run is ending. */
export class RunEnding extends Error {
  constructor() {
    super("the run is ending");
    this.name = "RunEnding";
  }
}

export interface ExecutorOptions {
  preview: boolean;
  parallel: number;
  providers: ProviderRegistry;
  snapshots: SnapshotManager;
  cancellation: Cancellation;
  onEvent: (event: EngineEvent) => void;
}

/** Carries steps out, several chains at a time, and keeps the state true while it does. */
export class Executor {
  readonly #slots: Semaphore;
  readonly #running = new Set<Promise<unknown>>();
  readonly changes: Partial<Record<StepOp, number>> = {};
  readonly errors: string[] = [];
  readonly retained: RunResult["retained"] = [];
  /** Set by the second Ctrl-C while a provider call was running. */
  maybeCorrupt = false;
  #failed = false;

  constructor(private readonly options: ExecutorOptions) {
    this.#slots = new Semaphore(options.parallel);
  }

  /** True once nothing new may start. */
  get ending(): boolean {
    return this.#failed || this.options.cancellation.graceful.aborted;
  }

  /** Records a failure; no further step starts. */
  fail(message: string, urn?: string): void {
    this.#failed = true;
    if (this.errors.includes(message)) return;
    this.errors.push(message);
    this.options.onEvent({ kind: "diagnostic", severity: "error", message, urn });
  }

  /** Like {@link fail}, for messages that were shown when they came. */
  failQuietly(messages: string[]): void {
    this.#failed = true;
    for (const message of messages) if (!this.errors.includes(message)) this.errors.push(message);
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** Runs the steps of one registration, in order; gives the state that the last of them made. */
  async runChain(steps: Step[]): Promise<ResourceState | undefined> {
    const chain = (async () => {
      let result: ResourceState | undefined;
      for (const step of steps) {
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
    }
  }

  /** Resolves when no chain is running. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  async #run(step: Step): Promise<ResourceState | undefined> {
    const release = await this.#slots.acquire();
    try {
      if (this.ending) throw new RunEnding();
      return await this.#apply(step);
    } finally {
      release();
    }
  }

  async #apply(step: Step): Promise<ResourceState | undefined> {
    const { onEvent, snapshots } = this.options;
    const started = performance.now();
    onEvent({ kind: "step-start", step: stepInfo(step) });
    const operation = this.#pendingFor(step);
    try {
      if (operation !== undefined) await snapshots.begin(operation);
      const result = await this.#perform(step);
      if (operation !== undefined) snapshots.end(operation);
      this.#count(step);
      onEvent({ kind: "step-done", step: stepInfo(step, result), seconds: (performance.now() - started) / 1000 });
      return result;
    } catch (error) {
      // A call that was cut off may have done its work: only then does the operation stay pending, to be looked into by the next run.
      const cutOff = this.options.cancellation.abort.aborted && !(error instanceof PartialFailure);
      if (cutOff) this.maybeCorrupt = true;
      else if (operation !== undefined) snapshots.end(operation);
      await snapshots.commit().catch(() => undefined);
      const message = error instanceof Error ? error.message : String(error);
      onEvent({ kind: "step-failed", step: stepInfo(step), error: message });
      this.fail(`${step.op} ${step.type} "${step.urn.split("::").slice(3).join("::")}": ${message}`, step.urn);
      throw error;
    }
  }

  #count(step: Step): void {
    const info = stepInfo(step);
    if (!info.logical || isProviderType(step.type)) return;
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
    };
    const operation = type[step.op];
    const resource = step.draft ?? step.old;
    if (operation === undefined || resource === undefined) return undefined;
    if (operation === "deleting" && step.old?.retainOnDelete) return undefined;
    // A replacement does not have the id of what it replaces.
    return { type: operation, resource: operation === "creating" ? { ...resource, id: undefined } : resource };
  }

  async #perform(step: Step): Promise<ResourceState | undefined> {
    switch (step.op) {
      case "same":
        return this.#same(step);
      case "create":
      case "create-replacement":
        return this.#create(step);
      case "update":
        return this.#update(step);
      case "replace":
        return step.draft;
      case "delete":
      case "delete-replaced":
        return this.#delete(step);
      case "discard":
      case "remove-pending-replace":
        this.options.snapshots.remove(must(step.old));
        return undefined;
      default:
        throw new Error(`step ${step.op} is not carried out by this engine`);
    }
  }

  async #same(step: Step): Promise<ResourceState> {
    const old = must(step.old);
    const state = must(step.draft);
    if (isProviderType(step.type)) await this.options.providers.configure(step.urn, step.type, state.id, state.inputs);
    this.options.snapshots.add(state, old, differs(old, state));
    return state;
  }

  async #create(step: Step): Promise<ResourceState> {
    const { preview, snapshots } = this.options;
    const draft = must(step.draft);
    const now = timestamp();
    let state: ResourceState = { ...draft, created: preview ? undefined : now, modified: preview ? undefined : now };
    let failure: PartialFailure | undefined;
    if (isProviderType(step.type)) {
      const id = preview ? undefined : randomUUID();
      await this.options.providers.configure(step.urn, step.type, id, state.inputs);
      state = { ...state, id, outputs: withoutInternal(state.inputs) };
    } else if (step.custom) {
      const provider = await this.options.providers.get(must(step.provider));
      const created = await caught(() =>
        provider.create(this.#call(step), state.inputs, state.customTimeouts?.create, preview),
      );
      failure = created.failure;
      if (!preview && created.id === "") throw new Error("the provider gave no id");
      state = {
        ...state,
        id: created.id || undefined,
        outputs: this.#settle(state, created.outputs),
        initErrors: failure?.reasons,
      };
    }
    if (step.op === "create" || step.deletedBefore) snapshots.add(state, step.old);
    else {
      const old = must(step.old);
      snapshots.add(state);
      snapshots.substitute(old, { ...snapshots.currentOf(old), delete: true });
    }
    if (failure !== undefined) throw failure;
    return state;
  }

  async #update(step: Step): Promise<ResourceState> {
    const old = must(step.old);
    let state = must(step.draft);
    let failure: PartialFailure | undefined;
    if (isProviderType(step.type)) {
      await this.options.providers.configure(step.urn, step.type, state.id, state.inputs);
      state = { ...state, outputs: withoutInternal(state.inputs), modified: timestamp() };
    } else if (step.custom) {
      const provider = await this.options.providers.get(must(step.provider));
      const before = { id: must(old.id), inputs: old.inputs, outputs: old.outputs };
      const updated = await caught(() =>
        provider.update(
          this.#call(step),
          before,
          state.inputs,
          state.ignoreChanges ?? [],
          state.customTimeouts?.update,
          this.options.preview,
        ),
      );
      failure = updated.failure;
      const outputs = this.#settle(state, updated.outputs, old.outputs);
      state = { ...state, outputs, modified: timestamp(), initErrors: failure?.reasons };
    }
    this.options.snapshots.add(state, old);
    if (failure !== undefined) throw failure;
    return state;
  }

  async #delete(step: Step): Promise<undefined> {
    const { preview, snapshots } = this.options;
    const original = must(step.old);
    const old = snapshots.currentOf(original);
    if (old.retainOnDelete && old.custom) this.retained.push({ urn: old.urn, type: old.type, id: old.id ?? "" });
    else if (!preview && old.custom && !old.external && !isProviderType(old.type)) {
      const provider = await this.options.providers.get(must(old.provider));
      const before = { id: must(old.id), inputs: old.inputs, outputs: old.outputs };
      await provider.delete(this.#call(step), before, old.customTimeouts?.delete);
    }
    if (step.op === "delete-replaced" && step.deletedBefore)
      snapshots.substitute(original, { ...old, pendingReplacement: true });
    else snapshots.remove(original);
  }

  #call(step: Step): ResourceCall {
    return {
      urn: step.urn,
      type: step.type,
      signal: this.options.cancellation.abort,
      report: (message, severity = "info") => {
        if (severity === "info") this.options.onEvent({ kind: "progress", urn: step.urn, message });
        else this.options.onEvent({ kind: "diagnostic", severity, message, urn: step.urn });
      },
    };
  }

  /** Outputs as they go into the state: secret where asked for, and where the input of the same name holds a secret. */
  #settle(state: ResourceState, outputs: PropertyMap, old: PropertyMap = {}): PropertyMap {
    if (!this.options.preview && containsUnknown(outputs))
      throw new Error("the provider returned a value that is not known");
    const result = { ...outputs };
    for (const [key, value] of Object.entries(result)) {
      if (key === "id" || value instanceof Secret || containsSecret(value)) continue;
      const asked = state.additionalSecretOutputs?.includes(key) ?? false;
      if (asked || state.inputs[key] instanceof Secret) result[key] = new Secret(value);
    }
    return keepMapCiphertexts(result, old);
  }
}

/** A partial failure still has an id and outputs to keep. */
async function caught<R extends { outputs: PropertyMap }>(
  act: () => Promise<R>,
): Promise<{ id: string; outputs: PropertyMap; failure?: PartialFailure }> {
  try {
    return { id: "", ...(await act()) };
  } catch (error) {
    if (!(error instanceof PartialFailure)) throw error;
    return { id: error.id, outputs: error.outputs, failure: error };
  }
}

/** Whether a state that did not change needs to be written all the same: options, dependencies, parents. */
function differs(old: ResourceState, state: ResourceState): boolean {
  const view = (resource: ResourceState) => ({
    ...resource,
    inputs: {},
    outputs: {},
    sourcePosition: undefined,
    stackTrace: undefined,
  });
  return JSON.stringify(view(old)) !== JSON.stringify(view(state)) || !sameValue(old.inputs, state.inputs);
}

function withoutInternal(inputs: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== "__internal"));
}

/** RFC 3339, as the checkpoint has times. */
export function timestamp(): string {
  return new Date().toISOString();
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a step lacks what its kind must have");
  return value;
}
