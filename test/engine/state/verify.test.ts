import { describe, expect, it } from "vitest";
import type { ResourceState, Snapshot } from "../../../engine/state/types.js";
import { verifySnapshot } from "../../../engine/state/verify.js";

const urn = (name: string): string => `urn:pulumi:dev::fleet::t:m:R::${name}`;
const PROVIDER = "urn:pulumi:dev::fleet::pulumi:providers:t::default";

function resource(name: string, more: Partial<ResourceState> = {}): ResourceState {
  return {
    urn: urn(name),
    custom: true,
    type: "t:m:R",
    id: name,
    inputs: {},
    outputs: {},
    dependencies: [],
    propertyDependencies: {},
    ...more,
  };
}
const provider = resource("p", { urn: PROVIDER, type: "pulumi:providers:t", id: "1" });
const check = (...resources: ResourceState[]): string[] =>
  verifySnapshot({ resources, pendingOperations: [] } as Snapshot);

describe("the integrity of a snapshot", () => {
  it("holds when everything stands after what it refers to", () => {
    const a = resource("a", { provider: `${PROVIDER}::1` });
    const more = {
      parent: a.urn,
      dependencies: [a.urn],
      propertyDependencies: { x: [a.urn], y: [] },
      deletedWith: a.urn,
      replaceWith: [a.urn],
    };
    expect(check(provider, a, resource("b", more))).toEqual([]);
  });

  it.each([
    ["a parent", { parent: urn("z") }, /parent .*::z/],
    ["a dependency", { dependencies: [urn("z")] }, /dependency .*::z/],
    ["a property's dependency", { propertyDependencies: { x: [urn("z")] } }, /property x\) .*::z/],
    ["what it is deleted with", { deletedWith: urn("z") }, /deletedWith .*::z/],
    ["what it is replaced with", { replaceWith: [urn("z")] }, /replaceWith .*::z/],
  ])("is broken by %s that is missing or comes later", (_case, more, message) => {
    const broken = resource("a", more);
    for (const [faults, why] of [
      [check(broken), "does not exist"],
      [check(broken, resource("z")), "comes after it"],
    ] as const) {
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatch(message);
      expect(faults[0]).toContain(why);
    }
  });

  it("is broken by a provider that is not there, unless the resource waits for its replacement", () => {
    const of = (reference: string, more = {}): ResourceState => resource("a", { provider: reference, ...more });
    expect(check(provider, of(`${PROVIDER}::2`))).toEqual([expect.stringContaining("has not the id 2")]);
    expect(check(of(`${PROVIDER}::1`))).toEqual([expect.stringContaining("does not exist")]);
    expect(check(provider, of("nonsense"))).toEqual([expect.stringContaining("malformed")]);
    expect(check(provider, of(`${PROVIDER}::2`, { pendingReplacement: true }))).toEqual([]);
    // A provider that was replaced is there twice until the end of the run.
    const retired = { ...provider, id: "0", delete: true };
    expect(check(provider, retired, of(`${PROVIDER}::0`))).toEqual([]);
  });

  it("is broken by two living resources of one URN, or by a component with an id", () => {
    const dead = resource("a", { delete: true });
    expect(check(resource("a"), dead, dead)).toEqual([]);
    expect(check(dead, resource("a"))).toEqual([]);
    expect(check(resource("a"), resource("a"))).toEqual([expect.stringContaining("there twice")]);
    expect(check(resource("a", { custom: false }))).toEqual([expect.stringContaining("component but has an id")]);
    expect(check(resource("a", { type: "" }))).toEqual([expect.stringContaining("no type")]);
  });
});
