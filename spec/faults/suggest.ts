/** Edits (insert, delete, replace, swap of neighbours) between two words; stops counting above `limit`. */
export function editDistance(from: string, to: string, limit = 3): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let edits = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        edits = Math.min(edits, beforeLast[column - 2]! + 1);
      }
      current.push(edits);
    }
    if (Math.min(...current) > limit) return limit + 1;
    beforeLast = last;
    last = current;
  }
  return last[to.length]!;
}

/** The known word that was probably meant: near by edits (one in three letters), or one that it begins or is begun by. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const wanted = plain(word);
  if (wanted.length === 0 || wanted.length > 64) return undefined;
  const limit = Math.min(3, Math.max(1, Math.floor(wanted.length / 3)));
  let best: { word: string; edits: number } | undefined;
  for (const candidate of known) {
    const name = plain(candidate);
    let edits = editDistance(wanted, name, limit);
    const begins = Math.min(wanted.length, name.length) >= 3 && (name.startsWith(wanted) || wanted.startsWith(name));
    if (begins) edits = Math.min(edits, limit) - 0.5;
    if (edits <= limit && edits < (best?.edits ?? Number.POSITIVE_INFINITY)) best = { word: candidate, edits };
  }
  return best?.word;
}

/** Case, hyphens and underscores are what people mistake most often: they do not count. */
const plain = (word: string) => word.toLowerCase().replace(/[-_]/g, "");

/** As {@link nearest}, in the words of a fault's `suggestion`. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const meant = nearest(word, known);
  return meant === undefined ? undefined : `did you mean ${meant}?`;
}
