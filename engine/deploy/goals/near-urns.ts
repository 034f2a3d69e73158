import { parseUrn } from "./urn.js";

/** Up to three of `known` that somebody who wrote `urn` may have meant, the nearest first. */
export function nearUrns(urn: string, known: Iterable<string>): string[] {
  const { name, qualifiedType } = parseUrn(urn);
  // Stack and project are nearly always the same: what counts is how much of type and name differs.
  const limit = Math.max(2, Math.floor((qualifiedType.length + name.length) / 6));
  const ranked: { urn: string; distance: number }[] = [];
  for (const candidate of new Set(known)) {
    // A name alone, or a type that a shell has taken the `$…` out of, is near to whatever has that name.
    const candidateName = parseUrn(candidate).name;
    const sameName = candidateName === (name || urn);
    const distance = sameName ? 0 : editDistance(urn.toLowerCase(), candidate.toLowerCase(), limit);
    if (distance <= limit) ranked.push({ urn: candidate, distance });
  }
  return ranked
    .sort((left, right) => left.distance - right.distance)
    .slice(0, 3)
    .map((entry) => entry.urn);
}

/** " (did you mean …?)", or nothing. */
export function didYouMeanUrn(urn: string, known: Iterable<string>): string {
  const near = nearUrns(urn, known);
  return near.length === 0 ? "" : ` (did you mean ${near.join(" or ")}?)`;
}

/** Levenshtein's, given up beyond `limit`. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = (row[j - 1] as number) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    if (Math.min(...next) > limit) return limit + 1;
    row = next;
  }
  return row[right.length] as number;
}
