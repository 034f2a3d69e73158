import { randomUUID } from "node:crypto";
import { EngineError } from "../../errors.js";
import type { ResourceState } from "../../state/types.js";
import type { PropertyMap } from "../../values.js";
import { deleteHooks } from "../callbacks/hooks.js";
import { type Goal, stateFor } from "../goals/goal.js";
import { isProviderType, splitProviderRef } from "../goals/urn.js";
import { structuralDiff } from "../properties/structural-diff.js";
import type { ProviderRegistry } from "../providers/provider-registry.js";
import type { SnapshotManager } from "../snapshot/snapshot-manager.js";
import type { Step } from "../steps/step.js";
import type { StepGenerator } from "../steps/step-generator.js";

/**
 * The program's run that goes before a destroy which it takes part in: it brings hooks, options and provider configurations up to
 * date, but nothing is made or changed. What the program registers is found in the state, as it is; what is not there is skipped.
 */
export class DestroyProgram {
  /** Resources that do not exist, and will not. */
  readonly #skipped = new Set<string>();
  /** Components and providers that the state does not know. */
  readonly #fresh = new Set<string>();

  constructor(
    private readonly generator: StepGenerator,
    private readonly providers: ProviderRegistry,
    private readonly snapshots: SnapshotManager,
    private readonly preview: boolean,
  ) {}

  /** What differs in the configuration of a provider of the program, by its URN. */
  readonly #reconfigured = new Map<string, string[]>();

  /** The step that an adoption amounts to; undefined for what does not exist. */
  stepFor(goal: Goal, state: ResourceState): Step | undefined {
    if (this.#skipped.has(goal.urn) || this.#fresh.has(goal.urn)) return undefined;
    const { urn, type, custom, provider } = goal;
    const diffs = this.#reconfigured.get(urn);
    return { op: diffs === undefined ? "same" : "update", urn, type, custom, provider, draft: state, diffs };
  }

  /** True if the resource is not in the state, so that its outputs will never be known. */
  isSkipped(urn: string): boolean {
    return this.#skipped.has(urn);
  }

  /** The state that the program gets to see. */
  async register(goal: Goal): Promise<ResourceState> {
    const old = this.generator.adopt(goal);
    if (isProviderType(goal.type)) return this.#provider(goal, old);
    const draft = stateFor(goal, goal.inputs);
    if (old === undefined || usedBy(goal).some((urn) => this.#skipped.has(urn))) {
      // Components are but a frame; what is in them may well exist.
      (goal.custom ? this.#skipped : this.#fresh).add(goal.urn);
      return { ...draft, outputs: old?.outputs ?? {} };
    }
    this.#update(old, goal);
    return { ...draft, id: old.id, inputs: old.inputs, outputs: goal.custom ? old.outputs : {} };
  }

  /** What the program only reads is shown as the state has it; nothing is read anew, and nothing added. */
  read(goal: Goal, id: string | undefined): ResourceState {
    const old = this.generator.adopt(goal);
    if (old === undefined) this.#skipped.add(goal.urn);
    return { ...stateFor(goal, goal.inputs), id, external: true, outputs: old?.outputs ?? {} };
  }

  /** Providers get their new configuration: what is deleted may need it. */
  async #provider(goal: Goal, old: ResourceState | undefined): Promise<ResourceState> {
    const checked = await this.providers.check(goal.urn, goal.type, old?.inputs, goal.inputs);
    const [failure] = checked.failures;
    if (failure !== undefined)
      throw new EngineError(
        `${goal.type} "${goal.name}" is not valid: ${failure.property}: ${failure.reason}`,
        undefined,
        1,
      );
    const id = old?.id ?? (this.preview ? undefined : randomUUID());
    await this.providers.configure(old?.urn ?? goal.urn, goal.type, id, checked.inputs);
    if (old !== undefined && old.urn !== goal.urn)
      await this.providers.configure(goal.urn, goal.type, id, checked.inputs);
    if (old === undefined) this.#fresh.add(goal.urn);
    else {
      const { diffs } = structuralDiff(old.inputs, checked.inputs);
      if (diffs.length > 0) this.#reconfigured.set(goal.urn, diffs);
      this.#update(old, goal, checked.inputs);
    }
    return { ...stateFor(goal, checked.inputs), id, outputs: old?.outputs ?? checked.inputs };
  }

  /** How a resource is deleted is for the program to say, as it now is; what it is, and is made of, stays what it was. */
  #update(old: ResourceState, goal: Goal, inputs: PropertyMap = old.inputs): void {
    const current = this.snapshots.currentOf(old);
    this.snapshots.substitute(old, {
      ...current,
      inputs,
      resourceHooks: goal.hooks,
      protect: goal.protect || undefined,
      retainOnDelete: goal.custom ? goal.retainOnDelete || undefined : undefined,
      customTimeouts: goal.customTimeouts,
    });
  }
}

function usedBy(goal: Goal): string[] {
  const provider = goal.provider === undefined ? [] : [splitProviderRef(goal.provider).urn];
  return [...provider, ...goal.dependencies, ...Object.values(goal.propertyDependencies).flat()];
}

/** Refuses a destroy whose hooks nobody could run. */
export function refuseDeleteHooks(resources: ResourceState[]): void {
  const hooked = deleteHooks(resources);
  if (hooked.length === 0) return;
  const list = hooked.map(({ urn, names }) => `  ${urn}: ${names.join(", ")}`).join("\n");
  throw new EngineError(
    `resources have delete hooks, which only the program can run:\n${list}`,
    "destroy with --run-program",
    1,
  );
}
