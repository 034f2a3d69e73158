import { afterEach, describe, expect, it } from "vitest";
import { TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

describe("order", () => {
  it("deletes dependents before what they depend on, children before parents, providers last", async () => {
    stack = new TestStack();
    stack.program(`
      const far = new Provider("far", { region: "moon" });
      const base = new Thing("base", {}, { provider: far });
      const group = new Group("group", (self) => {
        const inner = new Group("inner", (deep) => { new Thing("deep", {}, { parent: deep }); }, { parent: self });
        new Thing("child", { link: base.id }, { parent: self, provider: far });
      });
      const parent = new Thing("parent");
      new Thing("below", {}, { parent });
      new Thing("after", {}, { dependsOn: [group] });`);
    await stack.up();
    stack.cloud.done();
    stack.cloud.latency = 30;
    const destroyed = await stack.destroy();
    expect(destroyed.outcome).toBe("succeeded");
    const order = destroyed.steps.map((step) => step.replace("delete ", ""));
    const precedes = (first: string, second: string) =>
      expect(order.indexOf(first), `${first} before ${second} in ${order}`).toBeLessThan(order.indexOf(second));
    precedes("after", "child");
    precedes("after", "deep");
    precedes("child", "base");
    precedes("child", "group");
    precedes("deep", "inner");
    precedes("inner", "group");
    precedes("below", "parent");
    precedes("base", "far");
    expect(order.at(-1)).toBe("far");
    expect(stack.cloud.done()).toHaveLength(6);
  });

  it("brings 300 resources up with far fewer writes than steps", async () => {
    stack = new TestStack();
    stack.program(`
      const first = new Thing("first");
      for (let i = 0; i < 299; i++) new Thing("t" + i, { size: i, from: first.address });`);
    stack.cloud.latency = 2;
    await stack.up({ parallel: 32 });
    expect(stack.cloud.objects.size).toBe(300);
    expect(stack.writes).toBeLessThan(200);

    stack.writes = 0;
    expect((await stack.up()).changes).toEqual({ same: 301 });
    expect(stack.writes).toBe(1);
  }, 180_000);
});
