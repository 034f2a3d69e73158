import type { Json, JsonObject } from "./gateway.js";

/** `over` merged into `base`: objects deeply, everything else replaced as a whole. Neither argument is changed. */
export function merge(base: JsonObject, over: JsonObject): JsonObject {
  const merged: JsonObject = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(merged, key) ? merged[key] : undefined;
    // defineProperty: a key called __proto__ is only a key.
    const result = isObject(below) && isObject(value) ? merge(below, value) : value;
    Object.defineProperty(merged, key, { value: result, enumerable: true, configurable: true, writable: true });
  }
  return merged;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
