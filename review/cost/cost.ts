import type { Cost, CostItem, ReviewedResource } from "../types.js";
import { azure } from "./azure.js";
import { cloudflare } from "./cloudflare.js";
import { digitalocean } from "./digitalocean.js";
import { isFree } from "./free.js";
import { gcp } from "./gcp.js";
import { toCents } from "./money.js";
import { electricity, ownHardware, type Power } from "./own-hardware.js";
import { attempt, kindOf, type Part, type Pricers, type Surroundings } from "./pricer.js";
import { PRICES_DATE } from "./sources.js";

export interface CostOptions {
  /** What own hardware draws; without it, it costs nothing. */
  power?: Power;
}

const PRICERS: Pricers = { ...digitalocean, ...gcp, ...azure, ...cloudflare, ...ownHardware };

/**
 * What resources cost a month as they are declared, running all the time. What is not in the table is listed as not known:
 * nothing is estimated from the nearest that is. Taxes, traffic, usage and agreed discounts are not in it.
 */
export function costOf(resources: ReviewedResource[], { power }: CostOptions = {}): Cost {
  const surroundings = surroundingsOf(resources);
  const items = resources.filter(({ custom }) => custom).flatMap((resource) => itemsOf(resource, surroundings));
  if (power !== undefined) items.push(...electricity(resources, power));
  const rounded = items.map((item) => ({
    ...item,
    ...(item.monthly !== undefined && { monthly: toCents(item.monthly) }),
  }));
  return {
    items: rounded,
    total: toCents(rounded.reduce((sum, { monthly = 0 }) => sum + monthly, 0)),
    unknown: rounded.filter(({ monthly }) => monthly === undefined).length,
    prices: PRICES_DATE,
  };
}

function itemsOf(resource: ReviewedResource, surroundings: Surroundings): CostItem[] {
  const { urn, name, type } = resource;
  return partsOf(resource, kindOf(type), surroundings).map((part) => ({ urn, name, ...part }));
}

function partsOf(resource: ReviewedResource, kind: string, surroundings: Surroundings): Part[] {
  const pricer = Object.hasOwn(PRICERS, kind) ? PRICERS[kind] : undefined;
  if (pricer !== undefined) return attempt(pricer.kind, () => pricer.parts(resource, surroundings));
  return isFree(kind) ? [] : [{ what: resource.type, why: "the price table does not have it" }];
}

function surroundingsOf(resources: ReviewedResource[]): Surroundings {
  const users = new Map<string, ReviewedResource[]>();
  for (const resource of resources) {
    for (const urn of resource.dependencies) users.set(urn, [...(users.get(urn) ?? []), resource]);
  }
  return { usersOf: (urn) => users.get(urn) ?? [] };
}
