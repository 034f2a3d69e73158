import fc from "fast-check";
import { expect, it } from "vitest";
import { planDigest, type StepIdentity, shortDigest } from "../../review/digest.js";
import type { ReviewedOp } from "../../review/types.js";
import { change, step, TYPES } from "./build.js";

const OPS: ReviewedOp[] = ["create", "update", "replace", "delete", "import", "read", "discard", "refresh"];
const identity: fc.Arbitrary<StepIdentity> = fc.record({
  urn: fc.string({ maxLength: 8 }),
  op: fc.constantFrom(...OPS),
  replaceKeys: fc.array(fc.string({ maxLength: 3 }), { maxLength: 3 }),
});
const plan = fc.array(identity, { maxLength: 6 });
/** What a digest is of, in words of its own. */
const essence = (steps: StepIdentity[]) =>
  JSON.stringify(
    steps.map(({ urn, op, replaceKeys }) => JSON.stringify([urn, op, [...new Set(replaceKeys)].sort()])).sort(),
  );

it("is a SHA-256 in hex, of which twelve digits are shown", () => {
  const digest = planDigest([step("a", "delete", TYPES.volume, "data")]);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(shortDigest(digest)).toBe(digest.slice(0, 12));
  // Recorded: records of older versions must stay good.
  expect(digest).toBe("b8f43918b041c11eca2204a50151c7de608c1175c11decf59d1c0a26bffeb3ce");
  expect(planDigest([])).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

it("does not depend on the order of steps or keys", () => {
  fc.assert(
    fc.property(plan, fc.integer(), (steps, seed) => {
      const shuffled = fc.sample(fc.shuffledSubarray(steps, { minLength: steps.length }), { numRuns: 1, seed })[0]!;
      const turned = shuffled.map((found) => ({ ...found, replaceKeys: [...found.replaceKeys].reverse() }));
      expect(planDigest(turned)).toBe(planDigest(steps));
    }),
  );
});

it("tells plans apart that do something else, and no others", () => {
  fc.assert(
    fc.property(plan, plan, (a, b) => {
      expect(planDigest(a) === planDigest(b)).toBe(essence(a) === essence(b));
    }),
  );
  const of = (urn: string, op: ReviewedOp, replaceKeys: string[]) => planDigest([{ urn, op, replaceKeys }]);
  const all = [
    of("a", "replace", ["b", "c"]),
    of("a", "replace", ["b,c"]),
    of("a", "replace", ["b"]),
    of("a", "update", ["b"]),
    of("ab", "replace", []),
  ];
  expect(new Set(all).size).toBe(all.length);
});

it("does not depend on values", () => {
  const password = (value: string) => [
    step("a", "replace", TYPES.container, "pa", [change("envs[0]", { before: "x", after: value, replaces: true })]),
  ];
  expect(planDigest(password("one"))).toBe(planDigest(password("two")));
});
