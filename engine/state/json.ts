/** What JSON can say. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * Compact JSON as Go writes it into checkpoints: keys sorted by bytes, U+2028/9 escaped, no HTML escaping. Own text is written
 * rather than JSON.stringify's because JavaScript objects put number-like keys first, whatever their order.
 */
export function goJson(value: Json): string {
  if (typeof value === "string") return jsonString(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(goJson).join(",")}]`;
  return `{${sortKeys(Object.keys(value))
    .map((key) => `${jsonString(key)}:${goJson(value[key]!)}`)
    .join(",")}}`;
}

export function jsonString(text: string): string {
  const quoted = JSON.stringify(text);
  return /[\u2028\u2029]/.test(quoted)
    ? quoted.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")
    : quoted;
}

/** Sorts in place by UTF-8 bytes, as Go does; UTF-16 order differs from it only beyond the basic plane. */
export function sortKeys(keys: string[]): string[] {
  if (keys.some((key) => /[\ud800-\udfff]/.test(key))) {
    return keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }
  return keys.sort();
}

/** Sets a member even if it is called `__proto__`. */
export function setMember<T>(target: Record<string, T>, key: string, value: T): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}
