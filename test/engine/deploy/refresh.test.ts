import { afterEach, describe, expect, it } from "vitest";
import { cloudProvider } from "../support/cloud-provider.js";
import { TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

const PROGRAM = `
  const a = new Thing("a", { size: 1 });
  const b = new Thing("b", { from: a.address }, { dependsOn: [a] });
  new Thing("c", {}, { parent: a });`;

describe("refresh", () => {
  it("takes over what changed outside, drops what is gone and mends what referred to it", async () => {
    stack = new TestStack();
    stack.program(PROGRAM);
    await stack.up();
    expect((await stack.run("refresh", false)).changes).toEqual({ same: 4 });

    stack.cloud.byName("a").properties.size = 7;
    const text = stack.stateFile();
    const preview = await stack.run("refresh", true);
    expect(preview.changes).toEqual({ same: 3, update: 1 });
    expect(stack.stateFile()).toBe(text);
    const changed = await stack.run("refresh", false);
    expect(changed.changes).toEqual({ same: 3, update: 1 });
    expect((await stack.resource("a")).outputs.size).toBe(7);
    // The program still wants 1.
    expect((await stack.up()).steps).toEqual(["update a"]);
    expect(stack.cloud.byName("a").properties.size).toBe(1);

    stack.cloud.objects.delete(stack.cloud.byName("a").id);
    const gone = await stack.run("refresh", false);
    expect(gone.changes).toEqual({ same: 3, delete: 1 });
    await stack.check();
    const b = await stack.resource("b");
    expect([b.dependencies, b.propertyDependencies.from]).toEqual([[], []]);
    expect((await stack.resource("c")).parent).toBe("urn:pulumi:dev::test::pulumi:pulumi:Stack::test-dev");
    const mended = await stack.up();
    expect(mended.steps).toEqual(expect.arrayContaining(["create a", "update b"]));

    // In one go, as the option and as the project may have it.
    stack.cloud.objects.delete(stack.cloud.byName("b").id);
    expect((await stack.up({ refresh: true })).steps).toContain("create b");
    expect(stack.cloud.names()).toEqual(["a", "b", "c"]);

    stack.cloud.once("read", "b", "before", () => {
      throw new Error("connection refused");
    });
    const failed = await stack.run("refresh", false);
    expect(failed.outcome).toBe("failed");
    expect(failed.errors).toEqual([expect.stringMatching(/^refresh urn:.*::b: connection refused$/)]);
    await stack.check();
  });

  it("keeps creations that nobody can look into until somebody says what became of them or the resource is made", async () => {
    stack = new TestStack();
    stack.providers = { cloud: cloudProvider(stack.cloud, { recovers: false }) };
    stack.program(`new Thing("a");`);
    await stack.up();
    const crash = async () => {
      let broken = false;
      stack.onWrite = () => {
        if (broken) throw new Error("disk gone");
      };
      stack.cloud.once("create", "b", "before", () => {
        broken = true;
        throw new Error("cut off");
      });
      stack.program(`new Thing("a"); new Thing("b");`);
      await stack.run("update", false);
      stack.onWrite = () => {};
      expect((await stack.state()).pendingOperations).toHaveLength(1);
    };
    await crash();
    expect((await stack.preview()).errors).toEqual([]);
    const up = await stack.up();
    expect(up.warnings).toEqual([expect.stringContaining("interrupted while creating b: it may exist")]);
    expect((await stack.state()).pendingOperations).toEqual([]);

    stack.program(`new Thing("a");`);
    await stack.up();
    await crash();
    stack.program(`new Thing("a");`);
    expect((await stack.up()).warnings).toHaveLength(1);
    expect((await stack.state()).pendingOperations).toHaveLength(1);
    await stack.run("refresh", false);
    await stack.run("refresh", false, { pendingCreate: async () => "skip" });
    expect((await stack.state()).pendingOperations).toHaveLength(1);
    const asked: string[] = [];
    const pendingCreate = async ({ urn }: { urn: string }) => {
      asked.push(urn);
      return "clear" as const;
    };
    // Only a refresh asks.
    await stack.up({ pendingCreate });
    await stack.run("refresh", false, { pendingCreate });
    expect(asked).toEqual(["urn:pulumi:dev::test::cloud:index:Thing::b"]);
    expect((await stack.state()).pendingOperations).toEqual([]);
    expect((await stack.up()).warnings).toEqual([]);

    // It came about after all.
    await crash();
    const planted = { type: "cloud:index:Thing", name: "b", properties: { size: 3 }, labels: {}, ready: true };
    stack.cloud.plant({ id: "found", ...planted });
    await stack.run("refresh", false, { pendingCreate: async () => ({ id: "found" }) });
    expect((await stack.state()).pendingOperations).toEqual([]);
    await stack.check();
    expect((await stack.resource("b")).id).toBe("found");
  });

  it("cannot plan with a state that is not known: a provider that cannot be asked ends the run, and nothing is lost", async () => {
    stack = new TestStack();
    stack.program(`new Thing("a");`);
    let broken = false;
    stack.onWrite = () => {
      if (broken) throw new Error("disk gone");
    };
    await stack.up();
    stack.program(`new Thing("a", { size: 2 });`);
    stack.cloud.once("update", "a", "after", () => {
      broken = true;
    });
    await stack.run("update", false);
    broken = false;
    const text = stack.stateFile();
    expect(text).toContain('"type":"updating"');
    const unreachable = () => {
      throw new Error("daemon gone");
    };
    stack.cloud.once("read", "a", "before", unreachable);
    await expect(stack.up()).rejects.toMatchObject({
      name: "EngineError",
      message: expect.stringMatching(/updating .*::a.*daemon gone/),
    });
    expect(stack.stateFile()).toBe(text);
    stack.cloud.once("read", "a", "before", unreachable);
    expect((await stack.preview()).warnings[0]).toContain("daemon gone");
    expect((await stack.up()).steps).toEqual(["update a"]);
    expect(stack.cloud.byName("a").properties.size).toBe(2);
  });
});
