import { SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_SENTINELS } from "../../../engine/signatures.js";
import {
  Archive,
  Asset,
  OutputValue,
  type PropertyValue,
  ResourceReference,
  Secret,
  Unknown,
} from "../../../engine/values.js";

/** How an unknown value is written in cases. */
export const UNKNOWN_TEXT = "<unknown>";

/** A property value as cases write it: JSON, with `{secret: value}` and "<unknown>". */
export function readable(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Uint8Array) return "<bytes>";
  if (Array.isArray(value)) return value.map(readable);
  if (value instanceof Secret) return { secret: readable(value.value) };
  if (value instanceof Unknown) return UNKNOWN_TEXT;
  if (value instanceof OutputValue) {
    const inner = value.value === undefined ? UNKNOWN_TEXT : readable(value.value);
    return value.secret ? { secret: inner } : inner;
  }
  if (value instanceof Asset) return { asset: value.content, hash: value.hash };
  if (value instanceof Archive) {
    const assets = value.content.assets && readable(value.content.assets as Record<string, PropertyValue>);
    return { archive: assets ? { assets } : { ...value.content }, hash: value.hash };
  }
  if (value instanceof ResourceReference) return { resource: value.urn, id: value.id };
  return mapValues(value as Record<string, unknown>, readable);
}

/** The same for the JSON of checkpoints and event logs. `decrypt` opens a state secret's ciphertext, which holds JSON. */
export function readableJson(value: unknown, decrypt: (ciphertext: string) => string): unknown {
  if (typeof value === "string") return UNKNOWN_SENTINELS.has(value) ? UNKNOWN_TEXT : value;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => readableJson(item, decrypt));
  const { [SIGNATURE_KEY]: signature, ...rest } = value as Record<string, unknown>;
  if (signature === SECRET_SIGNATURE) {
    if (rest.value !== undefined) return { secret: readableJson(rest.value, decrypt) };
    const text = typeof rest.plaintext === "string" ? rest.plaintext : String(rest.ciphertext);
    if (text === "[secret]") return { secret: text };
    const plain = typeof rest.plaintext === "string" ? text : decrypt(text);
    return { secret: readableJson(JSON.parse(plain), decrypt) };
  }
  return mapValues(value as Record<string, unknown>, (item) => readableJson(item, decrypt));
}

export function mapValues<Value, Result>(
  record: Record<string, Value>,
  map: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
