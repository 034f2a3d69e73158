import { randomBytes } from "node:crypto";
import { EngineError } from "../errors.js";
import type { CheckResult } from "../provider.js";
import type { ResourceState } from "../state/types.js";
import { type PropertyMap, UNKNOWN } from "../values.js";
import { providerInputs } from "./bound-provider.js";
import { type Decision, providerDecision, replaceBecause, SAME, toDecision } from "./decide.js";
import { type Goal, stateFor } from "./goal.js";
import { applyIgnoreChanges } from "./paths.js";
import { keepMapCiphertexts, sameValue } from "./property-tools.js";
import type { ProviderRegistry } from "./provider-registry.js";
import type { Step } from "./step.js";
import { isProviderType, splitProviderRef } from "./urn.js";

/**
 * Decides, one registration at a time, what has to be done so that a resource becomes what the program asks for.
 * The order of the decisions follows Pulumi's step generator.
 */
export class StepGenerator {
  /** Old resources by URN, without those that only wait for their deletion. */
  readonly #olds = new Map<string, ResourceState>();
  readonly #registered = new Map<string, Goal>();
  /** Old URNs that a resource of this run has taken over through an alias. */
  readonly #aliased = new Map<string, string>();
  /** Replaced in this run. */
  readonly #replaced = new Set<string>();
  /** Deleted in this run because something that they depend on is deleted before its replacement. */
  readonly #deletedAhead = new Set<string>();
  /** Checked inputs of this run's provider resources, by URN. */
  readonly #providerInputs = new Map<string, PropertyMap>();

  constructor(
    private readonly resources: ResourceState[],
    private readonly providers: ProviderRegistry,
    private readonly warn: (urn: string, message: string) => void,
  ) {
    for (const resource of resources) if (!resource.delete) this.#olds.set(resource.urn, resource);
  }

  /** True if the program registered this URN, or took it over by an alias. */
  claims(urn: string): boolean {
    return this.#registered.has(urn) || this.#aliased.has(urn);
  }

  goalOf(urn: string): Goal | undefined {
    return this.#registered.get(urn);
  }

