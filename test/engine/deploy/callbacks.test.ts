import { afterEach, describe, expect, it } from "vitest";
import { TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

describe("transforms", () => {
  it("run from the resource outwards and may change properties and options", async () => {
    stack = new TestStack();
    stack.program(`
      const mark = (who) => (args) => ({
        props: { ...args.props, marks: [...(args.props.marks ?? []), who] },
        opts: args.opts,
      });
      pulumi.runtime.registerResourceTransform((args) => args.type.startsWith("cloud:") ? mark("stack")(args) : undefined);
      const base = new Thing("base");
      new Group("outer", (outer) => {
        new Group("inner", (inner) => {
          new Thing("leaf", { from: base.address, key: pulumi.secret("s3cret") }, {
            parent: inner,
            transforms: [mark("own"), (args) => ({
              props: { ...args.props, size: 1 },
              opts: pulumi.mergeOptions(args.opts, { protect: true, additionalSecretOutputs: ["token"], ignoreChanges: ["size"] }),
            })],
          });
        }, { parent: outer, transforms: [(args) => args.custom ? mark("inner")(args) : undefined] });
      }, { transforms: [(args) => args.custom ? mark("outer")(args) : undefined] });`);
    await stack.up();
    const leaf = await stack.resource("leaf");
    expect(leaf.inputs.marks).toEqual(["own", "inner", "outer", "stack"]);
    expect(leaf.protect).toBe(true);
    expect(leaf.additionalSecretOutputs).toEqual(["token"]);
    expect(leaf.ignoreChanges).toEqual(["size"]);
    expect(stack.stateFile()).not.toContain("s3cret");
    expect(leaf.dependencies.map((urn) => urn.split("::").at(-1))).toEqual(["base"]);
    expect((await stack.resource("base")).inputs.marks).toEqual(["stack"]);

    const again = await stack.up();
    expect(again.steps).toEqual([]);
  });

  it("that throw end the run with their message, and nothing is made", async () => {
    stack = new TestStack();
    stack.program(`new Thing("a", {}, { transforms: [() => { throw new Error("not like this"); }] });`);
    const failed = await stack.upFails();
    expect(failed.errors).toEqual([
      expect.stringMatching(/^cloud:index:Thing "a": transform failed: Error: not like this$/),
    ]);
    expect(stack.cloud.names()).toEqual([]);
  });

  it("of invokes change their arguments", async () => {
    stack = new TestStack();
    stack.program(`
      pulumi.runtime.registerInvokeTransform((args) => ({ args: { ...args.args, name: "a" }, opts: args.opts }));
      const a = new Thing("a");
      return { found: pulumi.output(a.id).apply(() => pulumi.runtime.invoke("cloud:index:lookup", { name: "b" })) };`);
    const up = await stack.up();
    expect(up.outputs.found).toMatchObject({ address: expect.stringMatching(/^addr-/) });
  });
});

describe("resource hooks", () => {
  const hooks = `
    const fs = require("node:fs");
    const log = (name, plan = {}) => new pulumi.ResourceHook(name, (args) => {
      const read = (map) => map && Object.fromEntries(Object.entries(map).map(([key, value]) => [key, pulumi.Output.isInstance(value) ? "output" : value]));
      fs.appendFileSync("hooks.log", JSON.stringify({ hook: name, id: args.id, name: args.name, type: args.type,
        newInputs: read(args.newInputs), oldInputs: read(args.oldInputs), newOutputs: read(args.newOutputs), oldOutputs: read(args.oldOutputs) }) + "\\n");
      if (plan.fail) throw new Error(plan.fail);
    }, plan);
    const all = { beforeCreate: [log("bc")], afterCreate: [log("ac")], beforeUpdate: [log("bu")], afterUpdate: [log("au")],
      beforeDelete: [log("bd")], afterDelete: [log("ad")] };
  `;

  it("run around each step, with what was and what will be, and not in previews", async () => {
    stack = new TestStack();
    stack.program(`${hooks} new Thing("a", { size: 1, key: pulumi.secret("k") }, { hooks: all });`);
    await stack.preview();
    expect(stack.hookLog()).toEqual([]);
    await stack.up();
    const created = stack.hookLog();
    expect(created.map((item) => item.hook)).toEqual(["bc", "ac"]);
    expect(created[0]).toMatchObject({
      id: "",
      name: "a",
      type: "cloud:index:Thing",
      newInputs: { size: 1, key: "output" },
    });
    expect(created[0]).not.toHaveProperty("newOutputs");
    expect(created[1]).toMatchObject({ id: expect.stringMatching(/./), newOutputs: { size: 1, key: "output" } });
    expect((await stack.resource("a")).resourceHooks).toEqual({
      AfterCreate: ["ac"],
      AfterDelete: ["ad"],
      AfterUpdate: ["au"],
      BeforeCreate: ["bc"],
      BeforeDelete: ["bd"],
      BeforeUpdate: ["bu"],
    });
    expect(JSON.parse(stack.stateFile())).toMatchObject({ version: 4, features: ["hooks"] });

    stack.program(`${hooks} new Thing("a", { size: 2 }, { hooks: all });`);
    await stack.up();
    const updated = stack.hookLog();
    expect(updated.map((item) => item.hook)).toEqual(["bu", "au"]);
    expect(updated[1]).toMatchObject({
      oldInputs: { size: 1 },
      newInputs: { size: 2 },
      oldOutputs: { size: 1 },
      newOutputs: { size: 2 },
    });

    stack.program(hooks);
    await stack.up();
    const deleted = stack.hookLog();
    expect(deleted.map((item) => item.hook)).toEqual(["bd", "ad"]);
    expect(deleted[0]).toMatchObject({ oldInputs: { size: 2 }, oldOutputs: { size: 2 } });
    expect(deleted[0]).not.toHaveProperty("newInputs");
  });

  it("stop a step before it, and fail the run after it without taking the step back", async () => {
    stack = new TestStack();
    stack.program(`${hooks} new Thing("a", {}, { hooks: { beforeCreate: [log("no", { fail: "not now" })] } });`);
    const stopped = await stack.upFails();
    expect(stopped.errors).toEqual([expect.stringContaining('before hook "no" failed: not now')]);
    expect(stack.cloud.names()).toEqual([]);

    stack.program(`${hooks} new Thing("a", {}, { hooks: { afterCreate: [log("no", { fail: "too late" })] } });`);
    const late = await stack.upFails();
    expect(late.errors).toEqual([expect.stringContaining('after hook "no" failed: too late')]);
    expect(stack.cloud.names()).toEqual(["a"]);
    expect((await stack.resource("a")).id).toBeDefined();
  });
});
