import { afterEach, describe, expect, it } from "vitest";
import { UNKNOWN } from "../../../engine/index.js";
import { TestProject } from "../support/project.js";
import { TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

describe("providers", () => {
  it("that are not there, or switched off, are named in the error", async () => {
    stack = new TestStack(new TestProject('config:\n  pulumi:disable-default-providers: ["cloud"]\n'));
    stack.program(`new Thing("a");`);
    expect((await stack.upFails()).errors[0]).toContain('default providers are disabled for "cloud"');
    stack.program(`new (type("Thing", "nimbus"))("a");`);
    expect((await stack.upFails()).errors[0]).toMatch(
      /no provider for package "nimbus" of its own \(it has cloud\), and there is no plugin pulumi-resource-nimbus[\s\S]*fix: get it with `pulumi plugin install/,
    );
  });
});

describe("previews and functions", () => {
  it("call provider functions, wait for what they depend on, and tell their failures", async () => {
    stack = new TestStack();
    stack.program(`
      const a = new Thing("a");
      const found = pulumi.runtime.invokeOutput("cloud:index:lookup", { name: "a" }, { dependsOn: [a] });
      return { id: found.id, same: pulumi.all([found.id, a.id]).apply(([x, y]) => x === y) };`);
    const preview = await stack.preview();
    expect(preview.errors).toEqual([]);
    expect(preview.outputs.id).toBe(UNKNOWN);
    expect((await stack.up()).outputs.same).toBe(true);
    stack.program(`new Thing("a"); await pulumi.runtime.invoke("cloud:index:lookup", { name: "missing" });`);
    expect((await stack.upFails()).errors[0]).toContain("no object missing");
    stack.program(`new Thing("a"); await pulumi.runtime.invoke("cloud:index:nonsense", {});`);
    expect((await stack.upFails()).errors[0]).toContain("no function cloud:index:nonsense");
  });
});
