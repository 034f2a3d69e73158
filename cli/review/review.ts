import type { Project } from "../../engine/project/project.js";
import { costOf } from "../../review/cost/cost.js";
import { planDigest } from "../../review/digest.js";
import { acknowledge } from "../../review/loss/acknowledge.js";
import { lossesOf } from "../../review/loss/losses.js";
import type { Review, StackReview } from "../../review/types.js";
import { sectionIn } from "../stack-edit.js";
import { acknowledgedByLabels, acknowledgedIn, type Label } from "./acknowledged.js";
import { type CompareOptions, compareVersions } from "./compare.js";
import { loadEvaluator } from "./policies.js";

export interface ReviewOptions extends CompareOptions {
  /** Labels of the pull request. */
  labels?: Label[];
}

/** All that a change does to the stacks of a project: what it makes and loses, what the rules say of it, and what it costs. */
export async function reviewChange(project: Project, options: ReviewOptions): Promise<Review> {
  const comparison = await compareVersions(project, options);
  options.onProgress?.("Looking at policies and prices");
  const evaluate = await loadEvaluator(project);
  const stacks = comparison.stacks.map(({ stack, reasons, plan, settled }): StackReview => {
    const { losses, kept } = lossesOf(plan.steps, plan.before);
    const section = sectionIn(project.name, comparison.files.get(stack) ?? "", "policies");
    return {
      stack,
      reasons,
      plan,
      losses: acknowledge(losses, [
        ...acknowledgedIn(comparison.files.get(stack), project.name),
        ...acknowledgedByLabels(losses, options.labels ?? [], stack),
      ]),
      kept,
      cost: { before: costOf(plan.before), after: costOf(settled) },
      ...(evaluate && { policies: { before: evaluate(plan.before, section), after: evaluate(settled, section) } }),
      digest: planDigest(plan.steps),
    };
  });
  const { base, head, unaffected } = comparison;
  return { base, head, stacks, unaffected };
}
