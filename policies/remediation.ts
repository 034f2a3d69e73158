import { isDeepStrictEqual } from "node:util";
import { isUnknown, type Props } from "./rule.js";

/**
 * Writes what a remedy changed into the inputs that the SDK gave, and leaves all else in them alone: they know which values are secret,
 * or known only later.
 *
 * @param inputs the SDK's
 * @param before how the rule saw them
 * @returns undefined if it cannot be written: what is known only later cannot be moved
 */
export function written(inputs: Props, before: Props, after: Props): Props | undefined {
  if (hasMovedUnknown(before, after)) return undefined;
  write(inputs, before, after);
  return inputs;
}

function write(inputs: Props, before: Props, after: Props): void {
  for (const key of Object.keys(before)) if (!(key in after)) delete inputs[key];
  for (const [key, value] of Object.entries(after)) {
    if (isDeepStrictEqual(before[key], value)) continue;
    if (isAlike(before[key], value)) write(inputs[key], before[key], value as Props);
    else inputs[key] = value;
  }
}

/** Whether two values are lists of one length, or maps, so that what is in them can be told apart. */
function isAlike(before: unknown, after: unknown): boolean {
  if (typeof before !== "object" || typeof after !== "object" || before === null || after === null) return false;
  if (Array.isArray(before) || Array.isArray(after)) {
    return Array.isArray(before) && Array.isArray(after) && before.length === after.length;
  }
  return true;
}

function hasMovedUnknown(before: unknown, after: unknown): boolean {
  if (isUnknown(after)) return !isUnknown(before);
  if (typeof after !== "object" || after === null) return false;
  const alike = isAlike(before, after);
  return Object.entries(after).some(([key, value]) =>
    hasMovedUnknown(alike ? (before as Props)[key] : undefined, value),
  );
}
