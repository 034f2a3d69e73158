import { describe, expect, it } from "vitest";
import { inWaves, referencesOf, withReferred } from "../../../cli/review/references.js";

const graph: Record<string, string[]> = { admin: ["alpha", "beta"], alpha: ["hub"], beta: ["hub"], hub: [], alone: [] };
const refer = (stack: string) => graph[stack] ?? [];

describe("references between stacks", () => {
  it("are read under each form of the key, by short and full name, of the same project only", () => {
    const shared = "{ a: { stack: hub }, b: { stack: organization/fleet/beta }, c: { stack: organization/other/x } }";
    expect(referencesOf(`config:\n  fleet:shared: ${shared}\n`, "fleet")).toEqual(["hub", "beta"]);
    expect(referencesOf(`config:\n  shared: ${shared}\n`, "fleet")).toEqual(["hub", "beta"]);
    expect(referencesOf(`config:\n  fleet:config:shared: ${shared}\n`, "fleet")).toEqual(["hub", "beta"]);
  });

  it("are none in a file that cannot be read, or has none", () => {
    for (const text of [
      "",
      "config: [",
      "config:\n  fleet:shared: 3\n",
      "config:\n  fleet:shared: { a: { stack: 3 } }\n",
    ])
      expect(referencesOf(text, "fleet")).toEqual([]);
  });

  it("put stacks in waves, each after what it refers to", () => {
    expect(inWaves(Object.keys(graph), refer)).toEqual([["hub", "alone"], ["alpha", "beta"], ["admin"]]);
    expect(inWaves(["admin", "alone"], refer)).toEqual([["admin", "alone"]]);
  });

  it("refuse a circle, and name it", () => {
    const circle = (stack: string) => ({ a: ["b"], b: ["a"] })[stack] ?? [];
    expect(() => inWaves(["a", "b", "c"], circle)).toThrow("the stacks a, b refer to each other in a circle");
  });

  it("bring what is referred to with them, once, in circles too", () => {
    expect(withReferred(["admin"], refer)).toEqual(["admin", "alpha", "beta", "hub"]);
    expect(withReferred(["a"], (stack) => ({ a: ["b"], b: ["a"] })[stack] ?? [])).toEqual(["a", "b"]);
  });
});
