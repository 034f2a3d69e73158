import { afterEach, describe, expect, it } from "vitest";
import { TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

const urn = (name: string, type = "cloud:index:Thing") => `urn:pulumi:dev::test::${type}::${name}`;

describe("targets", () => {
  it("touches targets only, keeps the rest as it is, and makes nothing that was not asked for", async () => {
    stack = new TestStack();
    stack.program(`
      const a = new Thing("a", { size: 1 });
      const b = new Thing("b", { from: a.address });
      const old = new Thing("old");
      new Thing("user", { from: old.address });
      exports.address = b.address;`);
    await stack.up();
    const before = await stack.resource("b");
    stack.program(`
      const a = new Thing("a", { size: 2 });
      const b = new Thing("b", { size: 2, from: a.address });
      new Thing("user", { size: 5 });
      const c = new Thing("c", { from: b.address });
      exports.made = c.address;`);
    const only = await stack.up({ targets: [urn("a")] });
    expect(only.steps).toEqual(["update a"]);
    expect(await stack.resource("b")).toEqual(before);
    // What left the program and what depended on it stay, in an order that holds.
    expect((await stack.resource("user")).dependencies).toEqual([urn("old")]);

    const asked = await stack.up({ targets: ["**::a", "urn:pulumi:dev::test::*:*:Thing::b"] });
    expect(asked.steps).toEqual(["update b"]);
    const dependent = await stack.preview({ targets: [urn("c")], targetDependents: true });
    expect([dependent.steps, dependent.outcome]).toEqual([["create c"], "succeeded"]);
    const unknown = await stack.run("update", false, { targets: [urn("b"), urn("bb")] });
    expect(unknown.outcome).toBe("failed");
    expect(unknown.errors).toEqual([expect.stringContaining(`${urn("bb")} (did you mean ${urn("b")}`)]);
    await stack.check();
    // Targeted deletion: what depends on it would go too.
    const dependents = await stack.run("update", true, { targets: [urn("old")] });
    expect(dependents.steps).toEqual([]);
    const rest = await stack.up();
    expect(rest.steps).toEqual(expect.arrayContaining(["update user", "create c", "delete old"]));
  });

  it("refuses targets that depend on what would not be made, all of them in a preview", async () => {
    stack = new TestStack();
    stack.program(`new Thing("first");`);
    await stack.up();
    stack.program(`
      new Thing("first", { size: 2 });
      const a = new Thing("a");
      new Thing("b", { from: a.address });
      new Thing("c", {}, { dependsOn: [a] });
      new Thing("lone", { from: a.address });`);
    const options = { targets: [urn("b"), urn("c")] };
    const preview = await stack.preview(options);
    expect(preview.errors.sort()).toEqual([
      expect.stringContaining(`${urn("b")} depends on what does not exist yet`),
      expect.stringContaining(`${urn("c")} depends on what does not exist yet`),
    ]);
    const up = await stack.upFails(options);
    expect(up.errors).toHaveLength(1);
    expect(stack.cloud.names()).toEqual(["first"]);
    const excluded = await stack.up({ excludes: [urn("a")], excludeDependents: true });
    expect(excluded.steps).toEqual(["update first"]);
    const all = await stack.up({ targets: [urn("a")], targetDependents: true });
    expect(all.steps.sort()).toEqual(["create a", "create b", "create c", "create lone"]);
  });

  it("destroys targets with what depends on them, and spares what is excluded or protected", async () => {
    stack = new TestStack();
    const program = (protect: boolean) => `
      const net = new Thing("net", {}, { protect: ${protect} });
      const box = new Group("box");
      const a = new Thing("a", {}, { parent: box });
      const b = new Thing("b", { from: a.address, n: net.address });
      new Thing("lone");`;
    stack.program(program(false));
    await stack.up();
    const refused = await stack.run("destroy", false, { targets: ["**Group**::a"] });
    expect(refused.errors).toEqual([expect.stringMatching(/no targets would be deleted[\s\S]*Thing::b/)]);
    expect(stack.cloud.names()).toEqual(["a", "b", "lone", "net"]);
    const wrong = stack.run("destroy", false, { targets: [urn("lome")] });
    await expect(wrong).rejects.toMatchObject({ message: expect.stringContaining(`did you mean ${urn("lone")}`) });
    const gone = await stack.destroy({ targets: ["**::box"], targetDependents: true });
    expect(gone.steps).toEqual(["delete b", "delete a", "delete box"]);
    stack.program(program(true));
    await stack.up();
    const several = await stack.run("destroy", false);
    expect(several.errors).toEqual([expect.stringContaining("protected resources would be deleted")]);
    const spared = await stack.destroy({ excludeProtected: true });
    expect(spared.steps.sort()).toEqual(["delete a", "delete b", "delete box", "delete lone"]);
    expect(stack.cloud.names()).toEqual(["net"]);
    stack.program(`new Thing("net", {}, { protect: false });`);
    const replaced = await stack.up({ replaces: [urn("net")] });
    expect(replaced.steps).toEqual(["create-replacement net", "replace net", "delete-replaced net"]);
  });
});
