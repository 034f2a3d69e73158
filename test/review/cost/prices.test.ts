import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as azure from "../../../review/cost/prices-azure.js";
import * as digitalocean from "../../../review/cost/prices-digitalocean.js";
import * as gcp from "../../../review/cost/prices-gcp.js";
import { PRICES_DATE, SOURCES } from "../../../review/cost/sources.js";

/** Every number of a table, with where it stands. */
function numbers(value: unknown, path: string): [path: string, number][] {
  if (typeof value === "number") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => numbers(inner, `${path}.${key}`));
}

/** Where zero is meant. */
const MAY_BE_ZERO = /SERIES\.e2\.sustained$|(redis|valkey)\..*\.includedGiB$/;

describe("the price table", () => {
  it.each(Object.entries({ digitalocean, gcp, azure }))("has only sound numbers of %s", (_, tables) => {
    const found = numbers(tables, "");
    expect(found.length).toBeGreaterThan(50);
    expect(found.filter(([path, value]) => !(Number.isFinite(value) && (value > 0 || MAY_BE_ZERO.test(path))))).toEqual(
      [],
    );
  });

  it("says of each vendor where its prices are from, and of which day", () => {
    for (const { vendor, pages, date } of SOURCES) {
      expect(pages.length, vendor).toBeGreaterThan(0);
      expect(date).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(new Date(date).toISOString().slice(0, 10)).toBe(date);
      expect(new Date(date).getTime()).toBeLessThan(Date.now());
      expect(PRICES_DATE <= date).toBe(true);
    }
    expect(SOURCES.map(({ date }) => date)).toContain(PRICES_DATE);
  });

  it("has no droplet twice, and none that costs less than a smaller one of its family", () => {
    const source = readFileSync(new URL("../../../review/cost/prices-digitalocean.ts", import.meta.url), "utf8");
    const written = source.slice(0, source.indexOf("};")).match(/^ {2}"?[\w-]+"?: [\d.]+,$/gm) ?? [];
    expect(written).toHaveLength(Object.keys(digitalocean.DROPLETS).length);
    const families = new Map<string, { vcpus: number; monthly: number }[]>();
    for (const [slug, monthly] of Object.entries(digitalocean.DROPLETS)) {
      const [, letters, vcpus, rest = ""] = /^([a-z]+[\d_]*-)(\d+)(.*)$/.exec(slug) ?? [];
      // Those of one family differ in processors, with memory and disk in proportion.
      if (letters === "s-") continue;
      const family = `${letters}${rest.endsWith("-intel") ? "intel" : "regular"}`;
      families.set(family, [...(families.get(family) ?? []), { vcpus: Number(vcpus), monthly }]);
    }
    expect(families.size).toBeGreaterThan(10);
    for (const [family, sizes] of families) {
      const perProcessor = sizes.map(({ vcpus, monthly }) => monthly / vcpus);
      expect(Math.max(...perProcessor) / Math.min(...perProcessor), family).toBeLessThan(1.03);
    }
  });

  it("has Azure's disk tiers in order", () => {
    for (const kinds of Object.values(azure.DISKS)) {
      for (const tiers of Object.values(kinds)) {
        for (const [index, tier] of tiers.entries()) {
          const before = tiers[index - 1] ?? { gib: 0, monthly: 0 };
          expect(tier.gib, tier.name).toBeGreaterThan(before.gib);
          expect(tier.monthly, tier.name).toBeGreaterThan(before.monthly);
        }
      }
    }
  });
});
