import { didYouMean } from "../spec/faults/suggest.js";

/** ` (did you mean ada?)`, or nothing. */
export function suggestion(word: string, known: Iterable<string>): string {
  const text = didYouMean(word, known);
  return text === undefined ? "" : ` (${text})`;
}
