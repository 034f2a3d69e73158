import type { StackReview } from "../types.js";
import { code } from "./escape.js";
import { withoutName } from "./groups.js";
import { counted } from "./names.js";
import { once } from "./once.js";

/** Something of a stack. */
export interface OfStack<T> {
  stack: string;
  item: T;
}

/** What is equal in several stacks, but for their names; the first stands for all. */
export type Alike<T> = [OfStack<T>, ...OfStack<T>[]];

/** By stack, what an item is once the stack's name is out of it. */
const keyOf = once((review: StackReview) => once((item: object) => JSON.stringify(withoutName(review.stack, item))));

/** Items of all stacks, those that are equal but for the names of their stacks as one. */
export function alike<T extends object>(
  stacks: readonly StackReview[],
  items: (review: StackReview) => readonly T[],
): Alike<T>[] {
  const found = new Map<string, Alike<T>>();
  for (const review of stacks) {
    for (const item of items(review)) {
      const key = keyOf(review)(item);
      const known = found.get(key);
      if (known) known.push({ stack: review.stack, item });
      else found.set(key, [{ stack: review.stack, item }]);
    }
  }
  return [...found.values()];
}

/** Of `mypa-alpha`; of `tenant-1` and 99 more stacks. */
export function ofStacks(found: Alike<unknown>, longest: number): string {
  const more = new Set(found.map(({ stack }) => stack)).size - 1;
  return `of ${code(found[0].stack, longest)}${more > 0 ? ` and ${counted(more, "more stack")}` : ""}`;
}

/** How many items there are in these. */
export const total = (found: readonly Alike<unknown>[]): number => found.reduce((sum, { length }) => sum + length, 0);
