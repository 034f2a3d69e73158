/** Bytes in one of each unit that a size may be written in. Decimal (`GB`) and binary (`GiB`) units are both exact. */
const BYTES_PER_UNIT: Record<string, number> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

const SIZE = /^(\d+(?:\.\d+)?)\s?([KMGT]i?B|B)$/;

/** An amount of memory or storage, in whole bytes. Made from text with {@link Size.parse}; never a bare number. */
export class Size {
  private constructor(readonly bytes: number) {}

  /** Reads `2GiB`, `512MiB`, `1.5GB`; undefined for anything else, for zero, and for what is no whole number of bytes. */
  static parse(text: string): Size | undefined {
    const match = SIZE.exec(text);
    if (!match) return undefined;
    const bytes = Number(match[1]) * (BYTES_PER_UNIT[match[2] ?? ""] ?? Number.NaN);
    return bytes > 0 && Number.isSafeInteger(bytes) ? new Size(bytes) : undefined;
  }

  /** Reads what is known to be a size: a constant in code. Throws on anything else. */
  static of(text: string): Size {
    const size = Size.parse(text);
    if (!size) throw new TypeError(`not a size: ${text}`);
    return size;
  }

  /** MiB rounded up, the unit of the Docker provider's `memory`. */
  get mebibytes(): number {
    return Math.ceil(this.bytes / 2 ** 20);
  }

  /** The largest binary unit that holds the size as a whole number: `2GiB`, `1536MiB`, `1000000B`. */
  toString(): string {
    for (const unit of ["TiB", "GiB", "MiB", "KiB"]) {
      const count = this.bytes / (BYTES_PER_UNIT[unit] ?? 1);
      if (Number.isInteger(count)) return `${count}${unit}`;
    }
    return `${this.bytes}B`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** What someone who wrote `text` (or a bare number) for a size probably meant, as it should be written. */
export function guessSize(input: unknown): string | undefined {
  if (typeof input === "number" && Number.isFinite(input) && input > 0) return guessBareNumber(input);
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(typeof input === "string" ? input : "");
  if (!match) return undefined;
  const [, count = "", unit = ""] = match;
  if (unit === "") return guessBareNumber(Number(count));
  const letter = unit[0]?.toUpperCase() ?? "";
  return "KMGT".includes(letter) ? `${count}${letter}iB` : undefined;
}

function guessBareNumber(count: number): string | undefined {
  if (!(count > 0)) return undefined;
  if (Number.isInteger(count / 2 ** 20)) return `${count / 2 ** 20}MiB`;
  if (count < 32) return `${count}GiB`;
  return count < 2 ** 20 ? `${Math.ceil(count)}MiB` : `${Math.ceil(count)}B`;
}
