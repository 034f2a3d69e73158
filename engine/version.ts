import { EngineError } from "./errors.js";

/** The release of Pulumi that this engine behaves like: what it writes into checkpoints, and answers programs that ask. */
export const PULUMI_VERSION = "3.260.0";

interface Version {
  numbers: [number, number, number];
  /** `3.1.0-beta.2`: `["beta", "2"]`. */
  pre: string[];
}

/**
 * Whether a version lies in a range as Pulumi writes them: comparisons such as `>=3.1.0`, `!=3.2.0` or `3.x`, joined by spaces (and) and
 * `||` (or). Throws EngineError for a range that cannot be read.
 */
export function satisfies(version: string, range: string): boolean {
  const actual = parse(version);
  if (actual === undefined) throw new Error(`${version} is no version`);
  const choices = range.split("||").map((choice) => conditions(choice, range));
  return choices.some((choice) => choice.every((holds) => holds(actual)));
}

type Condition = (version: Version) => boolean;

function conditions(choice: string, range: string): Condition[] {
  const pattern = /\s*(==?|!=?|>=?|<=?)?\s*([^\s<>=!]+)\s*/gy;
  const found: Condition[] = [];
  let end = 0;
  for (let match = pattern.exec(choice); match !== null; match = pattern.exec(choice)) {
    end = pattern.lastIndex;
    found.push(condition(match[1] ?? "=", match[2] as string, range));
  }
  if (found.length === 0 || end !== choice.length) throw unreadable(range);
  return found;
}

function condition(operator: string, text: string, range: string): Condition {
  const wild = /^(\d+)(?:\.(\d+))?\.[xX*]$/.exec(text);
  if (wild !== null) {
    const [, major, minor] = wild;
    const low: Version = { numbers: [Number(major), Number(minor ?? 0), 0], pre: [] };
    const high: Version = {
      numbers: minor === undefined ? [Number(major) + 1, 0, 0] : [Number(major), Number(minor) + 1, 0],
      pre: [],
    };
    return spanCondition(operator, low, high, range);
  }
  const wanted = parse(text);
  if (wanted === undefined) throw unreadable(range);
  switch (operator) {
    case "=":
    case "==":
      return (version) => compare(version, wanted) === 0;
    case "!":
    case "!=":
      return (version) => compare(version, wanted) !== 0;
    case ">":
      return (version) => compare(version, wanted) > 0;
    case ">=":
      return (version) => compare(version, wanted) >= 0;
    case "<":
      return (version) => compare(version, wanted) < 0;
    default:
      return (version) => compare(version, wanted) <= 0;
  }
}

/** A comparison with all versions from `low` up to, but without, `high`. */
function spanCondition(operator: string, low: Version, high: Version, range: string): Condition {
  const within: Condition = (version) => compare(version, low) >= 0 && compare(version, high) < 0;
  switch (operator) {
    case "=":
    case "==":
      return within;
    case "!":
    case "!=":
      return (version) => !within(version);
    case ">":
      return (version) => compare(version, high) >= 0;
    case ">=":
      return (version) => compare(version, low) >= 0;
    case "<":
      return (version) => compare(version, low) < 0;
    case "<=":
      return (version) => compare(version, high) < 0;
    default:
      throw unreadable(range);
  }
}

function parse(text: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(text);
  if (match === null) return undefined;
  const [, major, minor, patch, pre] = match;
  return { numbers: [Number(major), Number(minor), Number(patch)], pre: pre?.split(".") ?? [] };
}

/** Precedence as semver has it: a pre-release comes before its release. */
function compare(a: Version, b: Version): number {
  for (const index of [0, 1, 2] as const) {
    const difference = a.numbers[index] - b.numbers[index];
    if (difference !== 0) return difference;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return b.pre.length - a.pre.length;
  for (let index = 0; index < Math.min(a.pre.length, b.pre.length); index++) {
    const order = comparePart(a.pre[index] as string, b.pre[index] as string);
    if (order !== 0) return order;
  }
  return a.pre.length - b.pre.length;
}

function comparePart(a: string, b: string): number {
  const numeric = [a, b].map((part) => /^\d+$/.test(part));
  if (numeric[0] && numeric[1]) return Number(a) - Number(b);
  if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function unreadable(range: string): EngineError {
  return new EngineError(`"${range}" is not a range of versions`, "write it like `>=3.200.0 <4.0.0`");
}
