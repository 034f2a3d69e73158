import { afterEach, expect, it } from "vitest";
import type { ImportSpec } from "../../../engine/index.js";
import { TestStack } from "../support/stack.js";

let stack: TestStack | undefined;
afterEach(() => {
  stack?.remove();
  stack = undefined;
});

const TYPE = "cloud:index:Thing";

it("takes objects into the state, so that the program that declares them changes nothing", async () => {
  stack = new TestStack();
  const { cloud } = stack;
  const plant = (name: string, properties: Record<string, unknown>) => {
    const id = cloud.newId();
    cloud.plant({ id, type: TYPE, name, properties, labels: {}, ready: true });
    return id;
  };
  const a = plant("a", { size: 1, list: ["x"] });
  const b = plant("b", { color: "red" });
  const c = plant("c", { size: 3 });
  stack.retained = ["b", "c"];
  const run = (imports: ImportSpec[], preview = false) => (stack as TestStack).run("import", preview, { imports });

  // Into a stack that was never brought up.
  const plan = await run([{ type: TYPE, name: "a", id: a }], true);
  expect([plan.outcome, plan.steps]).toEqual(["succeeded", ["import a"]]);
  const first = await run([{ type: TYPE, name: "a", id: a }]);
  expect([first.errors, first.changes]).toEqual([[], { create: 1, import: 1 }]);
  expect(await stack.resource("a")).toMatchObject({ id: a, protect: true, inputs: { size: 1, list: ["x"] } });
  expect((await stack.resource("a")).importID).toBeUndefined();
  expect(first.imported?.map((state) => state.id)).toEqual([a]);

  // Beside what a program has made, with its outputs, providers and components.
  stack.program(`
    const p = new Provider("p", { region: "eu" });
    new Thing("a", { labels: undefined, size: 1, list: ["x"] });
    new Group("g");
    new Thing("own", {});
    return { out: "kept" };`);
  expect((await stack.up()).steps).toEqual(expect.not.arrayContaining(["update a"]));
  const many = await run([
    { type: TYPE, name: "b", id: b, parent: "g", provider: "p", protect: false },
    { type: TYPE, name: "c", id: c, parent: "b", properties: ["size"] },
  ]);
  expect([many.errors, many.steps]).toEqual([[], ["import b", "import c"]]);
  stack.retained = [];
  await stack.check();
  const parent = await stack.resource("b");
  expect(parent.urn).toBe("urn:pulumi:dev::test::test:index:Group$cloud:index:Thing::b");
  expect(parent.provider).toContain("pulumi:providers:cloud::p::");
  expect((await stack.resource("c")).parent).toBe(parent.urn);
  expect(many.outputs).toEqual({ out: "kept" });
  stack.program(`
    const p = new Provider("p", { region: "eu" });
    new Thing("a", { labels: undefined, size: 1, list: ["x"] });
    const g = new Group("g");
    new Thing("own", {});
    const b = new Thing("b", { labels: undefined, color: "red" }, { parent: g, provider: p });
    new Thing("c", { labels: undefined, size: 3 }, { parent: b });
    return { out: "kept" };`);
  expect((await stack.preview()).steps).toEqual([]);

  // What cannot be done is said, and the rest stays.
  const before = (await stack.state()).resources.length;
  const fails = async (imports: ImportSpec[]) => {
    const failed = await run(imports);
    expect(failed.outcome).toBe("failed");
    return failed.errors.join("\n");
  };
  expect(await fails([{ type: TYPE, name: "a", id: a }])).toMatch(/::a is in the state already/);
  expect(await fails([{ type: TYPE, name: "z", id: "gone" }])).toMatch(
    /there is no cloud:index:Thing with the id "gone"/,
  );
  expect(await fails([{ type: "Thing", name: "z", id: "x" }])).toMatch(/not of the form package:module:Type/);
  expect(await fails([{ type: TYPE, name: "z", id: "x", parent: "nobody" }])).toMatch(
    /"z" is to be nobody, which is neither/,
  );
  expect(await fails([{ type: TYPE, name: "z", id: "x", provider: "nobody" }])).toMatch(
    /provider of "z" is to be nobody/,
  );
  expect(await fails([{ type: "none:index:Thing", name: "z", id: "x" }])).toMatch(/none/);
  expect((await stack.state()).resources).toHaveLength(before);
  await stack.check();
});
