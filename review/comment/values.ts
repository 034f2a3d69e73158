import { type Json, SECRET, UNKNOWN } from "../types.js";
import { cut } from "./escape.js";
import type { Mask } from "./mask.js";
import { number } from "./names.js";

/** Values up to this long stand in one line. */
const ONE_LINE = 100;
/** Of a longer line that differs from another, so much is shown on either side of the difference. */
const AROUND = 40;
/** No line is longer. */
const LONGEST = 400;

/** A value in one line: texts in quotes, secret and unknown ones without. */
export function inline(value: Json | undefined): string {
  if (value === undefined) return "(nothing)";
  const text = JSON.stringify(value);
  return text.replaceAll(`"${SECRET}"`, SECRET).replaceAll(`"${UNKNOWN}"`, UNKNOWN);
}

/**
 * A value as lines, where it reads better so: files, JSON in a text, larger maps and lists. Undefined for what fits one line.
 * @param mask what is read out of JSON in a text is masked again: it has other escapes than the text
 */
export function asLines(value: Json | undefined, mask: Mask): string[] | undefined {
  if (typeof value === "string") {
    const parsed = jsonOf(value);
    if (parsed !== undefined && value.length > ONE_LINE / 2) return mask(pretty(parsed)).split("\n");
    // The newline that ends a file is no line of its own.
    return value.trimEnd().includes("\n") ? value.replace(/\n$/, "").split("\n") : undefined;
  }
  if (typeof value !== "object" || value === null || inline(value).length <= ONE_LINE) return undefined;
  return pretty(value).split("\n");
}

/** Two texts of one line, each cut to what differs, if they are long. */
export function contrast(before: string, after: string): [string, string] {
  if (Math.max(before.length, after.length) <= 2 * ONE_LINE) return [before, after];
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const from = Math.max(0, head - AROUND);
  const behind = Math.max(0, tail - AROUND);
  const piece = (text: string) =>
    `${from > 0 ? "…" : ""}${text.slice(from, text.length - behind)}${behind > 0 ? "…" : ""}`;
  return [piece(before), piece(after)];
}

/** A line that is not too long to be read. */
export const bounded = (line: string): string =>
  line.length <= LONGEST ? line : `${cut(line, LONGEST)} (${number(line.length)} characters)`;

function jsonOf(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const pretty = (value: Json): string =>
  JSON.stringify(value, undefined, 2).replaceAll(`"${SECRET}"`, SECRET).replaceAll(`"${UNKNOWN}"`, UNKNOWN);
