import { Masker } from "../../engine/display/mask.js";
import { learnSecrets } from "../../engine/display/plan.js";
import { findChanges, pathText } from "../../engine/display/property-diff.js";
import { isDefaultProvider, urnName } from "../../engine/display/style.js";
import type { EngineEvent, RunResult, StepInfo } from "../../engine/events.js";
import type { ResourceState } from "../../engine/state/types.js";
import type { PlannedStep, PropertyChange, ReviewedOp, ReviewedResource, StackPlan } from "../../review/types.js";
import { isSecret, plainJson, plainMap } from "./plain.js";

/** The rest changes nothing, or is part of a replacement that is told as a whole. */
const OPS = new Set<string>(["create", "update", "replace", "delete", "import", "refresh"]);

/** Turns the events of a run, most often a preview, into what reviewers and gates look at. No secret is in what it gives. */
export class PlanCollector {
  readonly #steps = new Map<string, StepInfo>();
  readonly #states = new Map<string, ResourceState>();
  readonly #moved = new Map<string, string>();
  readonly #errors: string[] = [];
  readonly #masker = new Masker();
  #result: RunResult | undefined;

  onEvent(event: EngineEvent): void {
    switch (event.kind) {
      case "step-start":
      case "step-done":
        this.#note(event.step);
        return;
      case "outputs":
        if (event.step.new) this.#states.set(event.step.urn, event.step.new);
        return;
      case "step-failed":
        this.#errors.push(`${event.step.urn}: ${event.error}`);
        return;
      case "summary":
        this.#result = event.result;
    }
  }

  #note(step: StepInfo): void {
    learnSecrets(step, this.#masker);
    if (step.new && !step.op.startsWith("delete")) this.#states.set(step.urn, step.new);
    if (step.op === "same" && step.old && step.old.urn !== step.urn) this.#moved.set(step.urn, step.old.urn);
    if (!step.logical || !OPS.has(step.op) || isDefaultProvider(step.urn)) return;
    this.#steps.set(`${step.op} ${step.urn}`, step);
  }

  /** Every step but `same`, in the order of the plan. */
  steps(): PlannedStep[] {
    return [...this.#steps.values()].map((step) => this.#planned(step));
  }

  /**
   * What came of the run.
   *
   * @param before the stack's resources as they were
   */
  plan(stack: string, before: ReviewedResource[]): StackPlan {
    const { errors = [], outcome = "failed" } = this.#result ?? {};
    const told = errors.length > 0 ? errors : this.#errors;
    return {
      stack,
      outcome: outcome === "succeeded" ? "succeeded" : "failed",
      errors: told.map((error) => this.#masker.mask(error)),
      steps: this.steps(),
      before,
      after: this.resources(),
      ...(this.#moved.size > 0 && { moved: [...this.#moved].map(([urn, formerUrn]) => ({ urn, formerUrn })) }),
    };
  }

  /** All that the program has asked for, as the run leaves it. */
  resources(): ReviewedResource[] {
    return [...this.#states.values()].filter(({ urn }) => !isDefaultProvider(urn)).map((state) => this.resource(state));
  }

  /** A resource of a state. */
  resource(state: ResourceState): ReviewedResource {
    const { urn, type, custom, parent, dependencies, protect = false, retainOnDelete = false } = state;
    this.#masker.learn(state.inputs);
    this.#masker.learn(state.outputs);
    return {
      urn,
      type,
      name: urnName(urn),
      custom,
      ...(parent !== undefined && { parent }),
      inputs: plainMap(state.inputs, this.#masker),
      outputs: plainMap(state.outputs, this.#masker),
      dependencies,
      protect,
      retainOnDelete,
    };
  }

  #planned(step: StepInfo): PlannedStep {
    const { op, urn, type, custom, replaceKeys = [], retained = false, old } = step;
    return {
      op: op as ReviewedOp,
      urn,
      type,
      name: urnName(urn),
      custom,
      replaceKeys: [...replaceKeys],
      changes: op === "update" || op === "replace" || op === "refresh" ? this.#changes(step) : [],
      retained: retained || (op === "replace" && old?.retainOnDelete === true),
      ...(old?.deletedWith !== undefined && { deletedWith: old.deletedWith }),
      ...(old !== undefined && old.urn !== urn && { formerUrn: old.urn }),
    };
  }

  #changes(step: StepInfo): PropertyChange[] {
    return findChanges(step).map(({ path, old, new: next, forces }) => ({
      path: this.#masker.mask(pathText(path)),
      kind: old === undefined ? "add" : next === undefined ? "delete" : "update",
      replaces: forces,
      secret: isSecret(old) || isSecret(next),
      ...(old !== undefined && { before: plainJson(old, this.#masker) }),
      ...(next !== undefined && { after: plainJson(next, this.#masker) }),
    }));
  }
}
