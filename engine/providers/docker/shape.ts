import type { PropertyMap, PropertyValue } from "../../values.js";

/**
 * The shape of a resource's inputs: what check accepts and how diff compares it. Written by hand from the vendor's schema and
 * the recorded checkpoints; only what the Docker API can do is listed as supported.
 */
export type Shape =
  | {
      kind: "string";
      oneOf?: readonly string[];
      /** Returns why a value is wrong, or undefined. */
      test?: (value: string) => string | undefined;
      /** Two values with the same canonical form are the same: `1m` and `60s`. */
      canonical?: (value: string) => string;
    }
  | { kind: "integer"; min?: number; max?: number }
  | { kind: "boolean" }
  | { kind: "list"; of: Shape }
  | { kind: "set"; of: Shape }
  /** String to string, keys chosen by the user. */
  | { kind: "map" }
  | { kind: "object"; fields: Fields };

export type Field = Shape & {
  required?: boolean;
  /** A change of it replaces the resource (`willReplaceOnChanges` of the schema, or the API cannot change it). */
  replace?: boolean;
  /** Taking it away replaces the resource, because the API can change it but not unset it. */
  replaceOnRemoval?: boolean;
  /** Filled in by check where the program gives nothing, as the vendor's plugin does. */
  default?: PropertyValue;
  /** Why it is refused. */
  unsupported?: string;
  /** Can change on the live object behind our back, so that the outputs of a refresh count. */
  drifts?: boolean;
  /** Where only the live object differs, update mends it in place although a changed input would replace. */
  mends?: boolean;
};
export type Fields = Record<string, Field>;

export interface ResourceShape {
  fields: Fields;
  /** True if a missing `name` is made up from the resource's name, as the vendor's plugin does. */
  autoName?: boolean;
  /** Checks that span properties. */
  validate?: (inputs: PropertyMap) => { property: string; reason: string }[];
}

export const string: Field = { kind: "string" };
export const integer: Field = { kind: "integer" };
export const natural: Field = { kind: "integer", min: 0 };
export const boolean: Field = { kind: "boolean" };
export const map: Field = { kind: "map" };
export const strings: Field = { kind: "list", of: string };
export const stringSet: Field = { kind: "set", of: string };

/** The same field, with a change of it replacing the resource. */
export function replacing(field: Field): Field {
  return { ...field, replace: true };
}

/** A set of objects. */
export function setOf(fields: Fields): Field {
  return { kind: "set", of: { kind: "object", fields } };
}

/** What a list or a set is of. */
export function elementOf(field: Shape | undefined): Shape {
  if (field?.kind !== "set" && field?.kind !== "list") throw new Error("it has no elements");
  return field.of;
}

export function object(fields: Fields): Field {
  return { kind: "object", fields };
}

/** A property of the schema that this provider refuses, whatever its value. */
export function refused(reason: string): Field {
  return { kind: "string", unsupported: reason };
}

/** User labels as the vendor shapes them: a set of `{label, value}`. */
export const labels: Field = replacing(
  setOf({ label: { ...string, required: true }, value: { ...string, required: true } }),
);
