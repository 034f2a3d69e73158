/** Stands in for what was hidden. */
export const MASK = "[secret]";

/** Longer texts are looked for by themselves, as they are: V8 refuses regular expressions that are too large. */
export const LONGEST_IN_PATTERN = 1_000;
/** Characters of alternatives that go into one expression. */
const PATTERN_SIZE = 20_000;

export interface Hidden {
  /** Patterns of regular expressions that win over texts at the same place. */
  before?: Iterable<string>;
  /** As they are; where one is within another, the longer one wins. */
  texts: Iterable<string>;
  /** Patterns that texts at the same place win over. */
  after?: Iterable<string>;
}

/** Makes a function that puts {@link MASK} in the place of texts of any size and number, and of what patterns match. */
export function maskTexts({ before = [], texts, after = [] }: Hidden): (text: string) => string {
  const longestFirst = [...texts].sort((a, b) => b.length - a.length);
  const long = longestFirst.filter(({ length }) => length > LONGEST_IN_PATTERN);
  const short = longestFirst.slice(long.length).map(escapeRegExp);
  const patterns = expressions([...before, ...short, ...after]);
  return (text) => {
    let masked = text;
    for (const secret of long) masked = masked.replaceAll(secret, MASK);
    for (const pattern of patterns) masked = masked.replace(pattern, MASK);
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

/** A text as a pattern that matches just it. */
export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
