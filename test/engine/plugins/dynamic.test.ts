import { afterEach, expect, it } from "vitest";
import { UNKNOWN } from "../../../engine/index.js";
import { PluginStack } from "./plugin-stack.js";

let stack: PluginStack;
afterEach(() => stack.remove());

const program = (size: number) => `
  const fs = require("node:fs");
  const log = (line) => fs.appendFileSync("log.txt", line + "\\n");
  const provider = {
    async configure(request) { this.greeting = request.config.get("greeting"); },
    async check(olds, news) {
      return { inputs: news, failures: news.size > 100 ? [{ property: "size", reason: "is too large" }] : [] };
    },
    async diff(id, olds, news) {
      return { changes: olds.size !== news.size || olds.kind !== news.kind, replaces: olds.kind !== news.kind ? ["kind"] : [] };
    },
    async create(inputs) {
      log("create " + inputs.size + " " + this.greeting);
      if (inputs.size === 13) throw Object.assign(new Error("half made"), { id: "half", properties: inputs, reasons: ["unlucky"] });
      return { id: "id-" + inputs.size, outs: { ...inputs, doubled: inputs.size * 2 } };
    },
    async update(id, olds, news) { log("update " + olds.size + " " + news.size); return { outs: { ...news, doubled: news.size * 2 } }; },
    async delete(id, props) { log("delete " + id); },
    async read(id, props) { return { id, props: { ...props, read: true } }; },
  };
  class Double extends pulumi.dynamic.Resource {
    constructor(name, props, opts) { super(provider, name, { doubled: undefined, ...props }, opts); }
  }
  const one = new Double("one", { size: ${size}, word: pulumi.secret("hunter2") });
  return { doubled: one.doubled };`;

it("dynamic providers of the Node SDK run in the SDK's own plugin", async () => {
  stack = new PluginStack("config:\n  test:greeting: hello\n");
  stack.program(program(1));
  const preview = await stack.preview();
  expect(preview.errors).toEqual([]);
  expect(preview.changes).toEqual({ create: 2 });
  expect(preview.outputs).toEqual({ doubled: UNKNOWN });
  const check = stack.check.bind(stack);
  // What they make is not in the fake cloud.
  stack.check = async () => {};
  expect((await stack.up()).outputs).toEqual({ doubled: 2 });
  expect(stack.stateFile()).not.toContain("hunter2");
  const one = await stack.resource("one");
  expect(one).toMatchObject({ id: "id-1", type: "pulumi-nodejs:dynamic:Resource", outputs: { doubled: 2 } });
  const provider = (await stack.state()).resources.find(({ type }) => type === "pulumi:providers:pulumi-nodejs");
  expect(provider?.inputs).toMatchObject({ "test:greeting": "hello" });

  stack.program(program(2));
  expect((await stack.up()).steps).toEqual(["update one"]);
  expect((await stack.preview()).changes).toEqual({ same: 2 });
  stack.program(program(101));
  expect((await stack.upFails()).errors[0]).toContain("size: is too large");
  expect((await stack.run("refresh", false)).errors).toEqual([]);
  expect((await stack.resource("one")).outputs.read).toBe(true);
  expect((await stack.destroy()).errors).toEqual([]);
  expect(stack.lines("log.txt")).toEqual(["create 1 hello", "update 1 2", "delete id-1"]);

  stack.program(program(13));
  expect((await stack.upFails()).errors[0]).toContain("unlucky");
  expect(await stack.resource("one")).toMatchObject({ id: "half", initErrors: ["unlucky"] });
  stack.check = check;
});

it("a function that cannot be serialized is told with its place", async () => {
  stack = new PluginStack();
  stack.program(`
  const items = [1][Symbol.iterator]();
  new pulumi.dynamic.Resource({ create: async () => ({ id: String(items.next().value) }) }, "one", {});`);
  const told = (await stack.upFails()).shown.join("\n");
  expect(told).toMatch(/index\.js\(\d+,\d+\): which captured\s+variable 'items' which indirectly referenced/);
  expect(told).toContain("function is not a bound function");
});
