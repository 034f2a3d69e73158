import { randomUUID } from "node:crypto";
import type { RunResult } from "../../events.js";
import { PartialFailure, type ResourceCall } from "../../provider.js";
import type { ResourceState } from "../../state/types.js";
import { containsUnknown, type PropertyMap } from "../../values.js";
import type { HookSubject } from "../callbacks/hooks.js";
import { isProviderType } from "../goals/urn.js";
import { messageOf } from "../message.js";
import type { BoundProvider } from "../providers/bound-provider.js";
import { stateDiffers } from "../snapshot/state-differs.js";
import { applyImport, applyRead } from "../steps/read-steps.js";
import { isDeletion, type Step } from "../steps/step.js";
import { untilAborted } from "./interrupt.js";
import { type ApplyOptions, must, type Outcome, timestamp } from "./outcome.js";
import { settleOutputs } from "./settle.js";

/** What a call of the provider gave. */
interface Called {
  id: string;
  outputs: PropertyMap;
  refreshBeforeUpdate?: boolean;
  failure?: PartialFailure;
}

/** Carries out single steps: calls the providers and makes the states that result. */
export class StepApplier {
  /** What was left in place by retainOnDelete. */
  readonly retained: RunResult["retained"] = [];

  constructor(private readonly options: ApplyOptions) {}

  /** Runs the hooks that come before a step. They may object: then it is not carried out. */
  async before(step: Step): Promise<void> {
    const { hooks, snapshots } = this.options;
    const { urn, old, draft } = step;
    if (step.op === "create" || step.op === "create-replacement") await hooks.run("BeforeCreate", { urn, new: draft });
    else if (step.op === "update") await hooks.run("BeforeUpdate", { urn, id: draft?.id, old, new: draft });
    else if (isDeletion(step.op)) {
      const current = snapshots.currentOf(must(old));
      await hooks.run("BeforeDelete", { urn, id: current.id, old: current });
    }
  }

  async apply(step: Step): Promise<Outcome> {
    switch (step.op) {
      case "same":
        return this.#same(step);
      case "create":
      case "create-replacement":
        return this.#create(step);
      case "update":
        return this.#update(step);
      case "replace":
        return { state: step.draft, record: () => {} };
      case "delete":
      case "delete-replaced":
        return this.#delete(step);
      case "import":
      case "import-replacement":
        return applyImport(step, this.#call(step), this.options);
      case "read":
      case "read-replacement":
        return applyRead(step, this.#call(step), this.options);
      case "discard":
      case "discard-replaced":
      case "remove-pending-replace":
        return { record: () => this.options.snapshots.remove(must(step.old)) };
      default:
        throw new Error(`step ${step.op} is not carried out by this engine`);
    }
  }

  async #same(step: Step): Promise<Outcome> {
    const draft = must(step.draft);
    if (step.skippedCreate) return { state: draft, record: () => {} };
    const old = must(step.old);
    // Its provider, if it is one itself, is started when something needs it.
    if (step.untargeted) return { state: old, record: () => this.options.snapshots.keep(old) };
    if (isProviderType(step.type)) await this.options.providers.configure(step.urn, step.type, draft.id, draft.inputs);
    const state = step.custom ? { ...draft, outputs: settleOutputs(draft, draft.outputs, old.outputs) } : draft;
    return { state, record: () => this.options.snapshots.add(state, old, stateDiffers(old, state)) };
  }

  async #create(step: Step): Promise<Outcome> {
    const { preview, snapshots } = this.options;
    const draft = must(step.draft);
    const now = preview ? undefined : timestamp();
    let state: ResourceState = { ...draft, created: now, modified: now };
    let outputs: PropertyMap = {};
    let failure: PartialFailure | undefined;
    if (isProviderType(step.type)) {
      const id = preview ? undefined : randomUUID();
      await this.options.providers.configure(step.urn, step.type, id, state.inputs);
      outputs = withoutInternal(state.inputs);
      state = { ...state, id, outputs };
    } else if (step.custom) {
      const provider = await this.options.providers.get(must(step.provider));
      const created = await this.#createRetrying(step, provider);
      outputs = created.outputs;
      failure = created.failure;
      if (!preview && created.id === "") throw new Error(failure?.message ?? "the provider gave no id");
      this.#refuseUnknown(created.outputs);
      state = {
        ...state,
        id: created.id || undefined,
        outputs: settleOutputs(state, created.outputs),
        initErrors: failure?.reasons,
        refreshBeforeUpdate: created.refreshBeforeUpdate || undefined,
      };
    }
    const record = () => {
      snapshots.endAbandoned(step.urn);
      if (step.op === "create" || step.deletedBefore) return snapshots.add(state, step.old);
      const old = must(step.old);
      snapshots.add(state);
      snapshots.substitute(old, { ...snapshots.currentOf(old), delete: true });
    };
    const subject = { urn: step.urn, id: state.id, new: state, newOutputs: outputs };
    return { state, failure, record, after: this.#after("AfterCreate", subject) };
  }

  /** Creates, as often as error hooks ask for. What exists but is not right is worked on: a second one would hide the first. */
  #createRetrying(step: Step, provider: BoundProvider): Promise<Called> {
    const { hooks, preview } = this.options;
    const { inputs, customTimeouts } = must(step.draft);
    const timeout = customTimeouts?.create;
    let half: { id: string; outputs: PropertyMap } | undefined;
    const act = async (): Promise<Called> => {
      const existing = half;
      if (existing === undefined) {
        const made = await this.#provider((call) => provider.create(call(step), inputs, timeout, preview));
        half = made;
        return made;
      }
      const { id } = existing;
      try {
        const old = { ...existing, inputs };
        const mended = await this.#provider((call) => provider.update(call(step), old, inputs, [], timeout, preview));
        half = { ...mended, id };
        return { ...mended, id };
      } catch (error) {
        return { ...existing, failure: new PartialFailure(id, existing.outputs, [messageOf(error)]) };
      }
    };
    return hooks.retrying("create", { urn: step.urn, new: step.draft }, act, (result) => result.failure);
  }

