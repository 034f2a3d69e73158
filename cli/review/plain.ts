import type { Masker } from "../../engine/display/mask.js";
import {
  Archive,
  Asset,
  containsSecret,
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
  Unknown,
} from "../../engine/values.js";
import { type Json, type JsonMap, SECRET, UNKNOWN } from "../../review/types.js";

/** Keys that only the engine and the SDKs have a use for. */
const INTERNAL = /^__/;

/** A property as plain JSON: secrets and what is not known yet are told as such, and secret texts within others are masked. */
export function plainJson(value: PropertyValue, masker: Masker): Json {
  if (value instanceof Secret) return SECRET;
  if (value instanceof Unknown) return UNKNOWN;
  if (value instanceof OutputValue) {
    if (value.secret) return SECRET;
    return value.value === undefined ? UNKNOWN : plainJson(value.value, masker);
  }
  if (value instanceof ResourceReference) return value.urn;
  if (value instanceof Asset || value instanceof Archive) return { hash: value.hash ?? UNKNOWN };
  if (typeof value === "string") return masker.mask(value);
  if (Array.isArray(value)) return value.map((item) => plainJson(item, masker));
  return isPropertyMap(value) ? plainMap(value, masker) : (value as Json);
}

export function plainMap(map: PropertyMap, masker: Masker): JsonMap {
  return Object.fromEntries(
    Object.entries(map)
      .filter(([key]) => !INTERNAL.test(key))
      .map(([key, value]) => [key, plainJson(value, masker)]),
  );
}

/** Whether a secret is in a value. */
export const isSecret = (value: PropertyValue | undefined): boolean => containsSecret(value);
