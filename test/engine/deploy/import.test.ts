import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../../engine/index.js";
import { TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

/** Puts an object into the cloud that no stack knows of. */
function foreign(name: string, properties: Record<string, unknown> = {}): string {
  const id = stack.cloud.newId();
  const labels = { entry: name, stack: "dev" };
  stack.cloud.objects.set(id, {
    id,
    type: "cloud:index:Thing",
    name,
    properties: { labels, ...properties },
    labels,
    ready: true,
  });
  return id;
}

describe("the import option", () => {
  it("takes an object up as it is, and updates it where the program differs", async () => {
    stack = new TestStack();
    const a = foreign("a", { size: 1 });
    const b = foreign("b", { size: 1, kept: "old" });
    stack.program(`
      const a = new Thing("a", { size: 1 }, { import: "${a}", protect: true });
      const b = new Thing("b", { size: pulumi.secret(2), kept: "new", from: a.address }, { import: "${b}", ignoreChanges: ["kept"] });
      return { address: a.address };`);
    const plan = await stack.preview();
    expect(plan.steps).toEqual(["import a", "import b", "update b"]);
    expect(plan.changes).toEqual({ create: 1, import: 2, update: 1 });
    const operations: string[] = [];
    stack.onWrite = (text) => {
      operations.push(...(text.match(/"type":"(importing|updating)"/g) ?? []));
    };
    const up = await stack.up();
    expect(up.steps).toEqual(["import a", "import b", "update b"]);
    expect(operations).toEqual(expect.arrayContaining(['"type":"importing"', '"type":"updating"']));
    expect(up.outputs.address).toBe(`addr-${a}`);
    expect(stack.cloud.objects.get(b)?.properties).toMatchObject({ size: 2, kept: "old", from: `addr-${a}` });
    expect(await stack.resource("a")).toMatchObject({ id: a, importID: a, protect: true, inputs: { size: 1 } });
    expect((await stack.resource("b")).inputs.size).toBeInstanceOf(Secret);
    expect((await stack.up()).changes).toEqual({ same: 3 });

    // Without the option it is a resource like any other.
    stack.program(`new Thing("a", { size: 3 });`);
    expect((await stack.up()).steps).toEqual(["update a", "delete b"]);
    expect((await stack.resource("a")).importID).toBeUndefined();
  });

  it("takes the place of another object, which is deleted", async () => {
    stack = new TestStack();
    stack.program(`new Thing("a", { size: 1 }, { protect: true }); new Thing("b", {});`);
    await stack.up();
    const old = stack.cloud.byName("a").id;
    const other = foreign("other", { size: 1 });
    stack.program(
      `const a = new Thing("a", { size: 1 }, { import: "${other}", protect: true }); new Thing("b", { from: a.address });`,
    );
    const refused = await stack.run("update", false);
    expect(refused.errors).toEqual([expect.stringMatching(/protected resources would be replaced/)]);
    stack.program(
      `const a = new Thing("a", { size: 1 }, { import: "${other}" }); new Thing("b", { from: a.address });`,
    );
    const up = await stack.up();
    expect(up.steps).toEqual(["import-replacement a", "replace a", "update a", "update b", "delete-replaced a"]);
    expect(stack.cloud.objects.has(old)).toBe(false);

    // What was imported is not replaced while the program names its id.
    stack.program(`new Thing("a", { size: 1, zone: "z2" }, { import: "${other}" });`);
    const plan = await stack.preview();
    expect(plan.outcome).toBe("succeeded");
    expect(plan.warnings).toEqual([expect.stringMatching(/::a was previously imported .*zone/)]);
    const failed = await stack.upFails();
    expect(failed.errors).toEqual([expect.stringMatching(/::a was previously imported .*because of zone/)]);
    expect(stack.cloud.objects.has(other)).toBe(true);
  });

  it("says which object there is not, and leaves everything as it was", async () => {
    stack = new TestStack();
    stack.program(`new Thing("b", {}); return { x: 1 };`);
    await stack.up();
    stack.program(`const b = new Thing("b", {}); new Thing("a", {}, { import: "no-such-id", dependsOn: [b] });`);
    for (const preview of [true, false]) {
      const failed = await stack.run("update", preview);
      expect(failed.errors).toEqual([
        expect.stringMatching(/import .*"a": there is no cloud:index:Thing with the id "no-such-id"/),
      ]);
    }
    expect((await stack.state()).pendingOperations).toEqual([]);
    await stack.check();
    const id = foreign("c", { size: 1 });
    stack.cloud.once("read", "a", "before", () => {
      throw new Error("connection refused");
    });
    stack.program(`new Thing("b", {}); new Thing("a", { size: 1 }, { import: "${id}" });`);
    expect((await stack.run("update", false)).errors).toEqual([expect.stringMatching(/connection refused/)]);
    // Killed in the middle: reading has no effect, so the import is simply done anew.
    let broken = false;
    stack.onWrite = () => {
      if (broken) throw new Error("disk gone");
    };
    stack.cloud.once("read", "a", "after", () => {
      broken = true;
    });
    await stack.run("update", false);
    stack.onWrite = () => {};
    expect((await stack.state()).pendingOperations.map((operation) => operation.type)).toEqual(["importing"]);
    const up = await stack.up();
    expect(up.steps).toEqual(["import a", "update a"]);
    expect((await stack.state()).pendingOperations).toEqual([]);
  });
});

describe("reading", () => {
  it("takes outputs over without managing the object, gives one up and takes one over", async () => {
    stack = new TestStack();
    const a = foreign("a", { size: 1 });
    stack.retained = ["a", "b"];
    stack.program(`
      const a = get(Thing, "a", "${a}", { additionalSecretOutputs: ["token"] });
      const n = new Thing("n", { from: a.address });
      const c = get(Thing, "c", n.id);
      return { address: a.address, token: a.token, c: c.address };`);
    const plan = await stack.preview();
    expect(plan.steps).toEqual(["read a", "create n", "read c"]);
    const up = await stack.run("update", false);
    expect([up.errors, up.steps]).toEqual([[], ["read a", "create n", "read c"]]);
    expect(up.outputs.address).toBe(`addr-${a}`);
    expect(up.outputs.token).toBeInstanceOf(Secret);
    expect(stack.stateFile()).not.toContain(`token-${a}`);
    expect(await stack.resource("a")).toMatchObject({ external: true, id: a, custom: true });
    const again = await stack.up();
    expect(again.steps).toEqual(["read a", "read c"]);

    // A managed one becomes one that is only read; another is discarded without a call.
    const n = stack.cloud.byName("n").id;
    stack.retained.push("n");
    stack.program(`get(Thing, "n", "${n}");`);
    expect((await stack.up()).steps.sort()).toEqual(["discard a", "discard c", "read n"]);
    expect(stack.cloud.objects.has(n)).toBe(true);
    // And back: what was only read is made anew, the foreign one stays.
    stack.program(`new Thing("n", {});`);
    expect((await stack.run("update", false)).steps).toEqual([
      "create-replacement n",
      "replace n",
      "discard-replaced n",
    ]);
    expect(stack.cloud.objects.has(n)).toBe(true);
    // A managed one whose name now reads another object is deleted.
    const made = (await stack.resource("n")).id as string;
    stack.program(`get(Thing, "n", "${n}");`);
    expect((await stack.up()).steps).toEqual(["read-replacement n", "replace n", "delete-replaced n"]);
    expect(stack.cloud.objects.has(made)).toBe(false);
    stack.program(`get(Thing, "n", "nothing");`);
    expect((await stack.preview()).errors).toEqual([
      expect.stringMatching(/there is no cloud:index:Thing with the id "nothing"/),
    ]);
    const destroyed = await stack.destroy();
    expect(destroyed.steps).toEqual(["discard n"]);
  });

  it("asks whether an object exists", async () => {
    stack = new TestStack();
    const a = foreign("a");
    stack.retained = ["a"];
    stack.program(`
      const { existsResource } = require("@pulumi/pulumi/runtime");
      const n = new Thing("n", {});
      return { yes: existsResource("cloud:index:Thing", "${a}"), no: existsResource("cloud:index:Thing", "none"), later: existsResource("cloud:index:Thing", n.id) };`);
    expect((await stack.preview()).outputs).toMatchObject({ yes: true, no: false });
    expect((await stack.up()).outputs).toEqual({ yes: true, no: false, later: true });
  });
});
