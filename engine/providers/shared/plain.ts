import {
  Asset,
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  Secret,
  Unknown,
} from "../../values.js";

/** The value with every secret and output marker taken off. Unknown outputs become UNKNOWN. */
export function plain(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) return plain(value.value);
  if (value instanceof OutputValue) return value.value === undefined ? Unknown.value : plain(value.value);
  if (Array.isArray(value)) return value.map(plain);
  if (isPropertyMap(value)) return plainMap(value);
  return value;
}

/** {@link plain} for a whole map. */
export function plainMap(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, plain(value)]));
}

/** Every string, number and boolean that stands inside a secret, as text. What {@link secretMask} hides. */
export function secretTexts(value: PropertyValue | undefined, inSecret = false): string[] {
  if (value === undefined || value === null) return [];
  if (value instanceof Secret) return secretTexts(value.value, true);
  if (value instanceof OutputValue) return secretTexts(value.value, inSecret || value.secret);
  if (Array.isArray(value)) return value.flatMap((item) => secretTexts(item, inSecret));
  if (isPropertyMap(value)) return Object.values(value).flatMap((item) => secretTexts(item, inSecret));
  if (!inSecret) return [];
  if (value instanceof Asset) return value.content.text === undefined ? [] : [value.content.text];
  return typeof value === "string" || typeof value === "number" ? [String(value)] : [];
}

/** The stack's name: the first part of a URN. */
export function stackOf(urn: string): string {
  return urn.slice("urn:pulumi:".length).split("::")[0] ?? "";
}

/** The resource's name: the last part of its URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
