import { EngineError } from "../errors.js";
import type { ResourceState } from "../state/types.js";
import type { PropertyMap } from "../values.js";
import type { HookSubject, ResourceHooks } from "./callbacks/hooks.js";
import type { Executor } from "./execution/executor.js";
import { keepMapCiphertexts } from "./properties/property-tools.js";
import type { SnapshotManager } from "./snapshot/snapshot-manager.js";
import { sameStored } from "./snapshot/state-differs.js";
import type { Step } from "./steps/step.js";

export interface ComponentOutputsOptions {
  executor: Executor;
  snapshots: SnapshotManager;
  hooks: ResourceHooks;
  /** What the run has made of each URN so far; outputs are entered here. */
  states: Map<string, ResourceState>;
}

/** The outputs that components register once all that is in them is there, the root stack among them. */
export class ComponentOutputs {
  /** What was done about components, whose outputs come later. */
  readonly #steps = new Map<string, Step>();
  /** What is to be done once the outputs of a component are there, by its URN. */
  readonly #incomplete = new Map<string, (outputs: PropertyMap) => Promise<void>>();
  #root: { urn: string; outputs?: PropertyMap } | undefined;

  constructor(private readonly options: ComponentOutputsOptions) {}

  /** Names the root stack, whose outputs are only taken over when the run ends. */
  beginRoot(urn: string): void {
    this.#root = { urn };
  }

  /** Takes note of what is about to be done about a component. */
  begin(urn: string, step: Step): void {
    this.#steps.set(urn, step);
  }

  /** A component's hooks run when it is complete: once its outputs are registered. One that is replaced has none, as in Pulumi. */
  await(state: ResourceState, [step]: Step[]): void {
    if (state.custom || state.resourceHooks === undefined) return;
    const kind = step?.op === "create" ? "AfterCreate" : step?.op === "update" ? "AfterUpdate" : undefined;
    if (kind === undefined) return;
    const subject: HookSubject = { urn: state.urn, old: kind === "AfterUpdate" ? step?.old : undefined, new: state };
    const { hooks } = this.options;
    this.#incomplete.set(state.urn, (newOutputs) => hooks.run(kind, { ...subject, newOutputs }));
  }

  async register(urn: string, outputs: PropertyMap): Promise<void> {
    if (this.#root?.urn === urn) {
      this.#root.outputs = outputs;
      return;
    }
    this.#set(urn, outputs);
    await this.options.snapshots.commit();
    const complete = this.#incomplete.get(urn);
    this.#incomplete.delete(urn);
    if (complete !== undefined) await this.options.executor.afterStep(urn, () => complete(outputs));
  }

  #set(urn: string, outputs: PropertyMap): void {
    const { states, snapshots, executor } = this.options;
    const state = states.get(urn);
    if (state === undefined) throw new EngineError(`outputs of ${urn}, which is not registered`, undefined, 1);
    const next = { ...state, outputs: keepMapCiphertexts(outputs, state.outputs) };
    snapshots.amend(state, next, !sameStored(state.outputs, next.outputs));
    states.set(urn, next);
    const step = this.#steps.get(urn);
    if (step !== undefined) executor.tellOutputs(step, next);
  }

  /** At the end: the new outputs replace the old ones if all went well; after a failure the old ones that are not known anew stay. */
  settleRoot(success: boolean): void {
    const state = this.#root && this.options.states.get(this.#root.urn);
    if (this.#root === undefined || state === undefined) return;
    const { outputs } = this.#root;
    if (success) this.#set(state.urn, outputs ?? {});
    else if (outputs !== undefined) this.#set(state.urn, { ...state.outputs, ...outputs });
  }

  /** The root stack's outputs; undefined if the program did not come so far. */
  ofRoot(): PropertyMap | undefined {
    return this.#root && this.options.states.get(this.#root.urn)?.outputs;
  }
}
