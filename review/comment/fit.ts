import { block } from "./blocks.js";
import { code } from "./escape.js";
import type { Group } from "./groups.js";
import { bottomSections, headline, topSections } from "./top.js";
import type { View } from "./view.js";

/** From generous to nothing but numbers: rows of a table or list, characters of a name and of a message. */
const STEPS = [
  { most: 200, longest: 100, longestText: 500 },
  { most: 60, longest: 100, longestText: 300 },
  { most: 20, longest: 80, longestText: 200 },
  { most: 6, longest: 60, longestText: 100 },
  { most: 2, longest: 40, longestText: 60 },
  { most: 0, longest: 30, longestText: 30 },
];
/** The summary may take this part of the comment; the diffs have the rest. */
const SUMMARY = 0.6;
/** The naming of what is left out may take this part. */
const NOTICE = 0.12;

/** What a comment shows while there is room. */
export const GENEROUS = { ...STEPS[0]!, lines: 40, full: false };
/** What the full text shows. */
export const ALL = { most: Infinity, longest: Infinity, longestText: Infinity, lines: Infinity, full: true };

export const join = (...parts: string[]): string => `${parts.filter((part) => part !== "").join("\n\n")}\n`;

/** A comment of these parts: the marker is a line of its own. */
export const assemble = (marker: string, view: View, diffs: string[]): string =>
  `${marker}\n${join(
    ...topSections(view),
    ...(diffs.length > 0 ? ["### Changes", ...diffs] : []),
    ...bottomSections(view),
  )}`;

/**
 * As much as fits the limit. The summary gives way by rows, never wholly; diffs by whole stacks: one that has no room names its
 * resources only, or is left out and named. So nothing is ever cut inside of a block or a tag.
 */
export function fitTo(
  marker: string,
  generous: View,
  groups: readonly Group[],
  limit: number,
  artifact?: string,
): { markdown: string; truncated: string[] } {
  const notices = Math.floor(limit * NOTICE);
  const base = (view: View) => assemble(marker, view, [" "]).length + notices;
  const views = STEPS.map((step) => ({ ...generous, ...step }));
  const view = views.find((candidate) => base(candidate) <= limit * SUMMARY) ?? views.at(-1)!;
  const names = (group: Group) => group.members.map(({ stack }) => stack);
  if (base(view) > limit) {
    const all = groups.flatMap(names);
    return { markdown: `${marker}\n${join(headline(view), notice([], all, notices, artifact))}`, truncated: all };
  }
  let room = limit - base(view);
  const diffs: string[] = [];
  const brief: string[] = [];
  const left: string[] = [];
  for (const group of groups) {
    const whole = block(group, view);
    const short = whole.length + 2 <= room ? undefined : block(group, view, true);
    const shown = short ?? whole;
    if (shown.length + 2 > room) {
      left.push(...names(group));
      continue;
    }
    if (short !== undefined) brief.push(...names(group));
    diffs.push(shown);
    room -= shown.length + 2;
  }
  if (brief.length + left.length > 0) diffs.push(notice(brief, left, notices - 2, artifact));
  return { markdown: assemble(marker, view, diffs), truncated: [...brief, ...left] };
}

/** What is not shown in full, and where it is; no longer than `most`. */
function notice(brief: readonly string[], left: readonly string[], most: number, artifact?: string): string {
  const where = artifact === undefined ? "" : ` All of it: ${linkTo(artifact)}.`;
  const parts = [
    [`**${brief.length} shown without properties** for want of room`, brief] as const,
    [`**${left.length} not shown** for want of room`, left] as const,
  ].filter(([, names]) => names.length > 0);
  const fixed = parts.reduce((sum, [text]) => sum + text.length + 30, where.length);
  let room = most - fixed;
  const texts = parts.map(([text, names]) => {
    const shown: string[] = [];
    for (const name of names) {
      const written = code(name, 60);
      if (written.length + 2 > room) break;
      room -= written.length + 2;
      shown.push(written);
    }
    const hidden = names.length - shown.length;
    if (shown.length === 0) return `${text}.`;
    return `${text}: ${shown.join(", ")}${hidden > 0 ? ` and ${hidden} more` : ""}.`;
  });
  return texts.join(" ") + where;
}

/** Only a plain https address becomes a link. */
function linkTo(artifact: string): string {
  return artifact.length <= 200 && /^https:\/\/[\w.-]+(?:\/[\w./#?=&%-]*)?$/.test(artifact)
    ? `[the full text](${artifact})`
    : code(artifact, 100);
}
