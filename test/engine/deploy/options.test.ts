import { afterEach, describe, expect, it } from "vitest";
import { TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

describe("protect", () => {
  it("stops deletion, replacement and destroy, all protected resources told together, and nothing is done", async () => {
    stack = new TestStack();
    const program = (zone: string) => `
      const group = new Group("group", (self) => {
        new Thing("child", { zone: "${zone}" }, { parent: self });
      }, { protect: true });
      new Named("base", { zone: "${zone}" });
      new Thing("alone", { zone: "${zone}" }, { protect: true });
      new Thing("free", {});`;
    stack.program(program("1"));
    await stack.up();
    expect((await stack.resource("child")).protect).toBe(true);
    stack.cloud.done();

    stack.program(`new Thing("free", {});`);
    const removed = await stack.upFails();
    expect(removed.errors).toHaveLength(1);
    expect(removed.errors[0]).toMatch(/^protected resources would be deleted:\n.*\n {2}fix: take/s);
    expect(removed.errors[0]?.match(/::\w+$/gm)?.sort()).toEqual(["::alone", "::child", "::group"]);
    expect(stack.cloud.done()).toEqual([]);

    stack.program(program("2"));
    const preview = await stack.preview();
    expect(preview.outcome).toBe("failed");
    expect(preview.errors.map((error) => error.match(/::(\w+)$/m)?.[1]).sort()).toEqual(["alone", "child"]);
    const replaced = await stack.upFails();
    expect(replaced.errors[0]).toContain("would be replaced");

    const destroyed = await stack.destroy();
    expect(destroyed.outcome).toBe("failed");
    expect(destroyed.errors[0]).toContain("::alone");
    expect(stack.cloud.names()).toContain("free");

    // Taken off in the program first, then all goes.
    stack.program(`const group = new Group("group", (self) => { new Thing("child", { zone: "1" }, { parent: self }); });
      new Named("base", { zone: "1" }); new Thing("alone", { zone: "1" }); new Thing("free", {});`);
    await stack.up();
    expect((await stack.destroy()).outcome).toBe("succeeded");
    expect(stack.cloud.names()).toEqual([]);
  });
});

describe("ignoreChanges and retainOnDelete", () => {
  it("leaves retained objects in place, also for children, and says which", async () => {
    stack = new TestStack();
    stack.program(`
      new Group("group", (self) => { new Thing("child", {}, { parent: self }); }, { retainOnDelete: true });
      new Thing("kept", {}, { retainOnDelete: true });
      new Thing("free");`);
    await stack.up();
    const id = stack.cloud.byName("kept").id;
    stack.program(`new Thing("free");`);
    stack.retained = ["child", "kept"];
    const ran = await stack.up();
    expect(ran.retained.map((item) => item.id).sort()).toEqual([stack.cloud.byName("child").id, id].sort());
    expect(ran.events).toContainEqual(
      expect.objectContaining({
        kind: "step-done",
        step: expect.objectContaining({ name: "kept", op: "delete", retained: true }),
      }),
    );
    expect(stack.cloud.names()).toEqual(["child", "free", "kept"]);
  });

  it("deletes what a targeted update no longer retains, and nothing else is touched by that", async () => {
    stack = new TestStack();
    const program = (retain: boolean, size: number) => `
      new Group("agent", (agent) => {
        new Group("volume", (parent) => {
          const data = new Thing("data", { size: 1 }, { parent, retainOnDelete: ${retain} });
          new Thing("soul", { size: 1 }, { parent, retainOnDelete: ${retain} });
          new Thing("container", { link: data.id, size: ${size} }, { parent: agent });
        }, { parent: agent });
      });`;
    stack.program(program(true, 1));
    await stack.up();
    const [data, container] = [await stack.resource("data"), await stack.resource("container")];
    stack.program(program(false, 2));
    const marked = await stack.up({ targets: [data.urn] });
    expect(marked.steps).toEqual([]);
    expect(await stack.resource("data")).toEqual({ ...data, retainOnDelete: undefined });
    expect(await stack.resource("container")).toEqual(container);
    stack.program("");
    stack.retained = ["soul"];
    const removed = await stack.up();
    expect(removed.retained.map((item) => item.id)).toEqual([stack.cloud.byName("soul").id]);
    expect(stack.cloud.names()).toEqual(["soul"]);
  });
});

describe("names, sizes and times", () => {
  it("takes odd names, large inputs and custom timeouts", async () => {
    stack = new TestStack();
    stack.program(`
      for (const name of ["with space", "a::b", "x$y", "ünï-çødé-🚀", "__proto__", "slash/../dots"]) new Thing(name, { size: 1 });
      new Group("gr::oup", (self) => { new Thing("in::ner", {}, { parent: self }); });
      new Thing("large", { text: "x".repeat(5 * 1024 * 1024), list: Array.from({ length: 1000 }, (_, i) => ({ i })) },
        { customTimeouts: { create: "1h2m3.5s", update: "90s", delete: "500ms" } });`);
    const up = await stack.up();
    expect(up.steps).toHaveLength(9);
    expect(String(stack.cloud.byName("large").properties.text)).toHaveLength(5 * 1024 * 1024);
    const large = await stack.resource("large");
    expect(large.customTimeouts).toEqual({ create: 3723.5, update: 90, delete: 0.5 });
    expect(stack.cloud.journal.find((entry) => entry.name === "large")).toMatchObject({
      op: "create",
      timeout: 3723.5,
    });
    expect((await stack.resource("in::ner")).urn).toBe(
      "urn:pulumi:dev::test::test:index:Group$cloud:index:Thing::in::ner",
    );
    expect((await stack.up()).changes).toEqual({ same: 10 });
    await stack.destroy();
    expect(stack.cloud.names()).toEqual([]);
    expect(stack.cloud.journal.filter((entry) => entry.op === "delete" && entry.name === "large")[0]?.timeout).toBe(
      0.5,
    );
  });
});

describe("aliases and components", () => {
  it("finds renamed and moved resources again, and what is in a renamed component", async () => {
    stack = new TestStack();
    stack.program(`
      const a = new Thing("a", { size: 1 });
      const user = new Thing("user", { from: a.address });
      const group = new Group("group", (self) => ({ address: new Thing("group-child", {}, { parent: self }).address }));
      return { child: group.made.address };`);
    const { outputs } = await stack.up();
    const component = await stack.resource("group");
    expect(component.outputs).toEqual({ address: outputs.child });
    stack.cloud.done();

    stack.program(`
      const home = new Group("home");
      const a = new Thing("renamed", { size: 1, labels: { entry: "a", stack: "dev" } }, { parent: home, aliases: [{ name: "a", parent: pulumi.rootStackResource }] });
      const user = new Thing("user", { from: a.address });
      const group = new Group("team", (self) => ({
        address: new Thing("team-child", { labels: { entry: "group-child", stack: "dev" } }, { parent: self }).address,
      }), { aliases: [{ name: "group" }] });
      return { child: group.made.address };`);
    // Cut off half way, every reference in the state must still be sound.
    stack.onWrite = async () => {
      if (stack.writes > 0) await stack.check();
    };
    const moved = await stack.up();
    expect(moved.steps).toEqual(["create home"]);
    expect(stack.cloud.done()).toEqual([]);
    expect(moved.outputs).toEqual(outputs);
    expect((await stack.up()).changes).toEqual({ same: 6 });

    stack.program(`
      const home = new Group("home");
      new Thing("one", {}, { aliases: [{ name: "renamed", parent: home }] });
      new Thing("two", {}, { aliases: [{ name: "renamed", parent: home }] });`);
    expect((await stack.upFails()).errors[0]).toMatch(/alias .*renamed is already used by .*::(one|two)/);
  });
});
