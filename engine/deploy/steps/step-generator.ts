import { randomBytes } from "node:crypto";
import { EngineError } from "../../errors.js";
import type { PolicyGuard } from "../../policy/guard.js";
import type { ProviderFacts } from "../../policy/wire.js";
import type { CheckResult } from "../../provider.js";
import type { Adopter } from "../../run.js";
import type { ResourceState } from "../../state/types.js";
import { containsUnknown, type PropertyMap } from "../../values.js";
import { type Goal, stateFor } from "../goals/goal.js";
import type { Selection } from "../goals/selection.js";
import { isProviderType, splitProviderRef } from "../goals/urn.js";
import { messageOf } from "../message.js";
import { applyIgnoreChanges } from "../properties/paths.js";
import { keepMapCiphertexts, sameValue } from "../properties/property-tools.js";
import { type ProviderRegistry, providerRef } from "../providers/provider-registry.js";
import { Adoption } from "./adoption.js";
import { type Decision, providerDecision, replaceBecause, SAME, toDecision } from "./decide.js";
import { dependentsToReplace } from "./dependents.js";
import { importSteps, isImport, notAdoptable, previouslyImported } from "./import-steps.js";
import { readSteps } from "./read-steps.js";
import type { Step } from "./step.js";
import { lateError, missingError, Untargeted } from "./untargeted.js";

const UNCONFIGURED =
  "its provider has inputs that are not known during preview: this preview may not show exactly what the update will do";

