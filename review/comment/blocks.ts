import { shortDigest } from "../digest.js";
import type { Loss } from "../types.js";
import { type PlanLine, stepLines, written } from "./changes.js";
import { code, cut, fence, htmlCode, pathOrProse } from "./escape.js";
import { type Group, withoutName } from "./groups.js";
import { counted, number } from "./names.js";
import { type Counts, totalsOf } from "./verdict.js";
import type { View } from "./view.js";

/** Of a group's many stacks, so many are named in a comment. */
const MOST_NAMES = 120;
/** So few are not folded. */
const FEW = 4;
/** Of a stack's reasons, so many are named in a comment. */
const MOST_REASONS = 12;
/** Of a failed preview's errors, so many lines are shown in a comment. */
const MOST_ERROR_LINES = 60;

/** The folded part of a stack, or of stacks that change alike: why they are looked at, errors, the diff. */
export function block(group: Group, view: View, brief = false): string {
  const { first, members } = group;
  const { plan } = first;
  const failed = plan.outcome === "failed";
  const name = members.length > 1 ? `${counted(members.length, "stack")} alike` : htmlCode(first.stack, view.longest);
  const parts = [
    `<details><summary>${failed ? "❌ " : ""}<b>${name}</b>: ${summaryOf(group)}</summary>`,
    reasonsOf(group, view),
  ];
  if (failed) parts.push(errorsOf(plan.errors, view));
  if (plan.steps.length > 0) {
    if (members.length > 1) parts.push(`As it is for ${code(first.stack, view.longest)}:`);
    parts.push(fence("diff", written(linesOf(group, view, brief))));
  }
  if (members.length > 1) parts.push(membersOf(group, view));
  return [...parts.filter((part) => part !== ""), "</details>"].join("\n\n");
}

/** The diff of a group's first stack. */
export function linesOf({ first }: Group, { lines, mask }: Pick<View, "lines" | "mask">, brief = false): PlanLine[] {
  const notes = new Map<string, string>();
  for (const loss of first.losses) notes.set(loss.urn, lossNote(loss));
  for (const { urn } of first.kept) notes.set(urn, "stays in place");
  const after = new Map(first.plan.after.map((resource) => [resource.urn, resource]));
  return first.plan.steps.flatMap((step) => stepLines(step, { most: lines, mask, notes, after, brief }));
}

const lossNote = ({ what, acknowledged }: Loss): string =>
  `the data of this ${what} is lost${acknowledged ? ", acknowledged" : ""}`;

function summaryOf({ first, members }: Group): string {
  if (first.plan.outcome === "failed") return members.length > 1 ? "the previews failed" : "the preview failed";
  const each = members.length > 1 ? " each" : "";
  return `${countsText(totalsOf([first])) || "other steps"}${each}`;
}

/** 2 to create, 1 to replace. */
export function countsText(counts: Counts): string {
  return (["create", "update", "replace", "delete"] as const)
    .filter((op) => counts[op] > 0)
    .map((op) => `${number(counts[op])} to ${op}`)
    .join(", ");
}

/** All stacks of a group with their digests, folded if they are many: the diff comes first. */
function membersOf({ members }: Group, { full, longest }: View): string {
  const most = full ? Infinity : MOST_NAMES;
  const names = members
    .slice(0, most)
    .map(({ stack, digest }) => `${code(stack, longest)} (${code(shortDigest(digest))})`);
  const hidden = members.length - names.length;
  const list = `${names.join(", ")}${hidden > 0 ? ` and ${number(hidden)} more` : ""}.`;
  if (members.length <= FEW) return `Stacks and digests of their plans: ${list}`;
  return `<details><summary>The ${number(members.length)} stacks and the digests of their plans</summary>\n\nThese are ${list}\n\n</details>`;
}

/** Reasons of all members, each once; what only has the stack's own name in it is one for all. */
function reasonsOf({ members }: Group, { full, longestText }: View): string {
  const found = new Map<string, string>();
  const isAlone = members.length === 1;
  for (const { stack, reasons } of members)
    for (const { kind, text } of reasons) {
      const isOwn = kind === "stack-file" && !isAlone;
      const key = isOwn ? kind : withoutName(stack, text);
      if (!found.has(key)) found.set(key, isOwn ? "their own stack files" : pathOrProse(text, longestText));
    }
  const texts = [...found.values()];
  if (texts.length === 0) return "";
  const shown = full ? texts : texts.slice(0, MOST_REASONS);
  const hidden = texts.length - shown.length;
  return `Why ${isAlone ? "it is" : "they are"} here: ${shown.join(", ")}${hidden > 0 ? ` and ${number(hidden)} more` : ""}.`;
}

function errorsOf(errors: readonly string[], { full, longestText }: View): string {
  const most = full ? Infinity : MOST_ERROR_LINES;
  const longest = full ? Infinity : 4 * longestText;
  const lines = errors.flatMap((error) => error.trimEnd().split("\n"));
  if (lines.length === 0) return "It gave no reason.";
  const shown = lines.slice(0, most).map((line) => cut(line, longest));
  if (lines.length > most) shown.push(`… ${counted(lines.length - most, "more line")}`);
  return fence("text", shown);
}
