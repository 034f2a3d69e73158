import { isPropertyMap, type PropertyMap, type PropertyValue, UNKNOWN } from "../../values.js";
import type { Field, Fields, Shape } from "./shape.js";

/** True for what Terraform-bridged plugins treat as not set: missing, null, zero values and empty collections. */
export function isEmpty(value: PropertyValue | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isPropertyMap(value) && Object.entries(value).every(([key, item]) => key.startsWith("__") || isEmpty(item));
}

/** A field's value with its default where it is not set. */
export function withDefault(field: Field, value: PropertyValue | undefined): PropertyValue | undefined {
  return value === undefined || value === null ? field.default : value;
}

/** True if both values mean the same: sets without order, defaults and zero values as if not set, `__` keys ignored. */
export function equal(shape: Shape, a: PropertyValue | undefined, b: PropertyValue | undefined): boolean {
  if (a === UNKNOWN || b === UNKNOWN) return false;
  if (isEmpty(a) && isEmpty(b)) return true;
  if (isEmpty(a) !== isEmpty(b) && shape.kind !== "object") return false;
  switch (shape.kind) {
    case "string":
      return typeof a === "string" && typeof b === "string" && canonical(shape, a) === canonical(shape, b);
    case "list":
      return (
        Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((v, i) => equal(shape.of, v, b[i]))
      );
    case "set":
      return Array.isArray(a) && Array.isArray(b) && grantsEach(a, b, (x, y) => equal(shape.of, x, y));
    case "map":
      return sameMap(a, b);
    case "object":
      return everyField(shape.fields, (key, field) =>
        equal(field, withDefault(field, member(a, key)), withDefault(field, member(b, key))),
      );
    default:
      return a === b;
  }
}

/**
 * True if a live value grants what was asked. The daemon may have filled in what was not asked: members of objects and maps, and
 * elements of sets (environment and labels that come from the image).
 */
export function satisfies(shape: Shape, asked: PropertyValue | undefined, live: PropertyValue | undefined): boolean {
  if (isEmpty(asked)) return shape.kind === "boolean" || shape.kind === "integer" ? isEmpty(live) : true;
  switch (shape.kind) {
    case "set":
      return (
        Array.isArray(live) && (asked as PropertyValue[]).every((a) => live.some((l) => satisfies(shape.of, a, l)))
      );
    case "list":
      return (
        Array.isArray(live) &&
        live.length === (asked as PropertyValue[]).length &&
        (asked as PropertyValue[]).every((a, i) => satisfies(shape.of, a, live[i]))
      );
    case "map":
      return Object.entries(asked as PropertyMap).every(([key, value]) => member(live, key) === value);
    case "object":
      return everyField(
        shape.fields,
        (key, field) => isEmpty(member(asked, key)) || satisfies(field, member(asked, key), member(live, key)),
      );
    default:
      return equal(shape, asked, live);
  }
}

/** True if as many live elements grant what was asked, each one of its own. */
export function grantsEach<T extends PropertyValue>(
  asked: T[],
  live: T[],
  grants: (asked: T, live: T) => boolean,
): boolean {
  const rest = [...live];
  for (const item of asked) {
    const found = rest.findIndex((other) => grants(item, other));
    if (found < 0) return false;
    rest.splice(found, 1);
  }
  return rest.length === 0;
}

export function member(value: PropertyValue | undefined, key: string): PropertyValue | undefined {
  return isPropertyMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function canonical(shape: Shape & { kind: "string" }, value: string): string {
  return shape.canonical ? shape.canonical(value) : value;
}

function sameMap(a: PropertyValue | undefined, b: PropertyValue | undefined): boolean {
  const keys = new Set([...mapKeys(a), ...mapKeys(b)]);
  return [...keys].every((key) => {
    const [x, y] = [member(a, key), member(b, key)];
    return x !== UNKNOWN && y !== UNKNOWN && (x ?? undefined) === (y ?? undefined);
  });
}

/** The keys of a map that a user chose. */
export function mapKeys(value: PropertyValue | undefined): string[] {
  return isPropertyMap(value)
    ? Object.keys(value).filter((key) => !key.startsWith("__") && value[key] !== null && value[key] !== undefined)
    : [];
}

function everyField(fields: Fields, test: (key: string, field: Field) => boolean): boolean {
  return Object.entries(fields).every(([key, field]) => test(key, field));
}
