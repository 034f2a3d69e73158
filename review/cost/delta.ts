import type { Cost, CostItem } from "../types.js";
import { toCents } from "./money.js";

/** A resource whose cost is another one. */
export interface CostChange {
  urn: string;
  name: string;
  /** What it is now; what it was, if it is gone. */
  what: string;
  /** US dollars a month of what is known of it; undefined: it is not there. */
  before?: number;
  after?: number;
}

/** What a change does to the cost of a stack. */
export interface CostDelta {
  /** US dollars a month more, or less if negative, of all that is known before and after. */
  monthly: number;
  /** Resources whose cost is another one, the largest difference first. */
  changes: CostChange[];
  /** What is new, gone or different and has no known price now or before: it is not in `monthly`. */
  unknown: CostItem[];
}

/** The difference between the cost of a stack before a change and after it. */
export function costDelta(before: Cost, after: Cost): CostDelta {
  const was = byResource(before);
  const is = byResource(after);
  const changes: CostChange[] = [];
  const unknown: CostItem[] = [];
  for (const urn of new Set([...is.keys(), ...was.keys()])) {
    const [old = [], now = []] = [was.get(urn), is.get(urn)];
    const isSure = described(old) === described(now);
    if (!isSure) unknown.push(...distinct([...now, ...old].filter(isUnknown)));
    // It stays, and a price was or becomes unknown: the difference of the rest would tell nothing.
    if (!isSure && old.length > 0 && now.length > 0) continue;
    const change = changeOf(urn, old, now);
    if (amount(change) !== 0) changes.push(change);
  }
  changes.sort((a, b) => Math.abs(amount(b)) - Math.abs(amount(a)));
  return { monthly: toCents(changes.reduce((sum, change) => sum + amount(change), 0)), changes, unknown };
}

function byResource({ items }: Cost): Map<string, CostItem[]> {
  const found = new Map<string, CostItem[]>();
  for (const item of items) found.set(item.urn, [...(found.get(item.urn) ?? []), item]);
  return found;
}

function changeOf(urn: string, old: CostItem[], now: CostItem[]): CostChange {
  const { name, what } = (now[0] ?? old[0])!;
  return { urn, name, what, ...(old.length > 0 && { before: sum(old) }), ...(now.length > 0 && { after: sum(now) }) };
}

const isUnknown = ({ monthly }: CostItem): boolean => monthly === undefined;
const described = (items: CostItem[]): string => JSON.stringify(items.filter(isUnknown));
const distinct = (items: CostItem[]): CostItem[] => [...new Map(items.map((item) => [item.what, item])).values()];
const sum = (items: CostItem[]): number => toCents(items.reduce((total, { monthly = 0 }) => total + monthly, 0));
const amount = ({ before = 0, after = 0 }: CostChange): number => toCents(after - before);
