import { afterEach, describe, expect, it } from "vitest";
import { UNKNOWN } from "../../../engine/index.js";
import { cloudProvider } from "../support/cloud-provider.js";
import { TestProject } from "../support/project.js";
import { TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

describe("providers", () => {
  it("are taken from options, parents and config; a new configuration replaces only what it must", async () => {
    stack = new TestStack(new TestProject("config:\n  cloud:region: home\n  cloud:deep: {a: 1}\n"));
    const configured: unknown[] = [];
    stack.providers = { cloud: cloudProvider(stack.cloud, { onConfigure: (args) => configured.push(args) }) };
    const program = (region: string, endpoint: string) => `
      const far = new Provider("far", { region: "${region}", endpoint: "${endpoint}" });
      new Thing("away", {}, { provider: far });
      new Group("group", (self) => { new Thing("inherits", {}, { parent: self }); }, { providers: { cloud: far } });
      new Thing("here");`;
    stack.program(program("moon", "one"));
    const up = await stack.up();
    expect(configured).toContainEqual({ region: "home", deep: '{"a":1}' });
    expect(configured).toContainEqual({ region: "moon", endpoint: "one" });
    expect(up.changes).toEqual({ create: 6 });
    const far = (await stack.resource("far")).id;
    expect((await stack.resource("inherits")).provider).toMatch(`pulumi:providers:cloud::far::${far}`);
    expect((await stack.resource("here")).provider).toContain("::default::");
    stack.cloud.done();

    stack.program(program("moon", "two"));
    expect((await stack.up()).steps).toEqual(["update far"]);
    expect((await stack.resource("far")).id).toBe(far);
    expect(stack.cloud.done()).toEqual([]);

    stack.program(program("mars", "two"));
    expect((await stack.preview()).changes).toEqual({ same: 3, replace: 3 });
    const moved = await stack.up();
    expect(moved.changes).toEqual({ same: 3, replace: 3 });
    expect(moved.steps.at(-1)).toBe("delete-replaced far");
    expect(stack.cloud.done().sort()).toEqual(["create away", "create inherits", "delete away", "delete inherits"]);

    stack.program(`new Thing("here");`);
    const dropped = await stack.up();
    expect(dropped.steps.at(-1)).toBe("delete far");
    expect(stack.cloud.names()).toEqual(["here"]);
  });

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
  it("carry unknown values through, with and without the provider's help", async () => {
    stack = new TestStack();
    stack.program(`
      const a = new Thing("a", { size: 1 });
      const b = new Thing("b", { from: a.address, size: a.size, list: [a.id] });
      a.address.apply(() => { throw new Error("must not run in a preview"); });
      return { address: b.address, size: b.size, id: a.id };`);
    for (const supportsPreview of [true, false]) {
      stack.providers = { cloud: cloudProvider(stack.cloud, { supportsPreview }) };
      const preview = await stack.preview();
      expect(preview.errors).toEqual([]);
      expect(preview.changes).toEqual({ create: 3 });
      expect(preview.outputs).toEqual({ address: UNKNOWN, size: 1, id: UNKNOWN });
      const planned = preview.events.find((event) => event.kind === "step-done" && event.step.name === "b");
      expect(planned).toMatchObject({ step: { new: { inputs: { from: UNKNOWN, list: [UNKNOWN], size: 1 } } } });
    }
    expect(stack.cloud.journal).toEqual([]);
    expect(stack.writes).toBe(0);
  });

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
