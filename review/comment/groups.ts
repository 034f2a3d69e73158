import type { StackReview } from "../types.js";
import { differing } from "./changes.js";
import type { Mask } from "./mask.js";

/** Stacks to which a change does the same, but for their own names. */
export interface Group {
  /** At least one, in the order of the review. */
  members: StackReview[];
  /** The one that is shown for all. */
  first: StackReview;
}

/**
 * Stacks whose plans are equal once each stack's own name is taken out of URNs and values, in the order of the first of each. What of a
 * value stays the same does not count: a hundred tenants made from one template, each with its own port, are one group.
 */
export function groupAlike(stacks: readonly StackReview[], mask: Mask): Group[] {
  const groups = new Map<string, Group>();
  for (const review of stacks) {
    const { outcome, errors } = review.plan;
    const steps = review.plan.steps.map((step) => ({
      ...step,
      changes: step.changes.map((change) => differing(change, mask)),
    }));
    const key = JSON.stringify(withoutName(review.stack, { outcome, errors, steps }));
    const group = groups.get(key);
    if (group) group.members.push(review);
    else groups.set(key, { members: [review], first: review });
  }
  return [...groups.values()];
}

/** Stands for a stack's own name. No text of a change has it: NUL cannot be in a stack's name. */
const OWN_NAME = "\0stack\0";

/** The value with the stack's name, where it is a word of its own, taken out of every text and key. */
export function withoutName<T>(stack: string, value: T): T {
  const name = stack.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  // Not within words: `cat` of stack `a` is not `cut` of stack `u`.
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${name}(?![\\p{L}\\p{N}])`, "gu");
  const replaced = (text: string) => (text.includes(stack) ? text.replace(pattern, OWN_NAME) : text);
  const walk = (found: unknown): unknown => {
    if (typeof found === "string") return replaced(found);
    if (Array.isArray(found)) return found.map(walk);
    if (typeof found === "object" && found !== null)
      return Object.fromEntries(Object.entries(found).map(([key, item]) => [replaced(key), walk(item)]));
    return found;
  };
  return walk(value) as T;
}
