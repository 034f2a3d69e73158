/** Stands in for what was hidden. */
export const MASK = "[secret]";

/** Longer texts are looked for by themselves, as they are: V8 refuses regular expressions that are too large. */
const LONGEST_IN_PATTERN = 1_000;
/** Characters of alternatives that go into one expression. */
const PATTERN_SIZE = 20_000;

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
  if (literals.size === 0) return (text) => text;
  const longestFirst = [...literals].sort((a, b) => b.length - a.length);
  const long = longestFirst.filter(({ length }) => length > LONGEST_IN_PATTERN);
  const short = longestFirst.slice(long.length).map(escapeRegExp);
  const searches = expressions([...patterns, ...short]);
  return (text) => {
    let masked = text;
    for (const secret of long) if (secret.length <= masked.length) masked = masked.replaceAll(secret, MASK);
    for (const expression of searches) masked = masked.replace(expression, MASK);
    return masked;
  };
}

/** Alternatives in as few expressions as V8 takes, in their order. */
function expressions(alternatives: string[]): RegExp[] {
  const groups: string[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const alternative of alternatives) {
    if (size + alternative.length > PATTERN_SIZE) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)!.push(alternative);
    size += alternative.length;
  }
  return groups.map((group) => new RegExp(group.join("|"), "g"));
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

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
