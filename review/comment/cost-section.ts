import { alike, ofStacks } from "./alike.js";
import { amount, amountMore, type CostChange, costDelta } from "./costs.js";
import { code, prose } from "./escape.js";
import { counted, number } from "./names.js";
import { totalsOf } from "./verdict.js";
import type { View } from "./view.js";

/** What the change costs, thing by thing. Nothing where no cost changes. */
export function costSection({ review, most, longest, longestText }: View): string {
  const { cost } = totalsOf(review.stacks);
  const all = alike<CostChange>(review.stacks, (stack) => costDelta(stack)?.changes ?? []);
  if (!cost || all.length === 0) return "";
  const prices = review.stacks
    .map((stack) => costDelta(stack)?.prices ?? "")
    .sort()
    .at(-1)!;
  const sum = `**${amountMore(cost.after - cost.before)} USD a month**: ${amount(cost.before)} → ${amount(cost.after)}`;
  const unknown = cost.unknown > 0 ? `, and ${counted(cost.unknown, "thing")} whose cost is not known` : "";
  const rows = all.slice(0, most).map((found) => {
    const { name, what, formerly, before, after, why } = found[0].item;
    const told = `${formerly === undefined ? "" : `${prose(formerly, longest)} → `}${prose(what, longest)}`;
    const each = found.length > 1 ? `${found.length} × ` : "";
    const more =
      before === undefined || after === undefined
        ? `not known${why ? `: ${prose(why, longestText)}` : ""}`
        : amountMore((after - before) * found.length);
    const cells = [
      `${each}${code(name, longest)} ${ofStacks(found, longest)}`,
      told || "–",
      amount(before),
      amount(after),
      `**${more}**`,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  if (all.length > most) rows.push(`| … and ${number(all.length - most)} more | | | | |`);
  const head = ["| Of | What | Before | After | USD a month |", "| :-- | :-- | --: | --: | --: |"];
  const dated = prices === "" ? "" : ` Prices of ${prose(prices, longest)}.`;
  return [`### Cost`, `${sum}${unknown}.${dated}`, [...head, ...rows].join("\n")].join("\n\n");
}
