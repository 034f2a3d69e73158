import { afterEach, describe, expect, it } from "vitest";
import { duration } from "../../../engine/deploy/callbacks/hook-options.js";
import { Cancellation, InProcessHost } from "../../../engine/index.js";
import { TestStack } from "../support/stack.js";

// What callbacks mean for plan and state is in ../conformance; here is what happens when the program cannot be called back.
let stack: TestStack;
afterEach(() => stack?.remove());

describe("a hook", () => {
  it("that never answers is cut off by the second Ctrl-C; its step is in the state", async () => {
    stack = new TestStack();
    stack.program(`
      const hang = new pulumi.ResourceHook("hang", () => { console.log("hanging"); return new Promise(() => setInterval(() => {}, 1000)); });
      const a = new Thing("a", {}, { hooks: { afterCreate: [hang] } });
      new Thing("b", { from: a.address });`);
    const cancellation = new Cancellation();
    const ran = await stack.run("update", false, {
      cancellation,
      onEvent: (event) => {
        if (event.kind !== "output" || event.line !== "hanging") return;
        cancellation.request();
        cancellation.request();
      },
    });
    expect(ran.outcome).toBe("cancelled");
    expect(ran.maybeCorrupt).toBe(false);
    await stack.check();
    expect((await stack.state()).pendingOperations).toEqual([]);
    expect((await stack.resource("a")).id).toBe(stack.cloud.byName("a").id);
    expect(stack.cloud.names()).toEqual(["a"]);
  });

  it("whose program dies fails the run with a message that says so", async () => {
    stack = new TestStack();
    stack.program(`
      const dying = new pulumi.ResourceHook("dying", () => process.exit(7));
      new Thing("a", {}, { hooks: { afterCreate: [dying] } });`);
    const failed = await stack.upFails();
    expect(failed.errors[0]).toContain('after hook "dying" failed: the program ended while it was called back');
    expect(stack.cloud.names()).toEqual(["a"]);
  });

  it("still runs for a step under way when another step fails", async () => {
    stack = new TestStack();
    stack.program(`
      const done = new pulumi.ResourceHook("done", (args) => console.log("done with " + args.name));
      new Thing("slow", {}, { hooks: { afterCreate: [done] } });
      new Thing("bad");`);
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    let fail = () => {};
    const failed = new Promise<void>((resolve) => {
      fail = resolve;
    });
    stack.cloud.once("create", "slow", "before", () => {
      begin();
      return failed;
    });
    stack.cloud.once("create", "bad", "before", async () => {
      await begun;
      throw new Error("quota");
    });
    const ran = await stack.upFails({ onEvent: (event) => event.kind === "step-failed" && fail() });
    expect(ran.errors).toEqual([expect.stringContaining("quota")]);
    expect(ran.events).toContainEqual({ kind: "output", stream: "stdout", line: "done with slow" });
  });
});

it("calls back into programs that share the engine's process, each in its own context: secrets stay secret", async () => {
  stack = new TestStack();
  stack.program(`
    const hook = new pulumi.ResourceHook("hook", (args) => pulumi.log.warn("planned " + args.name), { onDryRun: true });
    new Thing("a", { key: pulumi.secret("s3cret") }, {
      hooks: { beforeCreate: [hook] },
      transforms: [({ props, opts }) => ({ props: { ...props, shout: pulumi.output(props.key).apply((key) => key + "!") }, opts })],
    });`);
  const [one, other] = await Promise.all([
    stack.preview({ host: new InProcessHost() }),
    stack.preview({ host: new InProcessHost() }),
  ]);
  for (const ran of [one, other]) {
    expect(ran).toMatchObject({ outcome: "succeeded", warnings: ["planned a"], steps: ["create a"] });
    expect(JSON.stringify(ran.events)).not.toContain("s3cret");
    const planned = ran.events.find((event) => event.kind === "step-done" && event.step.name === "a");
    expect(planned).toMatchObject({ step: { new: { inputs: { shout: { value: "s3cret!" } } } } });
  }
});

it.each([
  [undefined, ""],
  [0.5, "500ms"],
  [90, "1m30s"],
  [3600, "1h0m0s"],
])("writes %s seconds as Go does", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
