import { shortDigest } from "../digest.js";
import { amount, amountMore } from "./costs.js";
import { code } from "./escape.js";
import type { Group } from "./groups.js";
import { counted, number } from "./names.js";
import { type Totals, totalsOf } from "./verdict.js";
import type { View } from "./view.js";

const HEAD = [
  "| Stack | Create | Update | Replace | Delete | Policy | USD a month | Plan |",
  "| :-- | --: | --: | --: | --: | :-- | --: | :-- |",
];

/** The table of stacks: a row for each that changes, and for each group of stacks that change alike. All columns are sums. */
export function stackTable({ review, groups, most, longest }: View): string {
  const changing = groups.filter(({ first }) => first.plan.steps.length > 0 || first.plan.outcome === "failed");
  const still = groups
    .filter(({ first }) => first.plan.steps.length === 0 && first.plan.outcome === "succeeded")
    .flatMap(({ members }) => members);
  const rows = changing.slice(0, most).map((group) => row(stackCell(group, longest), planCell(group), group.members));
  const hidden = changing.slice(most).flatMap(({ members }) => members);
  if (hidden.length > 0) rows.push(row(`${counted(hidden.length, "more stack")}`, "not listed", hidden));
  if (still.length > 0) {
    const name = still.length === 1 ? code(still[0]!.stack, longest) : counted(still.length, "stack");
    rows.push(row(name, "no change", still));
  }
  if (rows.length > 1) rows.push(row("**All**", "", review.stacks));
  return rows.length === 0 ? "" : [...HEAD, ...rows].join("\n");
}

function stackCell({ members, first }: Group, longest: number): string {
  if (members.length > 1) {
    const ends = members.length === 2 ? " and " : " … ";
    return `**${counted(members.length, "stack")}** ${code(first.stack, longest)}${ends}${code(members.at(-1)!.stack, longest)}`;
  }
  const kinds = first.reasons.map(({ kind }) => kind);
  const note = kinds.includes("new") ? " (new)" : kinds.includes("removed") ? " (removed)" : "";
  return code(first.stack, longest) + note;
}

function planCell({ members, first }: Group): string {
  if (first.plan.outcome === "failed") return "❌ failed";
  return members.length === 1 ? code(shortDigest(first.digest)) : `${number(members.length)} alike`;
}

function row(name: string, plan: string, members: Parameters<typeof totalsOf>[0]): string {
  const totals = totalsOf(members);
  const plain = (count: number) => (count === 0 ? "" : number(count));
  const strong = (count: number) => (count === 0 ? "" : `**${number(count)}**`);
  const { create, update, replace, delete: deleted } = totals;
  const cells = [name, plain(create), plain(update), strong(replace), strong(deleted)];
  return `| ${[...cells, policyCell(totals), costCell(totals), plan].join(" | ")} |`;
}

export function policyCell({ policy }: Totals): string {
  if (!policy) return "–";
  const fresh = policy.mandatory + policy.advisory;
  const parts = [
    fresh > 0 && `${policy.mandatory > 0 ? "⛔" : "⚠️"} ${number(fresh)} new`,
    policy.existing > 0 && `${number(policy.existing)} known`,
    policy.fixed > 0 && `${number(policy.fixed)} fixed`,
  ].filter((part) => part !== false);
  return parts.join(", ") || "ok";
}

export function costCell({ cost }: Totals): string {
  if (!cost) return "–";
  const more = amountMore(cost.after - cost.before);
  const unknown = cost.unknown > 0 ? `, ${cost.unknown} not known` : "";
  return `${amount(cost.after)}${more === "0.00" ? "" : ` (${more})`}${unknown}`;
}
