import { shortDigest } from "../digest.js";
import type { Kept, Loss, PolicyFinding, Review } from "../types.js";
import { type Alike, alike, total } from "./alike.js";
import { countsText, linesOf } from "./blocks.js";
import type { PlanLine } from "./changes.js";
import { amount, amountMore, type CostChange, costDelta } from "./costs.js";
import { visible, visibleLine } from "./escape.js";
import { findingsDelta } from "./findings.js";
import { type Group, groupAlike } from "./groups.js";
import { acknowledgeLabels } from "./losses.js";
import { maskOf } from "./mask.js";
import { counted, number, shortType, shortUrn } from "./names.js";
import { bySeverity } from "./policies.js";
import { costCell, policyCell } from "./table.js";
import { totalsOf, type Verdict, verdictOf } from "./verdict.js";
import { maskReview } from "./view.js";

/** How a terminal shows text; picocolors' object is one. */
export interface Styles {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

export interface TextOptions {
  /** Plain if left out. */
  styles?: Styles;
  /** At most so many lines of one property. All if left out. */
  lines?: number;
  /** As for the comment. */
  secrets?: readonly string[];
}

const same = (text: string) => text;
const PLAIN: Styles = { bold: same, dim: same, red: same, green: same, yellow: same };

/** The review for a terminal: the same as the comment, with nothing folded or cut. No control character of the change gets through. */
export function renderText(review: Review, options: TextOptions = {}): string {
  const styles = options.styles ?? PLAIN;
  const mask = maskOf(options.secrets ?? []);
  const masked = maskReview(review, mask);
  const groups = groupAlike(masked.stacks, mask);
  const view = { lines: options.lines ?? Infinity, mask };
  const sections = [
    stackRows(masked, groups, styles),
    ...groups.map((group) => groupText(group, view, styles)),
    losses(masked, styles),
    kept(masked, styles),
    policies(masked, styles),
    costs(masked, styles),
    ending(masked, styles),
  ];
  return sections.filter((text) => text !== "").join("\n");
}

function stackRows(review: Review, groups: readonly Group[], { bold }: Styles): string {
  if (groups.length === 0) return "";
  const rows = groups.map(({ first, members }) => {
    const totals = totalsOf(members);
    const more = members.length > 1 ? ` and ${members.length - 1} more` : "";
    const plan =
      first.plan.outcome === "failed"
        ? "failed"
        : first.plan.steps.length === 0
          ? "no change"
          : members.length > 1
            ? "alike"
            : shortDigest(first.digest);
    const { create, update, replace, delete: deleted } = totals;
    const figures = [create, update, replace, deleted].map(number);
    // No emoji: not every terminal gives them the same width.
    const policy = policyCell(totals).replace(/^\P{ASCII}+ /u, "");
    return [visible(first.stack) + more, ...figures, policy, costCell(totals), plan].map((cell) =>
      cell.replace("–", "-"),
    );
  });
  const head = ["STACK", "CREATE", "UPDATE", "REPLACE", "DELETE", "POLICY", "USD A MONTH", "PLAN"];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd();
  const others = review.unaffected.length;
  const rest = others > 0 ? `${counted(others, "stack is", "stacks are")} not affected.\n` : "";
  return `${bold(line(head))}\n${rows.map((row) => `${line(row)}\n`).join("")}${rest}`;
}

function groupText(group: Group, view: Parameters<typeof linesOf>[1], styles: Styles): string {
  const { first, members } = group;
  const { plan, reasons } = first;
  if (plan.outcome === "succeeded" && plan.steps.length === 0) return "";
  const names = members.map(({ stack }) => visible(stack)).join(", ");
  const why = reasons.map(({ text }) => visible(text)).join(", ");
  const lines = [styles.bold(names), styles.dim(`  ${why}`)];
  if (plan.outcome === "failed")
    lines.push(
      ...plan.errors
        .flatMap((error) => error.trimEnd().split("\n"))
        .map((error) => styles.red(`  ${visibleLine(error)}`)),
    );
  if (members.length > 1 && plan.steps.length > 0) lines.push(styles.dim(`  as it is for ${visible(first.stack)}:`));
  lines.push(...linesOf(group, view).map((line) => coloured(line, styles)));
  return lines
    .filter((line) => line.trim() !== "")
    .map((line) => `${line}\n`)
    .join("");
}

function coloured({ sign, text, heading }: PlanLine, { bold, red, green, yellow }: Styles): string {
  const line = `  ${sign} ${visibleLine(text)}`.trimEnd();
  const paint = sign === "+" ? green : sign === "-" || sign === "-/+" ? red : sign === "~" ? yellow : same;
  return heading ? bold(paint(line)) : paint(line);
}

function section(title: string, lines: string[]): string {
  return lines.length === 0 ? "" : `${title}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

/** Of mypa-alpha; of tenant-1 and 99 more stacks. */
function of(found: Alike<unknown>): string {
  const more = new Set(found.map(({ stack }) => stack)).size - 1;
  return `of ${visible(found[0].stack)}${more > 0 ? ` and ${counted(more, "more stack")}` : ""}`;
}

const held = (found: Alike<Kept>): string => {
  const { what, name, type } = found[0].item;
  return `${visible(what)} ${visible(name)} (${visible(shortType(type))}) ${of(found)}`;
};

function losses({ stacks }: Review, { bold, red, dim }: Styles): string {
  const open = alike<Loss>(stacks, (review) => review.losses.filter(({ acknowledged }) => !acknowledged));
  const done = alike<Loss>(stacks, (review) => review.losses.filter(({ acknowledged }) => acknowledged));
  const labels = acknowledgeLabels(open);
  const lines = [...open, ...done].flatMap((found) => {
    const { op, keys, goesWith, staysBehind, acknowledged, urn } = found[0].item;
    const why = [
      keys.length > 0 && `forced by ${keys.map(visible).join(", ")}`,
      goesWith !== undefined && `as it goes with ${visible(shortUrn(goesWith))}`,
      staysBehind && "while the old one stays behind: the fleet goes on with a new and empty one",
    ].filter((text) => typeof text === "string");
    const line = [`${held(found)} is ${op === "replace" ? "replaced" : "deleted"}`, ...why].join(", ");
    if (acknowledged) return [line, dim(`  acknowledged (${acknowledged.by}): ${visible(acknowledged.reason)}`)];
    const label = labels.get(urn);
    return [
      red(line),
      ...(label === undefined ? [] : [`  if it is meant: the label ${visible(label)} on the pull request,`]),
      `  ${label === undefined ? "if it is meant:" : "or"} in stacks/Pulumi.${visible(found[0].stack)}.yaml, under fleet:acknowledged:`,
      `    ${visible(urn)}: why this data may go`,
    ];
  });
  return section((open.length > 0 ? (text: string) => bold(red(text)) : bold)("Will be lost"), lines);
}

function kept({ stacks }: Review, { bold }: Styles): string {
  const all = alike<Kept>(stacks, (review) => review.kept);
  return section(
    bold("Kept"),
    all.map((found) => `${held(found)} leaves the fleet and stays in place`),
  );
}

function policies({ stacks }: Review, { bold, red, yellow, dim }: Styles): string {
  const fresh = alike<PolicyFinding>(stacks, (review) => findingsDelta(review)?.fresh ?? []).sort(bySeverity);
  const lines = fresh.map((found) => {
    const { policy, level, severity, urn, message } = found[0].item;
    const text = `${visible(policy)} (${severity ? `${visible(severity)}, ` : ""}${level}) on ${visible(shortUrn(urn))} ${of(found)}: ${visible(message)}`;
    return level === "mandatory" ? red(text) : yellow(text);
  });
  const { existing = 0, fixed = 0 } = totalsOf(stacks).policy ?? {};
  if (existing + fixed > 0) lines.push(dim(`${existing} known before, ${fixed} fixed`));
  return section(bold(`New policy findings: ${total(fresh)}`), lines);
}

function costs({ stacks }: Review, { bold }: Styles): string {
  const all = alike<CostChange>(stacks, (review) => costDelta(review)?.changes ?? []);
  const { cost } = totalsOf(stacks);
  if (!cost || all.length === 0) return "";
  const lines = all.map((found) => {
    const { name, what, before, after, why } = found[0].item;
    const each = found.length > 1 ? `${found.length} x ` : "";
    const more =
      before === undefined || after === undefined
        ? `not known${why ? `: ${visible(why)}` : ""}`
        : amountMore((after - before) * found.length);
    return `${each}${visible(name)} ${of(found)}, ${visible(what)}: ${more}`;
  });
  return section(bold(`Cost in USD a month: ${amount(cost.before)} -> ${amount(cost.after)}`), lines);
}

const SAID: Record<Verdict, string> = {
  failed: "Failed",
  "needs acknowledgement": "Needs acknowledgement",
  "policy breach": "Policy breach",
  "needs a look": "Needs a look",
  safe: "Safe",
};

/** The verdict stands last: a terminal shows the end. */
function ending(review: Review, { bold, red, yellow, green }: Styles): string {
  const { verdict, reasons } = verdictOf(review);
  const paint = verdict === "safe" ? green : verdict === "needs a look" ? yellow : red;
  const counts = countsText(totalsOf(review.stacks));
  return `${bold(paint(SAID[verdict]))}: ${reasons.join("; ")}.${counts === "" ? "" : ` In all ${counts}.`}\n`;
}
