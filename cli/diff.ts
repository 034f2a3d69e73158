import { lineDiff as linesThatDiffer } from "../review/comment/line-diff.js";

/** The lines that differ between two texts, with `context` lines around them, as `diff -u` prints them (without the file names). */
export function lineDiff(before: string, after: string, context = 2): string {
  const lines = linesThatDiffer(split(before), split(after), context);
  // What stands before the first change and after the last one is not missed.
  const shown = lines.filter(({ gap }, index) => !gap || (index > 0 && index < lines.length - 1));
  return shown.map(({ sign, text, gap }) => (gap ? `${text}\n` : `${sign} ${text}\n`)).join("");
}

const split = (text: string): string[] => text.replace(/\r?\n$/, "").split(/\r?\n/);
