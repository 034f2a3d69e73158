import type { z } from "zod";
import type { Fault, Path } from "../fleet.js";
import { show } from "../schema/fields.js";
import { didYouMean, nearest } from "./suggest.js";
import { keysAt, optionsFor, otherOptionWith, wordOf } from "./walk.js";

const MISSING = "is missing";

type Issue = z.core.$ZodIssue;

/** What zod found wrong with a value at `path`, in our words. Unknown keys and words come with the known one that is near. */
export function faultsOf(error: z.ZodError, schema: z.ZodType, input: unknown, path: Path): Fault[] {
  const faults = error.issues.flatMap((issue) => translate(issue, schema, input, path, []));
  // A key that is missing because it is misspelt is one fault: the unknown key.
  const misspelt = new Set(
    faults.flatMap(({ path: at, suggestion }) => (suggestion ? [`${at.slice(0, -1).join("/")}/${suggestion}`] : [])),
  );
  return faults.filter(({ path: at, message }) => {
    const isMissing = message.startsWith(MISSING);
    return !(isMissing && misspelt.has(`${at.slice(0, -1).join("/")}/did you mean ${at.at(-1)}?`));
  });
}

function translate(issue: Issue, schema: z.ZodType, input: unknown, path: Path, inner: PropertyKey[]): Fault[] {
  const below = [...inner, ...issue.path];
  const at = [...path, ...below] as Path;
  const value = valueAt(input, below);
  if (issue.code === "unrecognized_keys") {
    const missing = keysAt(schema, input, below as Path).filter(
      (word) => !(isObject(value) && Object.hasOwn(value, word)),
    );
    return issue.keys.map((key) => {
      const other = below.length === 0 ? otherOptionWith(schema, key) : undefined;
      const message = other ? `is a key of ${other.discriminator}: ${other.word} only` : "unknown key";
      const list = missing.length > 0 ? `keys that may stand here: ${missing.join(", ")}` : undefined;
      return {
        path: [...at, key],
        at: "key",
        message,
        suggestion: didYouMean(key, missing) ?? (other ? undefined : list),
      };
    });
  }
  if (issue.code === "invalid_key") {
    return [{ path: at, at: "key", message: issue.issues[0]?.message ?? "is no valid name" }];
  }
  if (value === undefined) {
    const misspelt = misspeltDiscriminator(issue, schema, input, below);
    if (misspelt !== undefined) {
      const path = [...at.slice(0, -1), misspelt];
      return [{ path, at: "key", message: "unknown key", suggestion: didYouMean(misspelt, [String(below.at(-1))]) }];
    }
    // A union of texts says no more of a missing key than that it is missing.
    const words = wordsOf(issue);
    return [{ path: at, message: words.length > 0 ? `${MISSING}: write one of ${words.join(", ")}` : MISSING }];
  }
  if (value === null) return [{ path: at, message: "has no value" }];
  if (issue.code === "invalid_union" && issue.errors.length > 0) return ofUnion(issue, schema, input, path, below);
  const words = wordsOf(issue);
  if (words.length > 0) {
    const others =
      issue.code === "invalid_union" && below.length === 1
        ? ofOptions(schema, input, String(below[0]), value, path)
        : [];
    return [
      ...others,
      {
        path: at,
        message:
          words.length === 1
            ? `must be ${words[0]}, not ${show(value)}`
            : `must be one of ${words.join(", ")}, not ${show(value)}`,
        suggestion: typeof value === "string" ? didYouMean(value, words) : undefined,
      },
    ];
  }
  return [{ path: at, message: messageOf(issue, value) }];
}

/** Where the key that tells a union's options apart is missing, zod looks no further: the unknown key that was meant to be it. */
function misspeltDiscriminator(
  issue: Issue,
  schema: z.ZodType,
  input: unknown,
  below: PropertyKey[],
): string | undefined {
  if (issue.code !== "invalid_union" || below.length !== 1 || !isObject(input)) return undefined;
  const known = new Set(optionsFor(schema).flatMap((option) => keysAt(option, input, [])));
  return Object.keys(input).find((key) => !known.has(key) && nearest(key, [String(below[0])]) !== undefined);
}

/**
 * Of an entry whose discriminator is wrong: the option that was probably meant is unknown or only guessed, so what is wrong with
 * the other keys is what every option that may be meant says.
 */
function ofOptions(schema: z.ZodType, input: unknown, key: string, word: unknown, path: Path): Fault[] {
  if (!isObject(input)) return [];
  const options = optionsFor(schema).map((option) => ({ option: option as z.ZodType, word: wordOf(option, key) }));
  const meant = nearest(
    String(word),
    options.map((option) => option.word),
  );
  const [first = [], ...rest] = options
    .filter((option) => meant === undefined || option.word === meant)
    .map(({ option, word: right }) => {
      const result = option.safeParse({ ...input, [key]: right });
      return result.success ? [] : faultsOf(result.error, option, input, path);
    });
  const same = (one: Fault, other: Fault) => one.path.join("/") === other.path.join("/");
  return first.filter((fault) => rest.every((faults) => faults.some((other) => same(fault, other))));
}

/** Of a union, the branch that the value was meant for: the one that does not fail at the value's very type. */
function ofUnion(
  issue: Extract<Issue, { code: "invalid_union" }>,
  schema: z.ZodType,
  input: unknown,
  path: Path,
  below: PropertyKey[],
): Fault[] {
  const meant = issue.errors.filter(
    (branch) => !branch.some((found) => found.path.length === 0 && found.code === "invalid_type"),
  );
  const value = valueAt(input, below);
  const [only] = meant;
  if (meant.length === 1 && only && (isObject(value) || only.every((found) => found.code !== "invalid_value"))) {
    return only.flatMap((found) => translate(found, schema, input, path, below));
  }
  const words = issue.errors.flat().flatMap(wordsOf);
  const message =
    issue.message !== "Invalid input"
      ? issue.message
      : words.length > 0
        ? `must be one of ${words.join(", ")}`
        : "is not valid here";
  return [
    {
      path: [...path, ...below] as Path,
      message: message.includes(" not ") ? message : `${message}, not ${show(value)}`,
      suggestion: typeof value === "string" ? didYouMean(value, words) : undefined,
    },
  ];
}

/** The words that would be right, where only certain words are. */
function wordsOf(issue: Issue): string[] {
  if (issue.code === "invalid_value") return issue.values.filter((word) => typeof word === "string");
  if (issue.code === "invalid_union" && issue.errors.length === 0) {
    const { options } = issue as { options?: unknown };
    return Array.isArray(options) ? options.map(String) : [];
  }
  return [];
}

const TYPES: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a block of keys",
  record: "a block of keys",
};

function messageOf(issue: Issue, value: unknown): string {
  if (!issue.message.startsWith("Invalid input") && !issue.message.startsWith("Too ")) {
    return issue.message.includes(" not ") ? issue.message : `${issue.message}, not ${show(value)}`;
  }
  switch (issue.code) {
    case "invalid_type": {
      const quote =
        issue.expected === "string" && typeof value !== "object" ? `: write "${String(value)}" in quotes` : "";
      return `must be ${TYPES[issue.expected] ?? issue.expected}, not ${show(value)}${quote}`;
    }
    case "too_small":
      return issue.origin === "string" || issue.origin === "array"
        ? "must not be empty"
        : `must be ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}, not ${show(value)}`;
    case "too_big":
      return `must be ${issue.inclusive ? "at most" : "less than"} ${issue.maximum}, not ${show(value)}`;
    default:
      return `is not valid: ${show(value)}`;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function valueAt(input: unknown, path: PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key as string];
  }
  return value;
}
