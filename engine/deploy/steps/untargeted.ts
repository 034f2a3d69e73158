import { EngineError } from "../../errors.js";
import type { ResourceState } from "../../state/types.js";
import type { Goal } from "../goals/goal.js";
import { stateFor } from "../goals/goal.js";
import { allReferencesOf, providerUrnOf, referencesOf } from "../snapshot/references.js";
import type { Step } from "./step.js";

/** What the steps of resources that a run leaves alone need to know of the rest of the run. */
export interface UntargetedContext {
  /** Old resources by URN, without those that only wait for their deletion. */
  olds: ReadonlyMap<string, ResourceState>;
  /** The step that brings a URN, or a former URN, into the new state; undefined if the run has not come to it. */
  stepOf: (urn: string) => Step | undefined;
  /** True if a provider reference of the old state still means a provider of this run. */
  hasProvider: (ref: string) => boolean;
}

/**
 * Makes the steps of resources that a run with targets or excludes leaves alone: those that exist stay as the state has them, those
 * that do not exist are not made. Source: Pulumi's step generator.
 */
export class Untargeted {
  /** Registered, but not made because they are not part of the operation. */
  readonly #skipped = new Set<string>();
  /** Brought along because something that stays refers to them. */
  readonly #carried = new Map<string, Step>();

  constructor(private readonly context: UntargetedContext) {}

  isSkipped(urn: string): boolean {
    return this.#skipped.has(urn);
  }

  /** A resource that nothing registered so far, but that has its place in the new state already. */
  carried(urn: string): Step | undefined {
    return this.#carried.get(urn);
  }

  skip(goal: Goal, inputs: Goal["inputs"]): Step {
    this.#skipped.add(goal.urn);
    const { urn, type, custom, provider } = goal;
    return { op: "same", urn, type, custom, provider, draft: stateFor(goal, inputs), goal, skippedCreate: true };
  }

  /**
   * Keeps an old resource as it is. What it refers to and the run has not come to goes before it, as it is too: the program may not
   * have it any more, and still it must not stand behind what refers to it.
   */
  keep(goal: Goal, old: ResourceState): Step[] {
    if (old.provider && !this.context.hasProvider(old.provider)) {
      throw new EngineError(
        `${goal.urn} is not part of this operation and keeps its provider ${providerUrnOf(old)}, but the program has another one now`,
        "target it as well, or give the program its former provider back",
        1,
      );
    }
    const steps: Step[] = [];
    this.#keep(old, steps);
    return steps;
  }

  #keep(old: ResourceState, steps: Step[]): Step {
    const { urn, type, custom, provider } = old;
    const after: Step[] = [];
    for (const reference of allReferencesOf(old)) {
      const step = this.#before(reference, old, steps);
      if (step !== undefined) after.push(step);
    }
    const step: Step = { op: "same", urn, type, custom, provider, old, draft: old, untargeted: true, after };
    steps.push(step);
    return step;
  }

  /** The step that must have ended before something that refers to a URN is put into the state. */
  #before(urn: string, user: ResourceState, steps: Step[]): Step | undefined {
    const known = this.context.stepOf(urn) ?? this.#carried.get(urn);
    if (known !== undefined) return steps.includes(known) ? undefined : known;
    const old = this.context.olds.get(urn);
    // A provider of another id, or what waits for its deletion: those stay where they are.
    if (old === undefined) return undefined;
    if (providerUrnOf(user) === urn && !referencesOf(user).includes(urn) && !user.provider?.endsWith(`::${old.id}`))
      return undefined;
    const step = this.#keep(old, steps);
    this.#carried.set(urn, step);
    return undefined;
  }

  /** What a step of a resource that is part of the operation refers to and that will not be made. */
  missing(step: Step): string[] {
    if (this.#skipped.size === 0 || step.draft === undefined || step.skippedCreate) return [];
    return allReferencesOf(step.draft).filter((urn) => this.#skipped.has(urn));
  }
}

export function missingError(step: Step, missing: string[]): EngineError {
  const list = missing.map((urn) => `  ${urn}`).join("\n");
  return new EngineError(
    `${step.urn} depends on what does not exist yet and is not part of this operation:\n${list}`,
    `add ${missing.map((urn) => `--target '${urn}'`).join(" ")}, or leave it out too`,
    1,
  );
}

/** It stands before something that is left alone, as it was: it can no longer become another. */
export function lateError(goal: Goal): EngineError {
  return new EngineError(
    `${goal.urn} is part of this operation, but the program registers it after a resource that is not, and that depends on it in the state`,
    "target that resource as well",
    1,
  );
}
