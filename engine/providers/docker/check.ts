import { createHash } from "node:crypto";
import type { CheckFailure, CheckRequest, CheckResult } from "../../provider.js";
import { isPropertyMap, type PropertyMap, type PropertyValue, UNKNOWN } from "../../values.js";
import { at } from "./path.js";
import type { Field, Fields, ResourceShape, Shape } from "./shape.js";

/** Validates a program's inputs against a resource's shape and fills in the defaults. Collects every fault. */
export function checkResource(shape: ResourceShape, request: CheckRequest): CheckResult {
  const failures: CheckFailure[] = [];
  const news: PropertyMap = { ...request.news };
  if (shape.autoName && (news.name === undefined || news.name === null)) news.name = autoName(request);
  const inputs = checkFields(shape.fields, news, "", failures);
  if (failures.length === 0) failures.push(...(shape.validate?.(inputs) ?? []));
  return { inputs, failures };
}

const AUTO_NAME_DIGITS = 7;

/** `<resource name>-<7 hex digits>`, kept for as long as the resource lives. */
function autoName(request: CheckRequest): string {
  const base = request.urn.slice(request.urn.lastIndexOf("::") + 2);
  const old = request.olds?.name;
  if (typeof old === "string" && isAutoName(request.urn, old)) return old;
  const random = createHash("sha256").update(request.randomSeed).digest("hex").slice(0, AUTO_NAME_DIGITS);
  return `${base}-${random}`;
}

/** True if a name was made by `autoName` for this resource, so that a replacement gets another one. */
export function isAutoName(urn: string, name: string): boolean {
  const base = urn.slice(urn.lastIndexOf("::") + 2);
  return name.startsWith(`${base}-`) && /^[0-9a-f]{7}$/.test(name.slice(base.length + 1));
}

/** Validates an object's members; `path` is "" for the resource itself. */
export function checkFields(fields: Fields, news: PropertyMap, path: string, failures: CheckFailure[]): PropertyMap {
  const inputs: PropertyMap = {};
  for (const [key, value] of Object.entries(news)) {
    if (key.startsWith("__") || value === null || value === undefined) continue;
    const field = Object.hasOwn(fields, key) ? fields[key]! : undefined;
    if (!field) {
      const near = nearest(key, Object.keys(fields));
      failures.push({
        property: at(path, key),
        reason: `unknown property "${key}"${near ? `, did you mean "${near}"?` : ""}`,
      });
    } else if (field.unsupported) {
      failures.push({ property: at(path, key), reason: `"${key}" is not supported here: ${field.unsupported}` });
    } else {
      inputs[key] = checkValue(field, value, at(path, key), failures);
    }
  }
  for (const [key, field] of Object.entries(fields)) {
    if (inputs[key] !== undefined || isGiven(news[key])) continue;
    if (field.default !== undefined) inputs[key] = field.default;
    else if (field.required) failures.push({ property: at(path, key), reason: `"${key}" is required` });
  }
  return inputs;
}

function isGiven(value: PropertyValue | undefined): boolean {
  return value !== undefined && value !== null;
}

function checkValue(shape: Shape, value: PropertyValue, path: string, failures: CheckFailure[]): PropertyValue {
  if (value === UNKNOWN) return value;
  const reason = fault(shape, value);
  if (reason) {
    failures.push({ property: path, reason });
    return value;
  }
  if (shape.kind === "list" || shape.kind === "set") {
    return (value as PropertyValue[]).map((item, i) => {
      if (item === null) failures.push({ property: at(path, i), reason: "must not be null" });
      return item === null ? item : checkValue(shape.of, item, at(path, i), failures);
    });
  }
  if (shape.kind === "object") return checkFields(shape.fields, value as PropertyMap, path, failures);
  if (shape.kind === "map") return checkMap(value as PropertyMap, path, failures);
  return value;
}

function checkMap(value: PropertyMap, path: string, failures: CheckFailure[]): PropertyMap {
  const inputs: PropertyMap = {};
  for (const [key, item] of Object.entries(value)) {
    if (key.startsWith("__") || item === null) continue;
    if (typeof item !== "string" && item !== UNKNOWN) {
      failures.push({ property: at(path, key), reason: `must be a string, not ${typeName(item)}` });
    }
    inputs[key] = item;
  }
  return inputs;
}

function fault(shape: Shape, value: PropertyValue): string | undefined {
  switch (shape.kind) {
    case "string":
      if (typeof value !== "string") return `must be a string, not ${typeName(value)}`;
      if (shape.oneOf && !shape.oneOf.includes(value))
        return `must be one of ${shape.oneOf.join(", ")}, not "${value}"`;
      return shape.test?.(value);
    case "integer":
      if (typeof value !== "number" || !Number.isInteger(value))
        return `must be a whole number, not ${typeName(value)}`;
      if (shape.min !== undefined && value < shape.min) return `must be at least ${shape.min}, not ${value}`;
      if (shape.max !== undefined && value > shape.max) return `must be at most ${shape.max}, not ${value}`;
      return undefined;
    case "boolean":
      return typeof value === "boolean" ? undefined : `must be true or false, not ${typeName(value)}`;
    case "list":
    case "set":
      return Array.isArray(value) ? undefined : `must be a list, not ${typeName(value)}`;
    case "map":
    case "object":
      return isPropertyMap(value) ? undefined : `must be an object, not ${typeName(value)}`;
  }
}

/** Names the kind of a value, never the value: it may be secret. */
function typeName(value: PropertyValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number") return Number.isInteger(value) ? "a number" : "a fraction";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** The known key that is most likely meant: at most two edits away. */
function nearest(key: string, known: string[]): string | undefined {
  const ranked = known.map((name) => ({ name, edits: editDistance(key.toLowerCase(), name.toLowerCase()) }));
  ranked.sort((a, b) => a.edits - b.edits);
  return ranked[0] && ranked[0].edits <= 2 ? ranked[0].name : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The shape's field of that name, for diff. */
export function fieldOf(fields: Fields, key: string): Field | undefined {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}
