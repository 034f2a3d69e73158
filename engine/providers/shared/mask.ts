import { LONGEST_IN_PATTERN, maskTexts } from "../../mask-texts.js";

export { MASK } from "../../mask-texts.js";

/** Derived forms of shorter texts would hide half of any output; the text itself is hidden whatever its length. */
const SHORTEST_DERIVED = 4;

/**
 * Makes a function that hides secrets in text that is going to be shown: each secret as it is, line by line, JSON-escaped,
 * URL-encoded, in hex, and in base64 (both alphabets, padded or not, wrapped or not, with or without a newline at the end).
 */
export function secretMask(secrets: Iterable<string>): (text: string) => string {
  const literals = new Set<string>();
  const patterns = new Set<string>();
  for (const secret of secrets) {
    if (secret === "") continue;
    literals.add(secret);
    for (const line of secret.split(/\r?\n/)) {
      const trimmed = line.trim();
      if (trimmed.length < SHORTEST_DERIVED) continue;
      literals.add(trimmed);
    }
    if (secret.length < SHORTEST_DERIVED) continue;
    literals.add(JSON.stringify(secret).slice(1, -1));
    literals.add(goJson(secret));
    literals.add(encodeURIComponentSafe(secret));
    literals.add(Buffer.from(secret).toString("hex"));
    for (const whole of [secret, secret.trim()]) {
      for (const pattern of base64Patterns(whole)) patterns.add(pattern);
      if (whole.length > LONGEST_IN_PATTERN) for (const literal of base64Literals(whole)) literals.add(literal);
    }
  }
  return maskTexts({ before: patterns, texts: literals });
}

/** Base64 in one line, in both alphabets, up to the last whole 3-byte group. */
function base64Literals(secret: string): string[] {
  const whole = stableBase64(secret);
  return [whole, whole.replaceAll("+", "-").replaceAll("/", "_")];
}

/** Whole 3-byte groups come out the same whatever follows them. */
function stableBase64(secret: string): string {
  const bytes = Buffer.from(secret);
  return bytes.subarray(0, bytes.length - (bytes.length % 3)).toString("base64");
}

/** Whole groups as {@link stableBase64} has them; the rest is a few characters of the alphabet. Of a long text only its lines. */
function base64Patterns(secret: string): string[] {
  const stable = stableBase64(secret);
  if (stable.length < SHORTEST_DERIVED) return [];
  // `base64` wraps at 76 columns, PEM at 64.
  const letters = [...stable].map((letter) => (letter === "+" ? "[+-]" : letter === "/" ? "[/_]" : letter));
  const tail = "[A-Za-z0-9+/_=-]{0,4}";
  const whole = secret.length > LONGEST_IN_PATTERN ? [] : [letters.join("(?:\\r?\\n)?") + tail];
  return [...whole, ...wrapped(letters, 76), ...wrapped(letters, 64)];
}

/** Lines of a wrapped text, for output that is shown line by line. */
function wrapped(letters: string[], columns: number): string[] {
  if (letters.length <= columns) return [];
  const lines: string[] = [];
  for (let start = 0; start < letters.length; start += columns) {
    const line = letters.slice(start, start + columns);
    if (line.length >= 8) lines.push(line.join(""));
  }
  return lines;
}

/** As Go's JSON writes it: `<`, `>` and `&` escaped. */
function goJson(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[<>&]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);
}

function encodeURIComponentSafe(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text; // a lone surrogate has no URL form
  }
}
