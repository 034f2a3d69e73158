import { afterEach, describe, expect, it } from "vitest";
import { TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

/** A chain of unique names: replacing the first deletes and makes anew what is linked to it, but not what only reads a value. */
const chain = (zone: string) => `
  const base = new Named("base", { zone: "${zone}" });
  const tied = new Named("tied", { link: base.id });
  const far = new Thing("far", { link: tied.id });
  new Thing("reader", { from: base.address });
  new Thing("bystander");`;

describe("replacement", () => {
  it("makes the new one first, and the old one goes at the end; what failed to go is tried again", async () => {
    stack = new TestStack();
    stack.program(`const a = new Thing("a", { zone: "1" }); new Thing("b", { link: a.id });`);
    await stack.up();
    const old = stack.cloud.byName("a").id;
    stack.cloud.done();
    stack.program(`const a = new Thing("a", { zone: "2" }); new Thing("b", { link: a.id });`);
    stack.cloud.once("delete", "a", "before", () => {
      throw new Error("still busy");
    });
    const failed = await stack.upFails();
    expect(failed.errors).toEqual(['delete-replaced cloud:index:Thing "a": still busy']);
    expect(stack.cloud.done()).toEqual(["create a", "create b", "delete b"]);
    const left = (await stack.state()).resources.filter((item) => item.urn.endsWith("::a"));
    expect(left.map((item) => [item.id === old, item.delete ?? false])).toEqual([
      [false, false],
      [true, true],
    ]);
    const next = await stack.up();
    expect(next.steps).toEqual(["delete-replaced a"]);
    expect(stack.cloud.done()).toEqual(["delete a"]);
    expect(stack.cloud.names()).toEqual(["a", "b"]);
  });

  it("deletes first where a name is unique, with the dependents that cannot live on, and resumes after a failure", async () => {
    stack = new TestStack();
    stack.program(chain("1"));
    await stack.up();
    stack.cloud.done();

    stack.program(chain("2"));
    const preview = await stack.preview();
    expect(preview.changes).toEqual({ same: 2, replace: 3, update: 1 });
    stack.cloud.once("create", "base", "before", () => {
      throw new Error("no capacity");
    });
    const failed = await stack.upFails();
    expect(stack.cloud.done()).toEqual(["delete far", "delete tied", "delete base"]);
    expect(failed.errors).toEqual(['create-replacement cloud:index:Named "base": no capacity']);
    const waiting = (await stack.state()).resources.filter((item) => item.pendingReplacement);
    expect(waiting.map((item) => item.urn.split("::").pop())).toEqual(["base", "tied", "far"]);

    const resumed = await stack.up();
    expect(stack.cloud.done().sort()).toEqual(["create base", "create far", "create tied", "update reader"]);
    expect(resumed.changes).toEqual({ same: 2, replace: 3, update: 1 });
    expect((await stack.state()).resources.some((item) => item.pendingReplacement)).toBe(false);

    // Interrupted again, and now the program does not want them any more.
    stack.program(chain("3"));
    stack.cloud.once("create", "base", "before", () => {
      throw new Error("no capacity");
    });
    await stack.upFails();
    stack.program(`new Thing("bystander");`);
    const dropped = await stack.up();
    expect(dropped.steps.filter((step) => step.startsWith("remove")).sort()).toEqual([
      "remove-pending-replace base",
      "remove-pending-replace far",
      "remove-pending-replace tied",
    ]);
    expect(stack.cloud.names()).toEqual(["bystander"]);
  });

  it("waits for a deletion of another chain before it makes what was deleted there", async () => {
    stack = new TestStack();
    stack.program(chain("1"));
    await stack.up();
    stack.cloud.done();
    // `tied` no longer depends on `base`, so both are registered at once; its old object has to go before base's.
    stack.cloud.latency = 100;
    stack.program(`new Named("base", { zone: "2" }); new Thing("filler"); new Named("tied", { link: undefined });`);
    await stack.up();
    const done = stack.cloud.done();
    expect(done.indexOf("delete tied")).toBeLessThan(done.indexOf("delete base"));
    expect(done.indexOf("delete tied")).toBeLessThan(done.indexOf("create tied"));
    expect(stack.cloud.names()).toEqual(["base", "filler", "tied"]);
  });

  it("happens for the program's reasons: deleteBeforeReplace, replaceOnChanges, replaceWith, deletedWith, replacementTrigger", async () => {
    stack = new TestStack();
    const program = (one: string, two: string) => `
      const one = new Thing("one", { size: "${one}" }, { replaceOnChanges: ["size"], deleteBeforeReplace: true });
      const two = new Thing("two", { nested: { list: [{ key: "${two}" }] } }, { replaceOnChanges: ["nested"] });
      new Vague("three", { deep: [{ a: "${two}", b: "${one}" }] }, { replaceOnChanges: ["deep[*].a"] });
      new Thing("follower", {}, { replaceWith: [two] });
      new Thing("inside", { inside: one.id }, { deletedWith: one });
      new Thing("triggered", {}, { replacementTrigger: "${one}" });`;
    stack.program(program("1", "1"));
    await stack.up();
    stack.cloud.done();

    stack.program(program("2", "1"));
    const first = await stack.up();
    expect(first.changes).toEqual({ same: 3, update: 1, replace: 3 });
    // What is inside goes with what it is in: no call of its own.
    expect(stack.cloud.done().filter((step) => / (one|inside)$/.test(step))).toEqual([
      "delete one",
      "create one",
      "create inside",
    ]);
    stack.program(program("2", "2"));
    const second = await stack.up();
    expect(second.changes).toEqual({ same: 4, replace: 3 });
    expect(second.steps.filter((step) => step.startsWith("replace")).sort()).toEqual([
      "replace follower",
      "replace three",
      "replace two",
    ]);
    expect((await stack.up()).changes).toEqual({ same: 7 });
    await stack.destroy();
    expect(
      stack.cloud
        .done()
        .filter((step) => step.endsWith("inside"))
        .at(-1),
    ).not.toBe("delete inside");
  });
});
