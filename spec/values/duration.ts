const MILLISECONDS_PER_UNIT: Record<string, number> = {
  ms: 1,
  s: 1e3,
  m: 60e3,
  h: 3_600e3,
  d: 86_400e3,
  w: 604_800e3,
};

const DURATION = /^(?:\d+(?:ms|[smhdw]))+$/;
const PART = /(\d+)(ms|[smhdw])/g;

/** A span of time, in whole milliseconds. Made from text with {@link Duration.parse}; never a bare number. */
export class Duration {
  private constructor(readonly milliseconds: number) {}

  /** Reads `5s`, `500ms`, `7d`, `1h30m`; undefined for anything else. */
  static parse(text: string): Duration | undefined {
    if (!DURATION.test(text)) return undefined;
    let milliseconds = 0;
    for (const [, count, unit] of text.matchAll(PART)) {
      milliseconds += Number(count) * (MILLISECONDS_PER_UNIT[unit ?? ""] ?? Number.NaN);
    }
    return Number.isSafeInteger(milliseconds) ? new Duration(milliseconds) : undefined;
  }

  /** Reads what is known to be a duration: a constant in code. Throws on anything else. */
  static of(text: string): Duration {
    const duration = Duration.parse(text);
    if (!duration) throw new TypeError(`not a duration: ${text}`);
    return duration;
  }

  get seconds(): number {
    return this.milliseconds / 1e3;
  }

  /**
   * As Go prints a `time.Duration` (`5s`, `1m30s`, `1h0m0s`, `500ms`), which is what Docker's API and its provider read back:
   * any other spelling of the same time would show as a difference for ever.
   */
  toDocker(): string {
    if (this.milliseconds === 0) return "0s";
    if (this.milliseconds < 1e3) return `${this.milliseconds}ms`;
    const hours = Math.floor(this.milliseconds / 3_600e3);
    const minutes = Math.floor(this.milliseconds / 60e3) % 60;
    const seconds = (this.milliseconds % 60e3) / 1e3;
    if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
    return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
  }

  /** As a person writes it: `5s`, `1h30m`, `7d`. */
  toString(): string {
    let rest = this.milliseconds;
    let text = "";
    for (const unit of ["w", "d", "h", "m", "s", "ms"]) {
      const size = MILLISECONDS_PER_UNIT[unit] ?? 1;
      if (rest >= size) text += `${Math.floor(rest / size)}${unit}`;
      rest %= size;
    }
    return text || "0s";
  }

  toJSON(): string {
    return this.toString();
  }
}

/** What someone who wrote this for a duration probably meant, as it should be written. */
export function guessDuration(input: unknown): string | undefined {
  if (typeof input === "number" && Number.isInteger(input) && input >= 0) return `${input}s`;
  const match = /^\s*(\d+)\s*([a-z]*)\s*$/i.exec(typeof input === "string" ? input : "");
  if (!match) return undefined;
  const [, count = "", unit = ""] = match;
  const word = unit.toLowerCase();
  if (word === "") return `${count}s`;
  if (word.startsWith("ms") || word.startsWith("mil")) return `${count}ms`;
  return "smhdw".includes(word[0] ?? "?") ? `${count}${word[0]}` : undefined;
}
