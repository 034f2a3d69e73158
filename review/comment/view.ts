import type { Loss, Review, StackReview } from "../types.js";
import type { Group } from "./groups.js";
import { type Mask, maskValue } from "./mask.js";

/** What the sections of a comment are made of, and how much of it they may show. */
export interface View {
  review: Review;
  groups: Group[];
  /** At most so many rows of a table or items of a list; Infinity for all. */
  most: number;
  /** At most so many characters of a name. */
  longest: number;
  /** At most so many characters of a message or reason. */
  longestText: number;
  /** At most so many lines of one property. */
  lines: number;
  mask: Mask;
  /** All is shown: this is the full text. */
  full: boolean;
}

/** The review with secrets masked by their values in all that is shown. Resources after the change are kept only where they are created. */
export function maskReview(review: Review, mask: Mask): Review {
  return {
    base: masked(review.base, mask),
    head: masked(review.head, mask),
    stacks: review.stacks.map((stack) => maskStack(stack, mask)),
    unaffected: masked(review.unaffected, mask),
  };
}

function maskStack(review: StackReview, mask: Mask): StackReview {
  const { plan, cost, policies } = review;
  const created = new Set(plan.steps.filter(({ op }) => op === "create").map(({ urn }) => urn));
  return {
    // Digests and operations are our own words; all else is the change's.
    digest: review.digest,
    stack: mask(review.stack),
    reasons: review.reasons.map(({ kind, text }) => ({ kind, text: mask(text) })),
    plan: {
      stack: mask(plan.stack),
      outcome: plan.outcome,
      errors: masked(plan.errors, mask),
      steps: plan.steps.map((step) => ({ ...masked(step, mask), op: step.op })),
      before: [],
      ...(plan.moved && { moved: masked(plan.moved, mask) }),
      after: masked(
        plan.after.filter(({ urn }) => created.has(urn)),
        mask,
      ),
    },
    losses: review.losses.map((loss) => maskLoss(loss, mask)),
    kept: review.kept.map((kept) => ({ ...masked(kept, mask), op: kept.op })),
    cost: {
      before: { ...cost.before, items: maskItems(cost.before.items, mask) },
      after: { ...cost.after, items: maskItems(cost.after.items, mask), prices: mask(cost.after.prices) },
    },
    ...(policies && {
      policies: {
        before: policies.before.map((found) => ({ ...masked(found, mask), level: found.level })),
        after: policies.after.map((found) => ({ ...masked(found, mask), level: found.level })),
      },
    }),
  };
}

function maskLoss(loss: Loss, mask: Mask): Loss {
  const { acknowledged } = loss;
  return {
    ...masked(loss, mask),
    op: loss.op,
    ...(acknowledged && { acknowledged: { by: acknowledged.by, reason: mask(acknowledged.reason) } }),
  };
}

/** Amounts are no secrets. */
const maskItems = (items: StackReview["cost"]["after"]["items"], mask: Mask) =>
  items.map((item) => ({ ...masked(item, mask), ...(item.monthly !== undefined && { monthly: item.monthly }) }));

function masked<T>(value: T, mask: Mask): T {
  // These are plain JSON, whose optional keys are left out.
  return maskValue(value as never, mask) as T;
}
