import { escapeRegExp, maskTexts } from "../mask-texts.js";
import { OutputValue, type PropertyValue, Secret } from "../values.js";

export { MASK } from "../mask-texts.js";

/** Shorter secrets are masked only where they stand as a word of their own; below four characters not at all. */
const ANYWHERE = 6;
const AS_WORD = 4;
/** Words that a secret may happen to be, and that would take the sense out of every text. */
const COMMON = new Set(["true", "false", "null", "none", "yes", "no"]);

/**
 * Replaces every known secret in texts: in clear, as JSON or a URL would escape it, in base64 at any offset, and each line of those
 * that have several.
 */
export class Masker {
  readonly #values = new Set<string>();
  readonly #seen = new WeakSet<object>();
  #mask = maskOf(new Set());
  #stale = false;

  /** `more` is asked for further values before each text, so that it may grow while the program runs. */
  constructor(private readonly more: () => string[] = () => []) {}

  /** Learns a secret in clear. */
  add(value: string): void {
    if (value.length < AS_WORD || COMMON.has(value.toLowerCase()) || this.#values.has(value)) return;
    this.#values.add(value);
    this.#stale = true;
  }

  /** Learns all secrets within a value. */
  learn(value: PropertyValue | undefined, secret = false): void {
    if (value === null || value === undefined) return;
    if (typeof value === "object") {
      if (!secret && this.#seen.has(value)) return;
      if (!secret) this.#seen.add(value);
      if (value instanceof Secret) this.learn(value.value, true);
      else if (value instanceof OutputValue) this.learn(value.value, secret || value.secret);
      else for (const member of Object.values(value)) this.learn(member as PropertyValue, secret);
    } else if (secret && typeof value === "string") {
      this.add(value);
    } else if (secret && typeof value === "number" && String(value).length >= ANYWHERE) {
      this.add(String(value));
    }
  }

  mask(text: string): string {
    for (const value of this.more()) this.add(value);
    if (this.#stale) {
      this.#mask = maskOf(this.#values);
      this.#stale = false;
    }
    return this.#mask(text);
  }
}

function maskOf(values: Set<string>): (text: string) => string {
  const texts = new Set<string>();
  const words = new Set<string>();
  for (const value of values) {
    for (const form of formsOf(value)) (form.length >= ANYWHERE ? texts : words).add(form);
  }
  const longestFirst = [...words].sort((a, b) => b.length - a.length).map(escapeRegExp);
  const after = words.size > 0 ? [`(?<![A-Za-z0-9_])(?:${longestFirst.join("|")})(?![A-Za-z0-9_])`] : [];
  return maskTexts({ texts, after });
}

/** The shapes in which a secret may turn up within a text. */
function formsOf(value: string): string[] {
  const forms = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(toWellFormed(value))];
  // A string within JSON within JSON, as in a container's environment.
  forms.push(JSON.stringify(forms[1]!).slice(1, -1));
  // Go's encoder escapes these three for HTML.
  forms.push(forms[1]!.replace(/[<>&]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`));
  if (value.length >= ANYWHERE) forms.push(...base64Forms(value));
  for (const line of value.split("\n")) {
    if (line !== value && line.trim().length >= ANYWHERE)
      forms.push(line.trim(), JSON.stringify(line.trim()).slice(1, -1));
  }
  return [...new Set(forms)];
}

/** Base64 of a text that holds the secret: what does not depend on its neighbours, for each of the three offsets. */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value);
  const forms: string[] = [];
  for (const offset of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    // The first characters mix with what stands before, the last one with what comes after.
    const complete = (offset + bytes.length) % 3 === 0;
    const core = encoded.slice(offset === 0 ? 0 : offset + 1, complete ? undefined : -1);
    if (core.length >= ANYWHERE) forms.push(core, core.replaceAll("+", "-").replaceAll("/", "_"));
  }
  const whole = bytes.toString("base64");
  return [...forms, whole, bytes.toString("hex")];
}

/** encodeURIComponent throws on half a surrogate pair. */
const toWellFormed = (text: string): string => Buffer.from(text).toString("utf8");
