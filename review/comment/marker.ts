import type { Version } from "../types.js";

/** How the first line of our comment begins. */
export const MARKER = "<!-- agent-fleet:review";

const LINE = /^<!-- agent-fleet:review v1 head=([\w.-]+)(?: run=([\w.-]+))? -->(?:\r?\n|$)/;

/** The hidden first line: whose comment it is, of which commit, made by which run. */
export function markerLine(head: Version, run?: string): string {
  return `${MARKER} v1 head=${plain(head.commit)}${run === undefined ? "" : ` run=${plain(run)}`} -->`;
}

/** What a comment's first line says; undefined if the comment is not ours. A marker further down is what somebody else has written. */
export function readMarker(body: string): { head: string; run?: string } | undefined {
  const found = LINE.exec(body);
  if (!found) return undefined;
  return { head: found[1]!, ...(found[2] !== undefined && { run: found[2] }) };
}

/** Whether the body of a comment is one that {@link markerLine} begins. Who posted it is for the caller to look at. */
export const isOurs = (body: string): boolean => readMarker(body) !== undefined;

/** Nothing that could end the comment early. */
const plain = (text: string): string => text.slice(0, 100).replace(/[^\w.]+/g, "-") || "none";