export interface GeneratorOptions {
  preview: boolean;
  /** Aborted on the second Ctrl-C. */
  signal: AbortSignal;
  warn: (urn: string, message: string) => void;
  /** An error that fails the run but lets a preview go on. */
  report: (urn: string, message: string) => void;
  /** Lets checked inputs pass the run's policies, which may change them; absent where there are none. */
  admit?: PolicyGuard["admit"];
  /** Says which existing object a resource takes up. */
  adopt?: Adopter;
  /** What the run may touch. */
  selection: Selection;
}

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
  /** The other way round. */
  readonly #former = new Map<string, string>();
  /** Replaced in this run. */
  readonly #replaced = new Set<string>();
  /** What is deleted in this run because something that it depends on is deleted before its replacement, and by which step. */
  readonly #deletedAhead = new Map<string, Step>();
  /** The last step of each chain that changes something, in the order of the decisions. */
  readonly #changes: Step[] = [];
  /** Checked inputs of this run's provider resources, by URN. */
  readonly #providerInputs = new Map<string, PropertyMap>();
  /** The last step of each registration, by URN. */
  readonly #lastSteps = new Map<string, Step>();
  readonly #untargeted: Untargeted;
  readonly #adoption: Adoption;

  constructor(
    private readonly resources: ResourceState[],
    private readonly providers: ProviderRegistry,
    private readonly options: GeneratorOptions,
  ) {
    for (const resource of resources) if (!resource.delete) this.#olds.set(resource.urn, resource);
    this.#adoption = new Adoption(resources, options.adopt);
    const present = (urn: string) => this.#aliased.get(urn) ?? urn;
    this.#untargeted = new Untargeted({
      olds: this.#olds,
      stepOf: (urn) => this.#lastSteps.get(present(urn)) ?? this.#deletedAhead.get(urn),
      hasProvider: (ref) => {
        const { urn, id } = splitProviderRef(ref);
        return this.#registered.has(present(urn)) && providers.isLive(providerRef(present(urn), id));
      },
    });
  }

  /** True if the program registered this URN, or took it over by an alias. */
  claims(urn: string): boolean {
    return this.#registered.has(urn) || this.#aliased.has(urn);
  }

  /** The URN that a resource of this run had before, if it was found by an alias. */
  formerUrn(urn: string): string | undefined {
    return this.#former.get(urn);
  }

  async generate(goal: Goal): Promise<Step[]> {
    const steps = await this.#generate(goal);
    for (const step of steps) {
      const missing = this.#untargeted.missing(step);
      if (missing.length > 0) this.#refuse(missingError(step, missing));
    }
    const last = steps.at(-1);
    if (last !== undefined && last.op !== "same") this.#changes.push(last);
    if (last !== undefined) this.#lastSteps.set(goal.urn, last);
    return steps;
  }

  /** What is left to do once an import has been read: nothing, or an update to what the program asks for. */
  async continueImport(goal: Goal, imported: ResourceState): Promise<Step[]> {
    const steps = await this.#generateFrom(goal, imported);
    return steps.length === 1 && steps[0]?.op === "same" ? [] : steps;
  }

  /** Steps that take over the state of an object that somebody else manages. `id`: undefined while it is not known. */
  generateRead(goal: Goal, id: string | undefined): Step[] {
    const steps = this.#generateRead(goal, id);
    this.#lastSteps.set(goal.urn, steps.at(-1) as Step);
    return steps;
  }

  #generateRead(goal: Goal, id: string | undefined): Step[] {
    const old = this.adopt(goal);
    const admitted = this.options.selection.admits(goal);
    const carried = old && this.#untargeted.carried(old.urn);
    if (carried !== undefined && admitted) throw lateError(goal);
    if (carried !== undefined) return [carried];
    const steps = readSteps(goal, old, id);
    const missing = this.#untargeted.missing(steps[0] as Step);
    // It is read whether it is a target or not, but has no place in the state without what it stands on.
    if (missing.length > 0 && !admitted)
      return old === undefined ? [this.#untargeted.skip(goal, goal.inputs)] : this.#untargeted.keep(goal, old);
    if (missing.length > 0) this.#refuse(missingError(steps[0] as Step, missing));
    if (steps.length > 1) {
      if (old?.protect) this.#refuse(protectedError([old], "replaced by what the program only reads"));
      this.#replaced.add(goal.urn);
    }
    return steps;
  }

  /** Enters a registration and gives the state that it had so far, found by its URN or an alias. */
  adopt(goal: Goal): ResourceState | undefined {
    this.#register(goal);
    return this.#findOld(goal);
  }

  #register(goal: Goal): void {
    if (this.#registered.has(goal.urn)) {
      throw new EngineError(`duplicate resource URN '${goal.urn}'; try giving it a unique name`, undefined, 1);
    }
    this.#registered.set(goal.urn, goal);
  }

  async #generate(goal: Goal): Promise<Step[]> {
    const old = this.adopt(goal);
    const carried = old && this.#untargeted.carried(old.urn);
    // What was deleted ahead of a replacement is made again whatever the targets are: it has to be.
    if (!this.options.selection.admits(goal) && (old === undefined || !this.#deletedAhead.has(old.urn))) {
      if (old === undefined) return [this.#untargeted.skip(goal, goal.inputs)];
      return carried ? [carried] : this.#untargeted.keep(goal, old);
    }
    if (carried !== undefined) throw lateError(goal);
    this.#adoption.settle(goal, old);
    if (!isImport(goal, old)) return this.#generateFrom(goal, old);
    const after = old && this.#deletedAhead.get(old.urn);
    const steps = importSteps(goal, old, after);
    if (old !== undefined) this.#deletedAhead.delete(old.urn);
    if (steps.length > 1) {
      if (goal.protect && old?.protect) this.#refuse(protectedError([old], "replaced"));
      this.#replaced.add(goal.urn);
    }
    return steps;
  }

  async #generateFrom(goal: Goal, old: ResourceState | undefined): Promise<Step[]> {
    const after = old && this.#deletedAhead.get(old.urn);
    const asked = keepMapCiphertexts(goal.inputs, old?.inputs ?? {});
    const inputs = old ? applyIgnoreChanges(asked, old.inputs, goal.ignoreChanges) : asked;
    const anew = old === undefined || old.external || after !== undefined || this.#mustReplace(goal, old);
    const checked = await this.#check(goal, anew ? undefined : old.inputs, inputs);

    if (old === undefined) return [this.#step("create", goal, checked)];
    if (after !== undefined) return this.#recreate(goal, old, checked, undefined, after);
    // What was only read so far becomes the program's own: a new object, and the foreign one is left alone.
    if (old.external)
      return [this.#step("create-replacement", goal, checked, old), this.#step("replace", goal, checked, old)];
    const decision = await this.#decide(goal, old, checked);
    // A new object has nothing yet that could be kept: what is ignored on the old one is taken as the program has it, as by the real
    // engine; but for one that is replaced by `--replace`, where that checks only once.
    const anewInputs = this.#mustReplace(goal, old) ? inputs : asked;
    // Its object went in a run that came no further. What is asked for by now is made, with the reasons for which it went.
    if (old.pendingReplacement)
      return this.#recreate(goal, old, await this.#check(goal, undefined, anewInputs), decision);
    if (decision.change === "same") return [this.#step("same", goal, checked, old)];
    if (decision.change === "update") return [this.#step("update", goal, checked, old, decision)];
    return this.#replace(goal, old, anewInputs, decision);
  }

  /** Makes an object anew whose old one is gone already, or goes in the step `after`. */
  #recreate(goal: Goal, old: ResourceState, inputs: PropertyMap, decision?: Decision, after?: Step): Step[] {
    this.#replaced.add(goal.urn);
    return [
      { ...this.#step("replace", goal, inputs, old, decision), deletedBefore: true, after: after && [after] },
      { ...this.#step("create-replacement", goal, inputs, old, decision), deletedBefore: true },
    ];
  }

  #findOld(goal: Goal): ResourceState | undefined {
    const takenBy = this.#aliased.get(goal.urn);
    if (takenBy !== undefined) {
      throw new EngineError(
        `${goal.urn}: its state was already taken over by ${takenBy}, which has it as an alias`,
        "remove the alias, or give this resource another name",
        1,
      );
    }
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
      this.#former.set(goal.urn, alias);
      return old;
    }
    return undefined;
  }

  async #check(goal: Goal, olds: PropertyMap | undefined, news: PropertyMap): Promise<PropertyMap> {
    const checked = await this.#checkInputs(goal, olds, news);
    const { admit } = this.options;
    if (admit === undefined) return checked;
    const admitted = await admit(goal, checked, this.#former.get(goal.urn), this.providerFacts(goal.provider));
    if (isProviderType(goal.type)) this.#providerInputs.set(goal.urn, admitted);
    return admitted;
  }

  /** What the provider behind a reference is made with. */
  providerFacts(ref: string | undefined): ProviderFacts | undefined {
    if (!ref) return undefined;
    const { urn } = splitProviderRef(ref);
    const inputs = this.#providerInputs.get(urn) ?? this.#olds.get(urn)?.inputs;
    return inputs && { urn, inputs };
  }

  async #checkInputs(goal: Goal, olds: PropertyMap | undefined, news: PropertyMap): Promise<PropertyMap> {
    if (!goal.custom) return news;
    let result: CheckResult;
    if (isProviderType(goal.type)) {
      result = await this.providers.check(goal.urn, goal.type, olds, news);
      this.#providerInputs.set(goal.urn, result.inputs);
    } else {
      const provider = await this.#provider(goal);
      const call = { urn: goal.urn, type: goal.type, signal: this.options.signal };
      result = await provider.check(call, olds, news, randomBytes(32));
    }
    if (result.failures.length > 0) {
      const lines = result.failures.map((failure) =>
        failure.property === "" ? failure.reason : `${failure.property}: ${failure.reason}`,
      );
      throw new EngineError(`${goal.type} "${goal.name}" is not valid:\n  ${lines.join("\n  ")}`, undefined, 1);
    }
    return result.inputs;
  }

  /** Asked for, by `--replace` or by a taint. */
  #mustReplace(goal: Goal, old: ResourceState): boolean {
    return old.taint === true || this.options.selection.replaces(goal.urn);
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
    if (this.#mustReplace(goal, old)) return replaceBecause("id");
    if (goal.replaceWith.some((urn) => this.#replaced.has(urn))) return replaceBecause("replaceWith");
    if (goal.deletedWith !== undefined && this.#replaced.has(goal.deletedWith)) return replaceBecause("deletedWith");
    if (!goal.custom) return sameValue(old.inputs, inputs) ? SAME : { ...SAME, change: "update" };
    if (isProviderType(goal.type)) {
      const diff = await this.providers.diff(goal.urn, goal.type, old, inputs);
      return toDecision(diff, goal.replaceOnChanges, undefined);
    }
    if (await this.#otherProvider(goal, old)) return replaceBecause("provider");
    const provider = await this.#provider(goal);
    if (!provider.configured) this.options.warn(goal.urn, UNCONFIGURED);
    return providerDecision(provider, old, inputs, goal, this.options.signal);
  }

  /** A changed provider reference means a replacement only if the provider's new configuration says so. */
  async #otherProvider(goal: Goal, resource: ResourceState): Promise<boolean> {
    if ((resource.provider ?? "") === (goal.provider ?? "")) return false;
    if (!resource.provider || !goal.provider) return true;
    const before = splitProviderRef(resource.provider).urn;
    const after = splitProviderRef(goal.provider).urn;
    if (this.#replaced.has(after)) return true;
    if (this.#former.get(after) === before) return false;
    const old = this.#olds.get(before);
    const newInputs = this.#providerInputs.get(after);
    if (old === undefined || newInputs === undefined) return false;
    const type = this.#registered.get(after)?.type ?? "";
    const diff = await this.providers.diff(after, type, old, newInputs);
    return toDecision(diff, [], undefined).change === "replace";
  }

  async #replace(goal: Goal, old: ResourceState, inputs: PropertyMap, decision: Decision): Promise<Step[]> {
    if (goal.protect && old.protect) this.#refuse(protectedError([old], "replaced"));
    if (goal.adopted) {
      this.#refuseAdoption(goal, inputs, decision.replaceKeys);
      return [this.#step("same", goal, inputs, old)];
    }
    if (goal.importId !== undefined) {
      const error = previouslyImported(goal, decision.replaceKeys);
      if (!this.options.preview) throw error;
      this.options.warn(goal.urn, messageOf(error));
    }
    this.#replaced.add(goal.urn);
    // Made from nothing, so checked with no old inputs: names and other generated values must be new.
    const checked = await this.#check(goal, undefined, inputs);
    const replace = this.#step("replace", goal, checked, old, decision);
    const create = this.#step("create-replacement", goal, checked, old, decision);
    if (!(goal.deleteBeforeReplace ?? decision.deleteBeforeReplace)) return [create, replace];

    const dependents = await this.#dependents(old);
    const guarded = dependents.filter((resource) => resource.protect);
    if (guarded.length > 0) this.#refuse(protectedError(guarded, "replaced, together with what they depend on"));
    const gone = goneUrns([old, ...dependents]);
    const after = this.#changingUsers([old, ...dependents]);
    const deletions = [...dependents.reverse(), old].map((resource) => ({
      ...deletion("delete-replaced", resource, gone),
      deletedBefore: true,
      after,
    }));
    for (const step of deletions) if (step.old !== old) this.#deletedAhead.set(step.urn, step);
    return [...deletions, { ...replace, deletedBefore: true }, { ...create, deletedBefore: true }];
  }

  /** Steps under way of resources that used to depend on one of these: what they are linked to must not go before they let go of it. */
  #changingUsers(targets: ResourceState[]): Step[] {
    const urns = new Set(targets.map((target) => target.urn));
    const uses = (old: ResourceState) =>
      [old.dependencies, ...Object.values(old.propertyDependencies)].some((list) => list.some((urn) => urns.has(urn)));
    return this.#changes.filter((step) => step.old !== undefined && uses(step.old));
  }

  /** What is not known before the update may turn out to be the object's own. */
  #refuseAdoption(goal: Goal, inputs: PropertyMap, keys: string[]): void {
    if (!keys.every((key) => containsUnknown(inputs[key]))) this.#refuse(notAdoptable(goal, keys));
    else {
      const unsure = `whether it can take up ${goal.importId} is not known before the update`;
      this.options.warn(goal.urn, `${unsure} (because of ${keys.join(", ")})`);
    }
  }

  /** Ends the registration; in a preview only tells, so that all such errors are seen at once. */
  #refuse(error: EngineError): void {
    if (!this.options.preview) throw error;
    this.options.report("", messageOf(error));
  }

  #dependents(root: ResourceState): Promise<ResourceState[]> {
    return dependentsToReplace(root, this.resources, this.providers, {
      warn: this.options.warn,
      signal: this.options.signal,
      skip: (urn) => this.claims(urn) || this.#deletedAhead.has(urn),
    });
  }

  #step(op: Step["op"], goal: Goal, inputs: PropertyMap, old?: ResourceState, decision?: Decision): Step {
    const draft = stateFor(goal, inputs);
    const former = this.#former.get(goal.urn);
    if (former !== undefined) draft.aliases = [former];
    if (op === "same" || op === "update") {
      Object.assign(draft, {
        id: old?.id,
        outputs: old?.outputs ?? {},
        created: old?.created,
        modified: old?.modified,
        refreshBeforeUpdate: old?.refreshBeforeUpdate,
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

/** A step that takes an old resource away. `gone`: all URNs that are deleted with it. */
export function deletion(
  op: "delete" | "delete-replaced" | "discard" | "discard-replaced" | "remove-pending-replace",
  old: ResourceState,
  gone?: Set<string>,
): Step {
  return {
    op,
    urn: old.urn,
    type: old.type,
    custom: old.custom,
    provider: old.provider,
    old,
    goesWithOther: old.deletedWith !== undefined && gone?.has(old.deletedWith),
  };
}

/** URNs of those whose objects really go: not what is retained or belongs to somebody else. */
export function goneUrns(resources: ResourceState[]): Set<string> {
  return new Set(resources.filter((item) => !item.retainOnDelete && !item.external).map((item) => item.urn));
}

export function protectedError(resources: ResourceState[], what: string): EngineError {
  const list = resources.map((resource) => `  ${resource.urn}`).join("\n");
  return new EngineError(
    `protected resources would be ${what}:\n${list}`,
    "take `protect` off in the program (or `pulumi state unprotect`) if this is meant",
    1,
  );
}
