import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Cancellation } from "../../../engine/index.js";
import { processesOf, TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

const CHAIN = `
  const a = new Thing("a");
  const b = new Thing("b", { from: a.address });
  const c = new Thing("c", { from: b.address });`;

describe("cancelling", () => {
  it("once finishes what is under way, records it and starts nothing more", async () => {
    stack = new TestStack();
    stack.program(`${CHAIN} setInterval(() => {}, 1000);`);
    const cancellation = new Cancellation();
    stack.cloud.once("create", "b", "before", async () => {
      cancellation.request();
      await new Promise((resolve) => setTimeout(resolve, 200));
    });
    const ran = await stack.run("update", false, { cancellation });
    expect(ran.outcome).toBe("cancelled");
    expect(ran.errors).toEqual([]);
    expect(ran.maybeCorrupt).toBe(false);
    expect(ran.events).toContainEqual({ kind: "cancel", graceful: true });
    expect(stack.cloud.names()).toEqual(["a", "b"]);
    expect((await stack.state()).pendingOperations).toEqual([]);
    await stack.check();
    expect(processesOf(stack.project.folder)).toEqual([]);

    stack.program(CHAIN);
    expect((await stack.up()).steps).toEqual(["create c"]);

    const early = new Cancellation();
    early.request();
    stack.program("");
    const nothing = await stack.run("update", false, { cancellation: early, refresh: true });
    expect(nothing.outcome).toBe("cancelled");
    expect(stack.cloud.names()).toEqual(["a", "b", "c"]);
  });

  it("twice cuts provider calls off, even deaf ones; what was in flight stays pending and is looked into", async () => {
    stack = new TestStack();
    stack.program(`new Thing("listens"); new Thing("deaf"); new Thing("late", {}, { dependsOn: [] });`);
    const cancellation = new Cancellation();
    let hanging = 0;
    const hang = () => {
      if (++hanging === 2) {
        cancellation.request();
        cancellation.request();
      }
    };
    stack.cloud.once("create", "listens", "after", async (signal) => {
      hang();
      await new Promise((_, reject) => {
        const stop = () => reject(new Error("aborted"));
        if (signal?.aborted) stop();
        signal?.addEventListener("abort", stop);
      });
    });
    stack.cloud.once("create", "deaf", "before", async () => {
      hang();
      await new Promise(() => {});
    });
    const ran = await stack.run("update", false, { cancellation });
    expect(ran.outcome).toBe("cancelled");
    expect(ran.maybeCorrupt).toBe(true);
    expect(ran.events).toContainEqual({ kind: "cancel", graceful: false });
    const pending = (await stack.state()).pendingOperations.map(({ resource }) => resource.urn.split("::").pop());
    expect(pending.sort()).toEqual(["deaf", "listens"]);
    expect(processesOf(stack.project.folder)).toEqual([]);

    const next = await stack.up();
    expect(next.steps.sort().filter((step) => !step.endsWith("late"))).toEqual(["create deaf", "update listens"]);
    expect(stack.cloud.names()).toEqual(["deaf", "late", "listens"]);
    expect((await stack.state()).pendingOperations).toEqual([]);
  });
});

describe("the lock", () => {
  it("lets one run at a time, takes over from the dead of this host and refuses others", async () => {
    stack = new TestStack();
    stack.program(`new Thing("a");`);
    let other: unknown;
    stack.cloud.once("create", "a", "before", async () => {
      other = await stack.run("update", false).catch((error: unknown) => error);
    });
    await stack.up();
    expect(other).toMatchObject({ name: "EngineError", message: expect.stringContaining(`process ${process.pid}`) });

    const locks = join(stack.project.folder, "state/.pulumi/locks/organization/test/dev");
    const lock = (host: string) => {
      mkdirSync(locks, { recursive: true });
      writeFileSync(join(locks, "x.json"), JSON.stringify({ pid: 4_194_304, username: "who", hostname: host }));
    };
    lock(hostname());
    const tookOver = await stack.up();
    expect(tookOver.events).toContainEqual(
      expect.objectContaining({
        kind: "diagnostic",
        severity: "info",
        message: expect.stringContaining("took over the lock"),
      }),
    );
    expect(readdirSync(locks)).toEqual([]);
    lock("elsewhere");
    await expect(stack.up()).rejects.toThrow(/locked by process 4194304 of who on elsewhere/);
    // A preview reads only.
    expect((await stack.preview()).outcome).toBe("succeeded");
  });
});
