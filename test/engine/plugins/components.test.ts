import { afterEach, expect, it } from "vitest";
import { UNKNOWN } from "../../../engine/index.js";
import { PLUGIN_FOLDER, PluginStack } from "./plugin-stack.js";

let stack: PluginStack;
afterEach(() => stack.remove());

const PAIR = `
  class Pair extends pulumi.ComponentResource {
    constructor(name, args, opts) {
      super("pair:index:Pair", name, { address: undefined, password: undefined, size: undefined, ...args }, opts, true);
    }
    describe(prefix) {
      return pulumi.output(pulumi.runtime.call("pair:index:Pair/describe", { __self__: this, prefix }, this));
    }
  }`;

it("a remote component is made by its plugin, which registers what is in it; its methods are called there", async () => {
  stack = new PluginStack();
  stack.program(`${PAIR}
    const size = new Thing("size", { size: 3 });
    const far = new Provider("far", { region: "moon" });
    const pair = new Pair("two", { size: size.size, password: pulumi.secret("hunter2"), zone: "z" },
      { providers: [far], dependsOn: [size], protect: true });
    return { address: pair.address, password: pair.password, text: pair.describe("it is").text };`);
  const preview = await stack.preview();
  expect(preview.errors).toEqual([]);
  expect(preview.outputs).toMatchObject({ address: UNKNOWN });
  expect(preview.changes).toEqual({ create: 6 });
  const up = await stack.up();
  const two = "urn:pulumi:dev::test::pair:index:Pair::two";
  expect(up.outputs).toMatchObject({ address: "addr-obj-3", password: { value: "hunter2" }, text: `it is ${two}` });
  expect(stack.stateFile()).not.toContain("hunter2");
  const size = "urn:pulumi:dev::test::cloud:index:Thing::size";
  expect(await stack.resource("two")).toMatchObject({
    custom: false,
    protect: true,
    dependencies: [size],
    propertyDependencies: { size: [size], zone: [], password: [] },
    outputs: { address: "addr-obj-3", size: 3 },
  });
  const first = await stack.resource("two-first");
  expect(first).toMatchObject({ parent: two, protect: true, dependencies: [size], inputs: { size: 3 } });
  expect(first.provider).toContain("::pulumi:providers:cloud::far::");
  expect((await stack.preview()).changes).toEqual({ same: 6 });
});

it("a remote component's errors name what is wrong, and nothing is deleted over them", async () => {
  stack = new PluginStack();
  stack.program(`new Thing("kept");`);
  await stack.up();
  stack.program(`${PAIR} new Pair("two", { size: "wrong" });`);
  const failed = await stack.upFails();
  expect(failed.errors[0]).toContain('pair:index:Pair "two"');
  expect(failed.errors[0]).toContain("the pair cannot be made\n  size: must be a number");
  // A child that fails inside the plugin is told once, as the step that it is.
  stack.fault({ op: "create", name: "two-first", phase: "before", act: "error" });
  stack.program(`${PAIR} new Pair("two", { size: 1 });`);
  const inside = await stack.upFails();
  expect(inside.errors[0]).toContain("create two-first: the cloud says no");
  expect(stack.cloud.names()).toEqual(["kept"]);
  stack.program(`${PAIR} const pair = new Pair("two", { size: 1 }); return { text: pair.describe("").text };`);
  expect((await stack.upFails()).errors.join()).toContain("must not be empty");
});

it("a folder with a PulumiPlugin.yaml is a plugin, with the SDK's host for components", async () => {
  stack = new PluginStack();
  stack.env.PATH = process.env.PATH as string;
  stack.file(
    "Pulumi.yaml",
    `name: test
stackConfigDir: stacks
runtime: {name: nodejs, options: {typescript: false}}
plugins:
  providers:
    - {name: cloud, path: ${PLUGIN_FOLDER}}
    - {name: boxes, path: boxes}
`,
  );
  stack.file("boxes/PulumiPlugin.yaml", "runtime: nodejs\n");
  stack.file("boxes/package.json", '{"name":"boxes","version":"1.0.0","main":"index.ts"}');
  stack.file(
    "boxes/index.ts",
    `import * as pulumi from "@pulumi/pulumi";
export interface BoxArgs { size: pulumi.Input<number>; }
export class Box extends pulumi.ComponentResource {
  public readonly twice: pulumi.Output<number>;
  constructor(name: string, args: BoxArgs, opts?: pulumi.ComponentResourceOptions) {
    super("boxes:index:Box", name, args, opts);
    this.twice = pulumi.output(args.size).apply((size) => size * 2);
    this.registerOutputs({ twice: this.twice });
  }
}
`,
  );
  stack.program(`
    class Box extends pulumi.ComponentResource {
      constructor(name, args, opts) { super("boxes:index:Box", name, { twice: undefined, ...args }, opts, true); }
    }
    return { twice: new Box("box", { size: 4 }).twice };`);
  expect((await stack.up()).outputs).toEqual({ twice: 8 });
});
