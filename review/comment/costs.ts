import type { CostItem, StackReview } from "../types.js";
import { once } from "./once.js";

/** One thing whose cost changes, or is not known. */
export interface CostChange {
  urn: string;
  name: string;
  /** As it is now, or as it was if it goes. */
  what: string;
  /** What it was, if that changes. */
  formerly?: string;
  /** US dollars a month; 0: it is not there; undefined: not known. */
  before?: number;
  after?: number;
  why?: string;
}

export interface CostDelta {
  before: number;
  after: number;
  changes: CostChange[];
  /** Items of the new version whose cost is not known. */
  unknown: number;
  prices: string;
}

/** What a change costs a month. Undefined where a preview failed: what it did not come to would seem to cost nothing. */
export const costDelta = once(({ cost, plan }: StackReview): CostDelta | undefined => {
  if (plan.outcome === "failed") return undefined;
  const formerUrns = new Map(plan.steps.flatMap(({ urn, formerUrn }) => (formerUrn ? [[formerUrn, urn]] : [])));
  const items = new Map<string, { before?: CostItem; after?: CostItem }>();
  const put = (side: "before" | "after", urn: string, item: CostItem) => {
    let key = urn;
    // A resource may cost in several ways.
    for (let more = 2; items.get(key)?.[side]; more++) key = `${urn}\0${more}`;
    items.set(key, { ...items.get(key), [side]: item });
  };
  for (const item of cost.before.items) put("before", formerUrns.get(item.urn) ?? item.urn, item);
  for (const item of cost.after.items) put("after", item.urn, item);
  const changes = [...items.values()].flatMap(({ before, after }) => changeOf(before, after) ?? []);
  return {
    before: cost.before.total,
    after: cost.after.total,
    changes,
    unknown: cost.after.unknown,
    prices: cost.after.prices,
  };
});

function changeOf(before?: CostItem, after?: CostItem): CostChange | undefined {
  const from = before ? before.monthly : 0;
  const to = after ? after.monthly : 0;
  const item = after ?? before!;
  const isSame = before?.what === after?.what && cents(from) === cents(to);
  if (isSame || (cents(from) === 0 && cents(to) === 0)) return undefined;
  const why = to === undefined ? after!.why : from === undefined ? before!.why : undefined;
  return {
    urn: item.urn,
    name: item.name,
    what: item.what,
    ...(before && after && before.what !== after.what && { formerly: before.what }),
    before: from,
    after: to,
    ...(why !== undefined && { why }),
  };
}

const cents = (dollars: number | undefined) => (dollars === undefined ? undefined : Math.round(dollars * 100));

const AMOUNT = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
/** US dollars, 1,234.56, or "not known". Without a sign: GitHub reads what stands between two dollar signs as mathematics. */
export const amount = (dollars: number | undefined): string =>
  dollars === undefined ? "not known" : AMOUNT.format(cents(dollars)! / 100 || 0);

/** +24.00, -24.00, 0.00. */
export const amountMore = (dollars: number): string => `${cents(dollars)! > 0 ? "+" : ""}${amount(dollars)}`;
