import type { Version } from "../types.js";
import { countsText } from "./blocks.js";
import { costSection } from "./cost-section.js";
import { amountMore } from "./costs.js";
import { code, pathOrProse } from "./escape.js";
import { keptSection, lossSection } from "./losses.js";
import { counted, number } from "./names.js";
import { policySection } from "./policies.js";
import { stackTable } from "./table.js";
import { totalsOf, type Verdict, verdictOf } from "./verdict.js";
import type { View } from "./view.js";

const SIGN: Record<Verdict, string> = {
  failed: "❌ Failed",
  "needs acknowledgement": "🛑 Needs acknowledgement",
  "policy breach": "⛔ Policy breach",
  "needs a look": "👀 Needs a look",
  safe: "✅ Safe",
};

/** All that stands before the diffs, section by section. */
export const topSections = (view: View): string[] => [
  headline(view),
  versions(view),
  stackTable(view),
  failedSection(view),
  lossSection(view),
  keptSection(view),
  policySection(view),
  costSection(view),
];

/** Verdict and totals: our own words and numbers, no text of the change. */
export function headline({ review }: Pick<View, "review">): string {
  const { verdict, reasons } = verdictOf(review);
  const totals = totalsOf(review.stacks);
  const changing = review.stacks.filter(({ plan }) => plan.steps.length > 0).length;
  const all = review.stacks.length + review.unaffected.length;
  const cost = totals.cost ? amountMore(totals.cost.after - totals.cost.before) : "0.00";
  const { mandatory = 0, advisory = 0 } = totals.policy ?? {};
  const parts = [
    changing === 0
      ? `None of ${counted(all, "stack")} changes`
      : `**${number(changing)} of ${counted(all, "stack")}** ${changing === 1 ? "changes" : "change"}`,
    countsText(totals),
    cost === "0.00" ? "" : `${cost} USD a month`,
    mandatory + advisory === 0 ? "" : counted(mandatory + advisory, "new policy finding"),
  ].filter((part) => part !== "");
  return [
    `## ${SIGN[verdict]}: ${reasons[0]}`,
    ...reasons.slice(1).map((reason) => `- Also: ${reason}`),
    "",
    parts.join(" · "),
  ]
    .join("\n")
    .replace("\n- ", "\n\n- ");
}

function versions({ review: { base, head }, longest }: View): string {
  const named = ({ name, commit }: Version) => {
    const short = /^[0-9a-f]{40,64}$/.test(commit) ? commit.slice(0, 12) : commit;
    return name === commit ? code(short, longest) : `${code(name, longest)} (${code(short, longest)})`;
  };
  return `${named(head)} against ${named(base)}`;
}

/** Of each failed preview the first line of what it said; the rest is with its diff. */
export function failedSection({ groups, most, longest, longestText }: View): string {
  const failed = groups.filter(({ first }) => first.plan.outcome === "failed");
  if (failed.length === 0) return "";
  const lines = failed.slice(0, most).map(({ first, members }) => {
    const more = members.length > 1 ? ` and ${counted(members.length - 1, "more stack")}` : "";
    const said = first.plan.errors.flatMap((error) => error.split("\n")).find((line) => line.trim() !== "");
    return `- Of ${code(first.stack, longest)}${more}: ${said ? code(said.trim(), longestText) : "no reason given"}`;
  });
  const hidden = failed.slice(most).reduce((sum, { members }) => sum + members.length, 0);
  if (hidden > 0) lines.push(`- … and ${counted(hidden, "more stack")}`);
  return `### ❌ Previews that failed\n\n${lines.join("\n")}\n\nWhat else is said of these stacks is not complete.`;
}

/** All that stands after the diffs. */
export const bottomSections = (view: View): string[] => [stillSection(view), nextSection(view)];

/** Stacks that the change could affect, and does not; those that it cannot affect are a number. */
function stillSection({ review, most, longest }: View): string {
  const still = review.stacks.filter(({ plan }) => plan.outcome === "succeeded" && plan.steps.length === 0);
  const parts: string[] = [];
  if (still.length > 0) {
    const summary = `${counted(still.length, "stack uses", "stacks use")} what is changed, and ${still.length === 1 ? "has" : "have"} the same plan`;
    const names = still.slice(0, most).map(({ stack, reasons, plan: { moved = [] } }) => {
      const why = reasons.slice(0, 5).map(({ text }) => pathOrProse(text, longest));
      if (reasons.length > 5) why.push(`${reasons.length - 5} more`);
      const renamed = moved.length > 0 ? `; ${counted(moved.length, "resource")} renamed by an alias` : "";
      return `- ${code(stack, longest)}${why.length > 0 ? `: ${why.join(", ")}` : ""}${renamed}`;
    });
    if (still.length > most) names.push(`- … and ${number(still.length - most)} more`);
    parts.push(`<details><summary>${summary}</summary>\n\n${names.join("\n")}\n\n</details>`);
  }
  const others = review.unaffected.length;
  if (others > 0) parts.push(`${counted(others, "stack is", "stacks are")} not affected.`);
  return parts.join("\n\n");
}

/** What to type next. */
function nextSection({ review, most, longest }: View): string {
  if (review.stacks.every(({ plan }) => plan.outcome === "succeeded" && plan.steps.length === 0)) return "";
  const failed = review.stacks.filter(({ plan }) => plan.outcome === "failed").slice(0, Math.min(most, 3));
  const { verdict } = verdictOf(review);
  const lines = [
    ...failed.map(
      ({ stack }) => `- Of a preview that failed, all that it says: ${code(`./fleet preview ${stack}`, longest + 20)}`,
    ),
    `- The same on your machine: ${code(`./fleet diff ${review.base.name}`, longest + 20)}`,
  ];
  if (totalsOf(review.stacks).losses.open > 0)
    lines.push(
      "- A loss that is meant: acknowledge it as said above. Until then the gate is shut, here and in `./fleet up`.",
    );
  if (verdict === "policy breach" || verdictOf(review).reasons.some((reason) => reason.includes("mandatory")))
    lines.push("- A policy: what to do about it, rule by rule: `./fleet policy <stack>`");
  lines.push("- After the merge `./fleet up` goes no further than this plan: it refuses a step that is not in it.");
  return `### Next\n\n${lines.join("\n")}`;
}
