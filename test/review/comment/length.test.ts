import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderComment } from "../../../review/comment/comment.js";
import type { Review } from "../../../review/types.js";
import { change, cost, costItem, finding, lossOf, review, stackReview, step, TYPES } from "../build.js";
import { expectSound } from "./structure.js";

/** Stacks that differ, each with so many resources of so many properties. */
function large(stacks: number, resources: number, properties: number, width = 30): Review {
  return review(
    Array.from({ length: stacks }, (_, index) => {
      const name = `team-${index}`;
      const steps = Array.from({ length: resources }, (_, resource) =>
        step(
          name,
          resource === 0 && index % 3 === 0 ? "replace" : "update",
          TYPES.volume,
          `data-${resource}`,
          Array.from({ length: properties }, (_, property) =>
            change(`labels[${property}]`, {
              before: "a".repeat(width),
              after: `${"b".repeat(width)}${index}-${resource}`,
              replaces: resource === 0,
            }),
          ),
        ),
      );
      return stackReview(name, steps, {
        losses: steps.filter(({ op }) => op === "replace").map((lost) => lossOf(lost, "volume")),
        policies: {
          before: [],
          after: [finding(name, "image-pinned", `pa-${index}`, `It is the ${index}th that has no digest`)],
        },
        cost: { before: cost(), after: cost([costItem(name, `host-${index}`, "droplet", index + 1)]) },
      });
    }),
  );
}

const shownInFull = (markdown: string) =>
  [...markdown.matchAll(/<b><code>(team-\d+)<\/code><\/b>[\s\S]*?<\/details>/g)]
    .filter(([block]) => block.includes("labels["))
    .map(([, name]) => name);

describe("a comment that is too long", () => {
  it("shows whole stacks while they fit, and names the others", () => {
    const found = large(30, 5, 6);
    const { markdown, full, truncated } = renderComment(found, { limit: 20_000, artifact: "fleet-diff" });
    expect(markdown.length).toBeLessThanOrEqual(20_000);
    expectSound(markdown);
    expect(truncated.length).toBeGreaterThan(5);
    expect([...shownInFull(markdown), ...truncated].sort()).toEqual(found.stacks.map(({ stack }) => stack).sort());
    expect(markdown).toContain("All of it: `fleet-diff`.");
    expect(markdown).toMatch(/\*\*\d+ not shown\*\* for want of room: `team-/);
    expect(shownInFull(full)).toHaveLength(30);
    // What is lost comes first.
    expect(shownInFull(markdown).every((name) => Number(name!.slice(5)) % 3 === 0)).toBe(true);
  });

  it("names the resources of one that is too large by itself", () => {
    const { markdown, truncated } = renderComment(large(1, 40, 10), {
      limit: 10_000,
      artifact: "https://example.com/runs/1#artifacts",
    });
    expectSound(markdown.replace("[the full text](https://example.com/runs/1#artifacts)", "there"));
    expect(markdown).toContain("[the full text](https://example.com/runs/1#artifacts)");
    expect(markdown).toContain("**1 shown without properties** for want of room: `team-0`.");
    expect(markdown).toContain("~ docker:Volume data-39  # 10 properties\n");
    expect(markdown).not.toContain("labels[0]:");
    expect(truncated).toEqual(["team-0"]);
  });

  it("cuts rows of the summary, with a count, where thousands of stacks differ", () => {
    const { markdown, truncated } = renderComment(large(2_000, 1, 1));
    expect(markdown.length).toBeLessThanOrEqual(64_500);
    expectSound(markdown);
    expect(markdown).toMatch(/\| [\d,]+ more stacks \|.*\| not listed \|/);
    expect(markdown).toContain("**2,000 of 2,000 stacks** change");
    expect(markdown).toContain("- … and");
    expect(truncated.length).toBeGreaterThan(1_000);
  });

  it("keeps within any limit, and sound", () => {
    const size = fc.record({
      stacks: fc.integer({ min: 1, max: 60 }),
      resources: fc.integer({ min: 0, max: 6 }),
      properties: fc.integer({ min: 0, max: 8 }),
      width: fc.integer({ min: 0, max: 500 }),
      limit: fc.integer({ min: 4_000, max: 70_000 }),
      artifact: fc.constantFrom(undefined, "fleet-diff", "x".repeat(500)),
    });
    fc.assert(
      fc.property(size, ({ stacks, resources, properties, width, limit, artifact }) => {
        const found = large(stacks, resources, properties, width);
        const { markdown, truncated } = renderComment(found, { limit, artifact });
        expect(markdown.length).toBeLessThanOrEqual(limit);
        expectSound(markdown);
        if (resources > 0 && properties > 0) expect(shownInFull(markdown)).toHaveLength(stacks - truncated.length);
      }),
      { numRuns: 40, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
    );
  });

  it("is not written where not even its head has room", () => {
    expect(() => renderComment(review([]), { limit: 3_999 })).toThrow("at least 4000 characters, not 3999");
  });
});

describe("stacks that change alike", () => {
  const tenants = Array.from({ length: 100 }, (_, index) => `tenant-${index + 1}`);
  const update = (stack: string, value: string) =>
    stackReview(stack, [
      step(stack, "update", TYPES.container, `pa-${stack}`, [
        change(`labels["${stack}"]`, { before: "x", after: value }),
      ]),
    ]);

  it("are shown once, with all their names", () => {
    const { markdown, full } = renderComment(
      review(tenants.map((stack) => update(stack, `https://${stack}.example.com`))),
    );
    expect(markdown.match(/```diff/g)).toHaveLength(1);
    expect(markdown).toContain("<b>100 stacks alike</b>: 1 to update each");
    for (const stack of tenants) expect(full).toContain(`\`${stack}\` (\``);
    expect(markdown.length).toBeLessThan(8_000);
  });

  it("are apart where one of them differs", () => {
    const { markdown } = renderComment(
      review(tenants.map((stack) => update(stack, stack === "tenant-7" ? "other" : stack))),
    );
    expect(markdown.match(/```diff/g)).toHaveLength(2);
    expect(markdown).toContain("<b>99 stacks alike</b>");
    expect(markdown).toContain("<b><code>tenant-7</code></b>");
  });

  it("are not taken for alike because their names are in other words", () => {
    const { markdown } = renderComment(review([update("a", "cat"), update("u", "cut")]));
    expect(markdown.match(/```diff/g)).toHaveLength(2);
  });
});