  async #update(step: Step): Promise<Outcome> {
    const { preview, snapshots } = this.options;
    const old = must(step.old);
    let state = must(step.draft);
    let given: PropertyMap | undefined;
    let failure: PartialFailure | undefined;
    if (isProviderType(step.type)) {
      await this.options.providers.configure(step.urn, step.type, state.id, state.inputs);
      state = { ...state, outputs: withoutInternal(state.inputs), modified: timestamp() };
    } else if (step.custom) {
      const provider = await this.options.providers.get(must(step.provider));
      const before = { id: must(old.id), inputs: old.inputs, outputs: old.outputs };
      const { inputs, ignoreChanges = [], customTimeouts } = state;
      const updated = await this.options.hooks.retrying(
        "update",
        { urn: step.urn, id: old.id, old, new: state },
        () =>
          this.#provider((call) =>
            provider.update(call(step), before, inputs, ignoreChanges, customTimeouts?.update, preview),
          ),
        (result) => result.failure,
      );
      given = updated.outputs;
      failure = updated.failure;
      this.#refuseUnknown(updated.outputs);
      const outputs = settleOutputs(state, updated.outputs, old.outputs);
      const { refreshBeforeUpdate = old.refreshBeforeUpdate } = updated;
      state = { ...state, outputs, modified: timestamp(), initErrors: failure?.reasons };
      // The object does not work with the new inputs: the next run compares with those that it last worked with.
      if (failure !== undefined) state.inputs = old.inputs;
      state.refreshBeforeUpdate = refreshBeforeUpdate || undefined;
    }
    const subject = { urn: step.urn, id: state.id, old, new: state, newOutputs: given ?? state.outputs };
    return {
      state,
      failure,
      record: () => snapshots.add(state, old),
      after: this.#after("AfterUpdate", subject),
    };
  }

  async #delete(step: Step): Promise<Outcome> {
    const { preview, snapshots } = this.options;
    const original = must(step.old);
    const old = snapshots.currentOf(original);
    const subject = { urn: old.urn, id: old.id, old };
    const outside = old.custom && !old.external && !isProviderType(old.type);
    if (outside && old.retainOnDelete) this.retained.push({ urn: old.urn, type: old.type, id: old.id ?? "" });
    else if (outside && !preview && !step.goesWithOther) {
      const provider = await this.options.providers.get(must(old.provider));
      const before = { id: must(old.id), inputs: old.inputs, outputs: old.outputs };
      const signal = this.options.cancellation.abort;
      await this.options.hooks.retrying("delete", subject, () =>
        untilAborted(signal, () => provider.delete(this.#call(step), before, old.customTimeouts?.delete)),
      );
    }
    const record = () => {
      if (step.op === "delete-replaced" && step.deletedBefore)
        snapshots.substitute(original, { ...old, pendingReplacement: true });
      else snapshots.remove(original);
      if (!step.goesWithOther) snapshots.gone(old.urn);
      else if (outside && !old.retainOnDelete) snapshots.goesWith(old);
    };
    return { record, after: this.#after("AfterDelete", subject) };
  }

  /** Components are only complete when their outputs are registered (see Deployment), except when they go. */
  #after(kind: "AfterCreate" | "AfterUpdate" | "AfterDelete", subject: HookSubject): Outcome["after"] {
    const state = must(subject.new ?? subject.old);
    if (!state.resourceHooks?.[kind] || !(state.custom || kind === "AfterDelete")) return undefined;
    return () => this.options.hooks.run(kind, subject);
  }

  /** Calls create or update. A partial failure still has an id and outputs to keep. */
  async #provider<R extends { outputs: PropertyMap; refreshBeforeUpdate?: boolean }>(
    act: (call: (step: Step) => ResourceCall) => Promise<R>,
  ): Promise<Called> {
    try {
      const result = await untilAborted(this.options.cancellation.abort, () => act((step) => this.#call(step)));
      return { id: "", ...result };
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      return { id: error.id, outputs: error.outputs, failure: error };
    }
  }

  #call(step: Step): ResourceCall {
    const { cancellation, onEvent } = this.options;
    return {
      urn: step.urn,
      type: step.type,
      signal: cancellation.abort,
      report: (message, severity = "info") => {
        if (severity === "info") onEvent({ kind: "progress", urn: step.urn, message });
        else onEvent({ kind: "diagnostic", severity, message, urn: step.urn });
      },
    };
  }

  #refuseUnknown(outputs: PropertyMap): void {
    if (!this.options.preview && containsUnknown(outputs))
      throw new Error("the provider returned a value that is not known");
  }
}

function withoutInternal(inputs: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== "__internal"));
}
