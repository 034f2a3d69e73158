import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { InProcessHost, type RunOptions } from "../../../engine/index.js";
import { type Ran, TestStack } from "../support/stack.js";

const stacks: TestStack[] = [];
afterEach(() => {
  for (const stack of stacks.splice(0)) stack.remove();
});

function newStack(body: string, names: string[]): TestStack {
  const stack = new TestStack();
  stacks.push(stack);
  for (const name of names) {
    writeFileSync(join(stack.project.folder, "stacks", `Pulumi.${name}.yaml`), `config:\n  test:who: ${name}\n`);
  }
  stack.program(body);
  return stack;
}

const outputs = (ran: Ran) => ran.events.flatMap((event) => (event.kind === "output" ? [event.line] : []));
const previews = (stack: TestStack, names: string[], options: Partial<RunOptions>) =>
  Promise.all(names.map((name) => stack.preview({ stack: name, ...options })));

test("runs programs side by side, each with its own stack, config, output and end", async () => {
  const names = ["anna", "berta", "carla", "dora", "emma", "fritz", "greta"];
  const stack = newStack(
    `const who = config.require("who");
     // The test runner has a console of its own, which bypasses the stream.
     const say = (...words) => process.stdout.write(words.join(" ") + "\\n");
     say("begin", who, process.pid);
     const thing = new Thing("thing-" + who, { owner: who });
     await new Promise((resolve) => setTimeout(resolve, 20));
     if (who === "berta") throw new Error("berta will not");
     if (who === "carla") process.exit(3);
     if (who === "dora") { setTimeout(() => { throw new Error("dora's timer"); }, 1); await new Promise((resolve) => setTimeout(resolve, 30)); }
     if (who === "emma") { Promise.reject(new Error("emma forgot")); await new Promise((resolve) => setTimeout(resolve, 5)); }
     if (who === "fritz") new Thing("bad", { bad: "is bad" });
     pulumi.log.warn("warned " + who, thing);
     say("end", who, pulumi.getStack());
     return { who, stack: pulumi.getStack(), thing: thing.owner, said: pulumi.secret(who) };`,
    names,
  );
  const host = new InProcessHost();
  const [anna, berta, carla, dora, emma, fritz, greta] = (await previews(stack, names, { host })) as Ran[];

  expect(outputs(anna!)).toEqual([`begin anna ${process.pid}`, "end anna anna"]);
  expect(anna).toMatchObject({ outcome: "succeeded", errors: [], warnings: ["warned anna"], changes: { create: 2 } });
  expect(anna!.outputs).toMatchObject({ who: "anna", stack: "anna", thing: "anna" });
  expect(anna!.steps).toEqual(["create thing-anna"]);

  expect(berta!.outcome).toBe("failed");
  expect(berta!.errors).toEqual([expect.stringContaining("berta will not")]);
  expect(carla!.errors).toEqual([expect.stringContaining("exited with code 3")]);
  expect(dora!.errors).toEqual([expect.stringContaining("dora's timer")]);
  expect(emma!.errors).toEqual([expect.stringContaining("emma forgot")]);
  expect(fritz!.errors).toEqual([expect.stringContaining(`"bad" is not valid`)]);
  expect(greta).toMatchObject({ outcome: "succeeded", errors: [], warnings: ["warned greta"] });
  expect(greta!.outputs).toMatchObject({ who: "greta", stack: "greta" });
});

test("plans and does what a process of its own does, with and without a wire, also after an edit", async () => {
  const body = (size: number) =>
    `const group = new Group("group", (parent) => {
       const a = new Thing("a", { size: ${size}, secret: pulumi.secret("hush") }, { parent });
       return { a: new Thing("b", { from: a.address, list: [a.generation, "x"] }, { parent, dependsOn: [a] }).address };
     });
     return { address: group.made.a, who: config.require("who"), pid: process.pid };`;
  const stack = newStack(body(1), ["dev"]);
  for (const [size, wire] of [
    [1, "direct"],
    [2, "grpc"],
    [3, "direct"],
  ] as const) {
    stack.program(body(size));
    const host = new InProcessHost({ wire });
    const apart = await stack.preview();
    const inside = await stack.preview({ host });
    expect(inside.steps).toEqual(apart.steps);
    expect(inside.changes).toEqual(apart.changes);
    expect(inside.outputs).toEqual({ ...apart.outputs, pid: process.pid });
    expect(apart.outputs.pid).not.toBe(process.pid);
    expect((await stack.up({ host })).steps).toEqual(inside.steps);
    expect((await stack.resource("a")).outputs.size).toBe(size);
  }
});

test("leaves programs that cannot be shared between stacks to a process of their own", async () => {
  const stack = newStack("", ["anna", "berta"]);
  const host = new InProcessHost();
  const sources = {
    "top-level code":
      'const { Thing, config } = require("./library");\nnew Thing("t");\nexports.who = config.require("who");\nexports.pid = process.pid;\n',
    "config that is read while it loads":
      'const { Thing, config } = require("./library");\nconst who = config.require("who");\nmodule.exports = async () => ({ who, pid: process.pid });\n',
    "the stack's name, asked while it loads":
      'const { pulumi } = require("./library");\nconst who = pulumi.getStack();\nmodule.exports = async () => ({ who, pid: process.pid });\n',
  };
  for (const [what, source] of Object.entries(sources)) {
    stack.project.source(source);
    const ran = await previews(stack, ["anna", "berta"], { host });
    expect(
      ran.map(({ outcome, outputs }) => [outcome, outputs.who, outputs.pid === process.pid]),
      what,
    ).toEqual([
      ["succeeded", "anna", false],
      ["succeeded", "berta", false],
    ]);
  }
});

test("loads late what the SDK rarely needs, and nothing is missing", async () => {
  const stack = newStack(
    `const seven = 7;
     const { text } = await pulumi.runtime.serializeFunction((x) => x + seven);
     const paths = await pulumi.runtime.computeCodePaths();
     return {
       serialized: text.includes("seven") && text.includes("7"),
       paths: paths instanceof Map,
       workspace: typeof pulumi.automation.LocalWorkspace.create,
       names: Object.keys(pulumi.automation).includes("LocalWorkspace") && "Stack" in pulumi.automation,
       same: pulumi.automation.LocalWorkspace === require("@pulumi/pulumi/automation").LocalWorkspace,
       inside: process.ppid,
     };`,
    ["dev"],
  );
  const expected = { serialized: true, paths: true, workspace: "function", names: true, same: true };
  const [apart] = await previews(stack, ["dev"], {});
  expect(apart!.errors).toEqual([]);
  expect(apart!.outputs).toMatchObject(expected);
  expect(apart!.outputs.inside).toBe(process.pid);
  const [inside] = await previews(stack, ["dev"], { host: new InProcessHost() });
  expect(inside!.errors).toEqual([]);
  expect(inside!.outputs).toMatchObject(expected);
  expect(inside!.outputs.inside).toBe(process.ppid);
});
