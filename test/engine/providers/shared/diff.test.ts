import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffProperties, equalValues } from "../../../../engine/providers/shared/diff.js";
import { type PropertyMap, type PropertyValue, Secret, UNKNOWN } from "../../../../engine/values.js";

const options = { replaces: (key: string) => key === "r", inputDiff: true };
const values = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<PropertyMap>;

/** The same with secrets strewn in and null members added. */
function disguise(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) return new Secret(value.map(disguise));
  if (typeof value !== "object" || value === null) return new Secret(value);
  return {
    ...Object.fromEntries(Object.entries(value as PropertyMap).map(([k, v]) => [k, disguise(v)])),
    nothing: null,
  };
}

describe("diffProperties", () => {
  it("finds none between a map and itself, secret or not, with nulls or without", () => {
    fc.assert(
      fc.property(values, (map) => {
        expect(diffProperties(map, structuredClone(map), options)).toEqual({ changes: "none" });
        const { nothing: _, ...rest } = map;
        expect(diffProperties(rest, disguise(rest) as PropertyMap, options)).toEqual({ changes: "none" });
        expect(diffProperties({ ...rest, __defaults: ["a"] }, rest, options)).toEqual({ changes: "none" });
      }),
    );
  });

  it("an ignored key is never a difference", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (old, now) => {
        const maps = [{ a: old as PropertyValue }, { a: now as PropertyValue }] as const;
        expect(diffProperties(...maps, { ...options, ignoreChanges: ["a"] })).toEqual({ changes: "none" });
        expect(diffProperties(...maps, options).changes === "none").toBe(
          equalValues(...([old, now] as [never, never])),
        );
      }),
    );
  });

  it("names paths, kinds and what replaces", () => {
    const olds = { a: [1, 2], "b.c": { d: 1 }, r: 1, gone: 1 };
    const news = { a: [1, 3, 4], "b.c": { d: UNKNOWN }, r: 2 };
    expect(diffProperties(olds, news, { ...options, deleteBeforeReplace: true })).toEqual({
      changes: "some",
      diffs: ["a", "b.c", "gone", "r"],
      replaces: ["r"],
      deleteBeforeReplace: true,
      detailedDiff: {
        "a[1]": { kind: "update", inputDiff: true },
        "a[2]": { kind: "add", inputDiff: true },
        '["b.c"].d': { kind: "update", inputDiff: true },
        gone: { kind: "delete", inputDiff: true },
        r: { kind: "update-replace", inputDiff: true },
      },
    });
    const ignoreChanges = ["a[*]", '["b.c"]', "gone", "r"];
    expect(diffProperties(olds, news, { ...options, ignoreChanges })).toEqual({ changes: "none" });
    expect(
      diffProperties({ a: { x: 1, y: 1 } }, { a: { x: 2, y: 2 } }, { ...options, ignoreChanges: ["a.x"] }),
    ).toMatchObject({ detailedDiff: { "a.y": {} } });
  });
});
