import type { Review, ReviewedOp, StackReview } from "../types.js";
import { costDelta } from "./costs.js";
import { findingsDelta } from "./findings.js";
import { counted } from "./names.js";

/** From the worst to the best. */
export type Verdict = "failed" | "needs acknowledgement" | "policy breach" | "needs a look" | "safe";

export interface Counts {
  create: number;
  update: number;
  replace: number;
  delete: number;
}

/** The figures of a stack, or of several together. */
export interface Totals extends Counts {
  /** New findings, of mandatory policies and of others; those that were there; those that are gone. Undefined: none were asked. */
  policy?: { mandatory: number; advisory: number; existing: number; fixed: number };
  /** US dollars a month; undefined: nothing was brought so far that a cost could be told of. */
  cost?: { before: number; after: number; unknown: number };
  /** Losses that nobody has acknowledged, and others. */
  losses: { open: number; acknowledged: number };
  kept: number;
  failed: number;
}

const COLUMN: Partial<Record<ReviewedOp, keyof Counts>> = {
  create: "create",
  import: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
};

export function totalsOf(stacks: readonly StackReview[]): Totals {
  const totals: Totals = {
    create: 0,
    update: 0,
    replace: 0,
    delete: 0,
    losses: { open: 0, acknowledged: 0 },
    kept: 0,
    failed: 0,
  };
  for (const review of stacks) {
    for (const { op } of review.plan.steps) {
      const column = COLUMN[op];
      if (column) totals[column]++;
    }
    for (const { acknowledged } of review.losses) totals.losses[acknowledged ? "acknowledged" : "open"]++;
    totals.kept += review.kept.length;
    if (review.plan.outcome === "failed") totals.failed++;
    const findings = findingsDelta(review);
    if (findings) {
      const policy = totals.policy ?? { mandatory: 0, advisory: 0, existing: 0, fixed: 0 };
      totals.policy = policy;
      for (const { level } of findings.fresh) policy[level]++;
      policy.existing += findings.existing.length;
      policy.fixed += findings.fixed.length;
    }
    const delta = costDelta(review);
    if (delta) {
      const cost = totals.cost ?? { before: 0, after: 0, unknown: 0 };
      totals.cost = cost;
      cost.before += delta.before;
      cost.after += delta.after;
      cost.unknown += delta.unknown;
    }
  }
  return totals;
}

/**
 * What a reviewer is told first: the worst that applies, and all that led to it, the worst first. Numbers only, no text of the change.
 * Safe is what replaces and deletes nothing but components, loses nothing and violates no policy that was not violated before.
 */
export function verdictOf(review: Review): { verdict: Verdict; reasons: string[] } {
  const totals = totalsOf(review.stacks);
  const found: [Verdict, string][] = [];
  const say = (verdict: Verdict, count: number, text: string) => count > 0 && found.push([verdict, text]);
  const { open, acknowledged } = totals.losses;
  const gone = (op: ReviewedOp) =>
    review.stacks.flatMap(({ plan }) => plan.steps).filter((step) => step.op === op && step.custom).length;
  const are = (count: number) => (count === 1 ? "is" : "are");

  say("failed", totals.failed, `${counted(totals.failed, "preview")} failed`);
  say("needs acknowledgement", open, `${counted(open, "loss", "losses")} of data ${are(open)} not acknowledged`);
  const { mandatory = 0, advisory = 0 } = totals.policy ?? {};
  say("policy breach", mandatory, `${counted(mandatory, "new finding")} of mandatory policies`);
  say("needs a look", acknowledged, `${counted(acknowledged, "acknowledged loss", "acknowledged losses")} of data`);
  const [replaced, deleted] = [gone("replace"), gone("delete")];
  say("needs a look", replaced, `${counted(replaced, "resource")} ${are(replaced)} replaced`);
  say("needs a look", deleted, `${counted(deleted, "resource")} ${are(deleted)} deleted`);
  say("needs a look", advisory, `${counted(advisory, "new finding")} of advisory policies`);
  if (found.length > 0) return { verdict: found[0]![0], reasons: found.map(([, text]) => text) };
  const isQuiet = review.stacks.every(({ plan }) => plan.steps.length === 0);
  return { verdict: "safe", reasons: [isQuiet ? "nothing changes" : "nothing is replaced, deleted or lost"] };
}
