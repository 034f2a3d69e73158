import { inspect } from "node:util";

/**
 * What of an expectation does not hold, one line each. Records are matched in part, lists in whole; a regular expression stands for a
 * text, undefined for a member that is not there.
 */
export function mismatches(actual: unknown, expected: unknown, path = ""): string[] {
  const here = path || "value";
  if (expected instanceof RegExp) {
    return typeof actual === "string" && expected.test(actual)
      ? []
      : [`${here}: ${show(actual)} does not match ${expected}`];
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return [differ(here, actual, expected)];
    return expected.flatMap((item, index) => mismatches(actual[index], item, `${path}[${index}]`));
  }
  if (expected !== null && typeof expected === "object") {
    if (actual === null || typeof actual !== "object" || Array.isArray(actual)) return [differ(here, actual, expected)];
    return Object.entries(expected).flatMap(([key, value]) =>
      mismatches((actual as Record<string, unknown>)[key], value, path ? `${path}.${key}` : key),
    );
  }
  return Object.is(actual, expected) ? [] : [differ(here, actual, expected)];
}

export const matches = (actual: unknown, expected: unknown): boolean => mismatches(actual, expected).length === 0;

/** The same in whole: no member more, none less. */
export function unequal(actual: unknown, expected: unknown, path: string): string[] {
  return JSON.stringify(sortKeys(actual)) === JSON.stringify(sortKeys(expected))
    ? []
    : [differ(path, actual, expected)];
}

export function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sortKeys(item)]));
}

export const show = (value: unknown): string => inspect(value, { depth: 6, breakLength: Number.POSITIVE_INFINITY });

function differ(path: string, actual: unknown, expected: unknown): string {
  return `${path}: is ${show(actual)}, expected ${show(expected)}`;
}
