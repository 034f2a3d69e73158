import type { CheckFailure } from "../../provider.js";
import {
  Archive,
  Asset,
  containsUnknown,
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  Secret,
  Unknown,
} from "../../values.js";
import { appendKey, equalValues } from "./diff.js";
import { plain } from "./plain.js";

/** What a provider's schema says of one input. */
export interface Field {
  /** `strings`: a list; `map`: string to string; `any`: not looked into; `oneOf` narrows a string. */
  type: "string" | "integer" | "boolean" | "strings" | "map" | "object" | "list" | "any";
  required?: boolean;
  /** What the provider takes when nothing is given; shows up in the outputs, not in the inputs. */
  default?: PropertyValue;
  /** False if a change is taken over in place. Default: true for table-driven providers. */
  replaces?: boolean;
  oneOf?: readonly string[];
  /** For integers. */
  min?: number;
  max?: number;
  /** For objects. */
  fields?: Fields;
  /** Says what is wrong with a known value, or nothing. Must not quote secrets. */
  validate?: (value: PropertyValue) => string | undefined;
}
export type Fields = Record<string, Field>;

/**
 * Checks inputs against their fields: unknown and missing keys, types, ranges. Numbers and booleans written as strings are
 * converted, as Terraform does. Secrets and unknowns stay what they are. Reasons never hold a value that could be secret.
 */
export function checkFields(
  fields: Fields,
  news: PropertyMap,
  path = "",
): { inputs: PropertyMap; failures: CheckFailure[] } {
  const failures: CheckFailure[] = [];
  const inputs: PropertyMap = {};
  for (const [key, value] of Object.entries(news)) {
    const field = fields[key];
    if (key.startsWith("__")) {
      inputs[key] = value;
    } else if (field) {
      inputs[key] = checkValue(field, value, appendKey(path, key), failures);
    } else {
      const near = nearest(key, Object.keys(fields));
      failures.push({
        property: appendKey(path, key),
        reason: `unknown property; ${near ? `did you mean ${near}?` : `known are ${Object.keys(fields).sort().join(", ")}`}`,
      });
    }
  }
  for (const [key, field] of Object.entries(fields)) {
    if (field.required && (inputs[key] === undefined || plain(inputs[key]) === null)) {
      if (failures.some((failure) => failure.property === appendKey(path, key))) continue;
      failures.push({ property: appendKey(path, key), reason: "is required and missing" });
    }
  }
  return { inputs, failures };
}

function checkValue(field: Field, value: PropertyValue, path: string, failures: CheckFailure[]): PropertyValue {
  if (value instanceof Secret) {
    const inner = checkValue(field, value.value, path, failures);
    return inner === value.value || equalAndSameType(inner, value.value) ? value : new Secret(inner);
  }
  if (value instanceof OutputValue && value.value !== undefined) {
    return new OutputValue(checkValue(field, value.value, path, failures), value.secret, value.dependencies);
  }
  if (value === null || value instanceof Unknown || value instanceof OutputValue) return value;
  const fail = (reason: string) => {
    failures.push({ property: path, reason });
    return value;
  };
  const converted = convert(field, value, path, failures);
  if (converted === undefined) return fail(`must be ${describe(field)}, but is ${kindOf(value)}`);
  if (typeof converted === "string" && field.oneOf && !field.oneOf.includes(converted)) {
    const near = nearest(converted, field.oneOf);
    return fail(`must be one of ${field.oneOf.join(", ")}${near ? `; did you mean ${near}?` : ""}`);
  }
  if (typeof converted === "number") {
    if (field.min !== undefined && converted < field.min)
      return fail(`must be at least ${field.min}, but is ${converted}`);
    if (field.max !== undefined && converted > field.max)
      return fail(`must be at most ${field.max}, but is ${converted}`);
  }
  if (field.validate && !containsUnknown(converted)) {
    const reason = field.validate(plain(converted));
    if (reason) return fail(reason);
  }
  return converted;
}

/** The value in the field's type; undefined if it cannot be. */
function convert(
  field: Field,
  value: PropertyValue,
  path: string,
  failures: CheckFailure[],
): PropertyValue | undefined {
  switch (field.type) {
    case "any":
      return value;
    case "string":
      return typeof value === "number" || typeof value === "boolean"
        ? String(value)
        : typeof value === "string"
          ? value
          : undefined;
    case "integer": {
      const number = typeof value === "string" && /^[+-]?\d+$/.test(value.trim()) ? Number(value) : value;
      return typeof number === "number" && Number.isSafeInteger(number) ? number : undefined;
    }
    case "boolean":
      return value === "true" ? true : value === "false" ? false : typeof value === "boolean" ? value : undefined;
    case "list":
      return Array.isArray(value) ? value : undefined;
    case "strings":
      return Array.isArray(value)
        ? value.map((item, index) =>
            item === null
              ? fail(failures, `${path}[${index}]`, "must be a string, but is null")
              : checkValue({ type: "string", oneOf: field.oneOf }, item, `${path}[${index}]`, failures),
          )
        : undefined;
    case "map":
      return isPropertyMap(value)
        ? Object.fromEntries(
            Object.entries(value).map(([key, item]) => [
              key,
              checkValue({ type: "string" }, item, appendKey(path, key), failures),
            ]),
          )
        : undefined;
    case "object": {
      if (!isPropertyMap(value)) return undefined;
      const checked = checkFields(field.fields ?? {}, value, path);
      failures.push(...checked.failures);
      return checked.inputs;
    }
  }
}

function fail(failures: CheckFailure[], property: string, reason: string): null {
  failures.push({ property, reason });
  return null;
}

/** The inputs with every default filled in, as a provider's outputs show them. Null keys are left out. */
export function withDefaults(fields: Fields, inputs: PropertyMap): PropertyMap {
  const filled: PropertyMap = {};
  for (const [key, field] of Object.entries(fields)) {
    const value = inputs[key] ?? field.default;
    if (value !== undefined && value !== null) filled[key] = value;
  }
  return filled;
}

function describe(field: Field): string {
  const names: Record<Field["type"], string> = {
    string: "a string",
    integer: "a whole number",
    boolean: "true or false",
    strings: "a list of strings",
    map: "a map of strings",
    object: "an object",
    list: "a list",
    any: "a value",
  };
  return names[field.type];
}

function kindOf(value: PropertyValue): string {
  if (Array.isArray(value)) return "a list";
  if (value instanceof Asset) return "an asset";
  if (value instanceof Archive) return "an archive";
  if (typeof value === "object") return "an object";
  return typeof value === "number" && !Number.isInteger(value) ? "a fraction" : `a ${typeof value}`;
}

function equalAndSameType(a: PropertyValue, b: PropertyValue): boolean {
  return typeof a === typeof b && equalValues(a, b);
}

/** The known word that was most likely meant, within two edits. */
function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.min(3, Math.ceil(word.length / 2));
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
