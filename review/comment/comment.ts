import type { Review } from "../types.js";
import { block } from "./blocks.js";
import { ALL, assemble, fitTo, GENEROUS } from "./fit.js";
import { type Group, groupAlike } from "./groups.js";
import { markerLine } from "./marker.js";
import { maskOf } from "./mask.js";
import { maskReview, type View } from "./view.js";

export { isOurs, MARKER, readMarker } from "./marker.js";
export { type Verdict, verdictOf } from "./verdict.js";

/** GitHub's limit is 65,536 characters; the rest is for whoever posts it to add a line. */
const LIMIT = 64_500;
/** Below this not even verdict, totals and the names of what is left out have room. */
const SMALLEST = 4_000;

export interface CommentOptions {
  /** Characters (UTF-16 units) that the comment may have, at least 4,000. 64,500 if left out. */
  limit?: number;
  /** `run`: which run made it, for the hidden marker. */
  marker?: { run?: string };
  /** Where the full text is: the name of a run's artifact, or an https address. */
  artifact?: string;
  /** Values that must not be seen: wherever one of at least four characters stands, "[secret]" is put in its place. */
  secrets?: readonly string[];
}

export interface Comment {
  /** GitHub-flavoured Markdown within the limit. */
  markdown: string;
  /** The same with nothing left out. */
  full: string;
  /** Stacks whose diff is not shown in full, in the order of the review. */
  truncated: string[];
}

/** Writes the comment of a pull request. Every text of the review is taken for hostile. */
export function renderComment(review: Review, options: CommentOptions = {}): Comment {
  const limit = options.limit ?? LIMIT;
  if (limit < SMALLEST) throw new RangeError(`a comment needs at least ${SMALLEST} characters, not ${limit}`);
  const mask = maskOf(options.secrets ?? []);
  const masked = maskReview(review, mask);
  const groups = groupAlike(masked.stacks, mask).sort((a, b) => urgency(b) - urgency(a));
  const changing = groups.filter(({ first: { plan } }) => plan.steps.length > 0 || plan.outcome === "failed");
  const marker = markerLine(review.head, options.marker?.run);
  const write = (view: View) =>
    assemble(
      marker,
      view,
      changing.map((group) => block(group, view)),
    );

  const full = write({ review: masked, groups, mask, ...ALL });
  const generous = { review: masked, groups, mask, ...GENEROUS };
  const markdown = write(generous);
  if (markdown.length <= limit) return { markdown, full, truncated: [] };
  return { ...fitTo(marker, generous, changing, limit, options.artifact), full };
}

/** What a reviewer has to see first. */
function urgency({ first: { plan, losses } }: Group): number {
  if (plan.outcome === "failed") return 3;
  if (losses.some(({ acknowledged }) => !acknowledged)) return 2;
  return plan.steps.some(({ op, custom }) => custom && (op === "replace" || op === "delete")) ? 1 : 0;
}
