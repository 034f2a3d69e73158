import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { TestProject } from "../support/project.js";
import { TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

describe("life cycle", () => {
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
