/** Stands in for what was hidden. */
export const MASK = "[secret]";

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
    for (const whole of [secret, secret.trim()]) for (const pattern of base64Patterns(whole)) patterns.add(pattern);
  }
  if (literals.size === 0) return (text) => text;
  const longestFirst = [...literals].sort((a, b) => b.length - a.length).map(escapeRegExp);
  const expression = new RegExp([...patterns, ...longestFirst].join("|"), "g");
  return (text) => text.replace(expression, MASK);
}

/** Whole 3-byte groups come out the same whatever follows them; the rest is a few characters of the alphabet. */
function base64Patterns(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const stable = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString("base64");
  if (stable.length < SHORTEST_DERIVED) return [];
  // `base64` wraps at 76 columns, PEM at 64.
  const letters = [...stable].map((letter) => (letter === "+" ? "[+-]" : letter === "/" ? "[/_]" : letter));
  const tail = "[A-Za-z0-9+/_=-]{0,4}";
  return [letters.join("(?:\\r?\\n)?") + tail, ...wrapped(letters, 76), ...wrapped(letters, 64)];
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

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
