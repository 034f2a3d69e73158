import { acknowledge } from "../../review/loss/acknowledge.js";
import type { Loss, Review } from "../../review/types.js";
import { acknowledgedByLabels } from "../review/acknowledged.js";
import type { Label } from "./github.js";

/** The review, with what the pull request's labels acknowledge now. */
export function withLabels(review: Review, labels: Label[]): Review {
  const stacks = review.stacks.map((stack) => {
    const losses = stack.losses.map(withoutLabel);
    const named = acknowledgedByLabels(losses, labels, stack.stack);
    const judged = new Map(acknowledge(losses.filter(isOpen), named).map((loss) => [loss.urn, loss]));
    return { ...stack, losses: losses.map((loss) => judged.get(loss.urn) ?? loss) };
  });
  return { ...review, stacks };
}

/** What an unprivileged job tells of labels is not believed. */
const withoutLabel = ({ acknowledged, ...loss }: Loss): Loss =>
  acknowledged?.by === "stack file" ? { ...loss, acknowledged } : loss;

const isOpen = ({ acknowledged }: Loss): boolean => acknowledged === undefined;
