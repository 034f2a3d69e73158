import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { TestProject } from "../support/project.js";
import { TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

describe("life cycle", () => {
  it("creates, leaves alone, updates, replaces and deletes", async () => {
    stack = new TestStack();
    stack.program(`
      const a = new Thing("a", { size: 1 });
      const b = new Thing("b", { from: a.address });
      return { address: b.address, size: a.size };`);
    const created = await stack.up();
    expect(created.steps).toEqual(["create a", "create b"]);
    expect(created.changes).toEqual({ create: 3 });
    expect(created.outputs).toMatchObject({ address: expect.stringContaining("addr-obj-") });
    expect(stack.cloud.byName("b").properties.from).toBe(`addr-${stack.cloud.byName("a").id}`);

    const state = await stack.resource("b");
    expect(state.dependencies).toEqual(["urn:pulumi:dev::test::cloud:index:Thing::a"]);
    expect(state.propertyDependencies.from).toEqual(state.dependencies);
    expect(state.provider).toMatch(/^urn:pulumi:dev::test::pulumi:providers:cloud::default::[0-9a-f-]{36}$/);
    expect(state.created).toBe(state.modified);
    stack.cloud.done();

    const text = stack.stateFile();
    const again = await stack.up();
    expect(again.changes).toEqual({ same: 3 });
    expect(stack.cloud.done()).toEqual([]);
    const timeless = (json: string) => json.replace(/"time":"[^"]*"/, "");
    expect(timeless(stack.stateFile())).toBe(timeless(text));

    stack.program(`
      const a = new Thing("a", { size: 2 });
      const b = new Thing("b", { from: a.address });
      return { address: b.address };`);
    const preview = await stack.preview();
    expect(preview.changes).toEqual({ same: 2, update: 1 });
    expect(stack.cloud.done()).toEqual([]);
    const updated = await stack.up();
    expect(updated.steps).toEqual(["update a"]);
    expect(updated.outputs).toEqual({ address: created.outputs.address });
    expect(stack.cloud.done()).toEqual(["update a"]);

    stack.program(`const a = new Thing("a", { size: 2, zone: "east" });`);
    const replaced = await stack.up();
    expect(replaced.changes).toEqual({ same: 1, replace: 1, delete: 1 });
    expect(stack.cloud.done()).toEqual(["create a", "delete b", "delete a"]);
    expect(stack.cloud.names()).toEqual(["a"]);

    const destroyed = await stack.destroy();
    expect(destroyed.changes).toEqual({ delete: 2 });
    expect((await stack.state()).resources).toEqual([]);
    expect(stack.cloud.names()).toEqual([]);
  });

  it("runs TypeScript ES modules, also ones that use workers and forks", async () => {
    stack = new TestStack(new TestProject("config:\n  word: hello\n"));
    const { folder } = stack.project;
    writeFileSync(join(folder, "package.json"), '{"name":"test","type":"module"}');
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      "name: test\nstackConfigDir: stacks\nmain: index.ts\nruntime:\n  name: nodejs\n  options: {typescript: false, nodeargs: --import tsx}\n",
    );
    writeFileSync(join(folder, "part.ts"), "export const size: number = 3;");
    writeFileSync(
      join(folder, "index.ts"),
      `import { fork } from "node:child_process";
      import { once } from "node:events";
      import { Worker } from "node:worker_threads";
      import * as pulumi from "@pulumi/pulumi";
      import { size } from "./part.js";
      export default async () => {
        const [said] = await once(new Worker("require('node:worker_threads').parentPort.postMessage(1)", { eval: true }), "message");
        const child = fork("./fork.cjs");
        const [heard] = await once(child, "message");
        const word: string = new pulumi.Config().require("word");
        const a = new pulumi.CustomResource("cloud:index:Thing", "a", { size, said, heard, word });
        return { id: a.id };
      };`,
    );
    writeFileSync(join(folder, "fork.cjs"), `process.send("forked"); process.disconnect();`);
    const up = await stack.up();
    expect(up.outputs).toEqual({ id: stack.cloud.byName("a").id });
    expect(stack.cloud.byName("a").properties).toEqual({ size: 3, said: 1, heard: "forked", word: "hello" });
  });
});