  async generate(goal: Goal): Promise<Step[]> {
    if (this.#registered.has(goal.urn)) {
      throw new EngineError(`duplicate resource URN '${goal.urn}'; try giving it a unique name`, undefined, 1);
    }
    this.#registered.set(goal.urn, goal);
    const old = this.#findOld(goal);
    const asked = keepMapCiphertexts(providerInputs(goal.inputs), old?.inputs ?? {});
    const inputs = old ? applyIgnoreChanges(asked, old.inputs, goal.ignoreChanges) : asked;
    const checked = await this.#check(goal, old?.pendingReplacement ? undefined : old?.inputs, inputs);

    if (old === undefined) return [this.#step("create", goal, checked)];
    if (this.#deletedAhead.has(goal.urn) || old.pendingReplacement) {
      this.#replaced.add(goal.urn);
      return [
        { ...this.#step("replace", goal, checked, old), deletedBefore: true },
        { ...this.#step("create-replacement", goal, checked, old), deletedBefore: true },
      ];
    }
    const decision = await this.#decide(goal, old, checked);
    if (decision.change === "same") return [this.#step("same", goal, checked, old)];
    if (decision.change === "update") return [this.#step("update", goal, checked, old, decision)];
    return this.#replace(goal, old, inputs, decision);
  }

  #findOld(goal: Goal): ResourceState | undefined {
    const own = this.#olds.get(goal.urn);
    if (own !== undefined) return own;
    for (const alias of goal.aliases) {
      const old = this.#olds.get(alias);
      if (old === undefined) continue;
      const claimedBy = this.#aliased.get(alias) ?? (this.#registered.has(alias) ? alias : undefined);
      if (claimedBy !== undefined) {
        throw new EngineError(
          `${goal.urn}: its alias ${alias} is already used by ${claimedBy}`,
          "remove the alias from one of them",
          1,
        );
      }
      this.#aliased.set(alias, goal.urn);
      return old;
    }
    return undefined;
  }

  async #check(goal: Goal, olds: PropertyMap | undefined, news: PropertyMap): Promise<PropertyMap> {
    if (!goal.custom) return news;
    let result: CheckResult;
    if (isProviderType(goal.type)) {
      result = await this.providers.check(goal.urn, goal.type, olds, news);
      this.#providerInputs.set(goal.urn, result.inputs);
    } else {
      const provider = await this.#provider(goal);
      result = await provider.check({ urn: goal.urn, type: goal.type }, olds, news, randomBytes(32));
    }
    if (result.failures.length > 0) {
      const lines = result.failures.map((failure) =>
        failure.property === "" ? failure.reason : `${failure.property}: ${failure.reason}`,
      );
      throw new EngineError(`${goal.type} "${goal.name}" is not valid:\n  ${lines.join("\n  ")}`, undefined, 1);
    }
    return result.inputs;
  }

  #provider(goal: Goal) {
    if (goal.provider === undefined) throw new Error(`${goal.urn} has no provider`);
    return this.providers.get(goal.provider);
  }

  async #decide(goal: Goal, old: ResourceState, inputs: PropertyMap): Promise<Decision> {
    if (
      old.replacementTrigger != null &&
      goal.replacementTrigger !== undefined &&
      !sameValue(old.replacementTrigger, goal.replacementTrigger)
    ) {
      return replaceBecause("replacementTrigger");
    }
    if (old.taint) return replaceBecause("id");
    if (goal.replaceWith.some((urn) => this.#replaced.has(urn))) return replaceBecause("replaceWith");
    if (goal.deletedWith !== undefined && this.#replaced.has(goal.deletedWith)) return replaceBecause("deletedWith");
    if (!goal.custom) return sameValue(old.inputs, inputs) ? SAME : { ...SAME, change: "update" };
    if (isProviderType(goal.type)) {
      const diff = await this.providers.diff(goal.urn, goal.type, old.inputs, inputs);
      return toDecision(diff, goal.replaceOnChanges, undefined);
    }
    if (await this.#otherProvider(goal, old)) return replaceBecause("provider");
    return providerDecision(await this.#provider(goal), old, inputs, goal);
  }

  /** A changed provider reference means a replacement only if the provider's new configuration says so. */
  async #otherProvider(goal: Goal, old: ResourceState): Promise<boolean> {
    if ((old.provider ?? "") === (goal.provider ?? "")) return false;
    if (!old.provider || !goal.provider) return true;
    const before = splitProviderRef(old.provider).urn;
    const after = splitProviderRef(goal.provider).urn;
    if (this.#replaced.has(after)) return true;
    const oldInputs = this.#olds.get(before)?.inputs;
    const newInputs = this.#providerInputs.get(after);
    if (oldInputs === undefined || newInputs === undefined) return false;
    const type = this.#registered.get(after)?.type ?? "";
    const diff = await this.providers.diff(after, type, oldInputs, newInputs);
    return toDecision(diff, [], undefined).change === "replace";
  }

  async #replace(goal: Goal, old: ResourceState, inputs: PropertyMap, decision: Decision): Promise<Step[]> {
    if (goal.protect && old.protect) throw protectedError([old], "replaced");
    this.#replaced.add(goal.urn);
    // Made from nothing, so checked with no old inputs: names and other generated values must be new.
    const checked = await this.#check(goal, undefined, inputs);
    const replace = this.#step("replace", goal, checked, old, decision);
    const create = this.#step("create-replacement", goal, checked, old, decision);
    if (!(goal.deleteBeforeReplace ?? decision.deleteBeforeReplace)) return [create, replace];

    const dependents = await this.#dependentsToReplace(old);
    const guarded = dependents.filter((resource) => resource.protect);
    if (guarded.length > 0) throw protectedError(guarded, "replaced, together with what they depend on");
    const deletions = dependents.reverse().map((resource) => deletion("delete-replaced", resource));
    for (const dependent of dependents) this.#deletedAhead.add(dependent.urn);
    return [
      ...deletions.map((step) => ({ ...step, deletedBefore: true })),
      { ...deletion("delete-replaced", old), deletedBefore: true },
      { ...replace, deletedBefore: true },
      { ...create, deletedBefore: true },
    ];
  }

  /** Old resources that would themselves have to be replaced once `root` is gone, in the order of the state. */
  async #dependentsToReplace(root: ResourceState): Promise<ResourceState[]> {
    const gone = new Set([root.urn]);
    const found: ResourceState[] = [];
    for (const resource of this.resources.slice(this.resources.indexOf(root) + 1)) {
      if (!resource.custom || resource.delete || resource.external || resource.pendingReplacement) continue;
      if (isProviderType(resource.type) || this.#registered.has(resource.urn) || this.#deletedAhead.has(resource.urn))
        continue;
      if (!(await this.#needsReplacement(resource, gone))) continue;
      gone.add(resource.urn);
      found.push(resource);
    }
    return found;
  }

  async #needsReplacement(resource: ResourceState, gone: Set<string>): Promise<boolean> {
    if (resource.provider !== undefined && gone.has(splitProviderRef(resource.provider).urn)) return true;
    if (resource.deletedWith !== undefined && gone.has(resource.deletedWith)) return true;
    if (resource.replaceWith?.some((urn) => gone.has(urn))) return true;
    const affected = Object.entries(resource.propertyDependencies).filter(([, urns]) =>
      urns.some((urn) => gone.has(urn)),
    );
    if (affected.length === 0 || resource.provider === undefined) return false;
    const inputs = { ...resource.inputs };
    for (const [key] of affected) inputs[key] = UNKNOWN;
    const options = { ignoreChanges: resource.ignoreChanges ?? [], replaceOnChanges: resource.replaceOnChanges ?? [] };
    const news = applyIgnoreChanges(inputs, resource.inputs, options.ignoreChanges);
    try {
      return (
        (await providerDecision(await this.providers.get(resource.provider), resource, news, options)).change ===
        "replace"
      );
    } catch (error) {
      this.warn(
        resource.urn,
        `cannot tell whether it must be replaced as well: ${error instanceof Error ? error.message : String(error)}`,
      );
      return true;
    }
  }

  #step(op: Step["op"], goal: Goal, inputs: PropertyMap, old?: ResourceState, decision?: Decision): Step {
    const draft = stateFor(goal, inputs);
    if (old !== undefined && old.urn !== goal.urn) draft.aliases = [old.urn];
    if (op === "same" || op === "update") {
      Object.assign(draft, {
        id: old?.id,
        outputs: old?.outputs ?? {},
        created: old?.created,
        modified: old?.modified,
        extra: old?.extra,
      });
    }
    return {
      op,
      urn: goal.urn,
      type: goal.type,
      custom: goal.custom,
      provider: goal.provider,
      old,
      draft,
      goal,
      diffs: decision?.diffs,
      replaceKeys: decision?.replaceKeys,
      detailedDiff: decision?.detailedDiff,
    };
  }
}

/** A step that takes an old resource away. */
export function deletion(
  op: "delete" | "delete-replaced" | "discard" | "remove-pending-replace",
  old: ResourceState,
): Step {
  return { op, urn: old.urn, type: old.type, custom: old.custom, provider: old.provider, old };
}

export function protectedError(resources: ResourceState[], what: string): EngineError {
  const list = resources.map((resource) => `  ${resource.urn}`).join("\n");
  return new EngineError(
    `protected resources would be ${what}:\n${list}`,
    "take `protect` off in the program (or `pulumi state unprotect`) if this is meant",
    1,
  );
}
