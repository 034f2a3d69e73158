import { afterEach, describe, expect, it } from "vitest";
import { Secret, UNKNOWN } from "../../../engine/index.js";
import { PluginStack } from "./plugin-stack.js";

let stack: PluginStack;
afterEach(() => stack.remove());

describe("a plugin", () => {
  it("serves the whole life cycle of resources over gRPC", async () => {
    stack = new PluginStack("config:\n  cloud:region: home\n  cloud:deep: {a: 1}\n");
    const program = (size: number, zone: string) => `
      const a = new Thing("a", {
        size: ${size}, zone: "${zone}", password: pulumi.secret("hunter2"), nested: { list: [1, { deep: pulumi.secret("x1") }] },
      }, { customTimeouts: { create: "1m30s" } });
      const b = new Thing("b", { from: a.address });
      const found = pulumi.runtime.invokeOutput("cloud:index:lookup", { name: "b" }, { dependsOn: [b] });
      return { address: b.address, found: found.id };`;
    stack.program(program(1, "x"));
    const preview = await stack.preview();
    expect(preview.errors).toEqual([]);
    expect(preview.outputs).toEqual({ address: UNKNOWN, found: UNKNOWN });
    expect(stack.effects()).toEqual([]);
    expect(stack.calls("create").map(({ request }) => request.preview)).toEqual([true, true]);

    const up = await stack.up();
    expect(up.outputs).toEqual({ address: "addr-obj-2", found: "obj-2" });
    const calls = stack.calls();
    expect(calls.find(({ method }) => method === "configure")?.request).toMatchObject({
      urn: "urn:pulumi:dev::test::pulumi:providers:cloud::default",
      args: { region: "home", deep: '{"a":1}' },
      variablesMap: expect.arrayContaining([["cloud:config:region", "home"]]),
      acceptsecrets: true,
      sendsOldInputsToDelete: true,
    });
    expect(calls.find(({ method }) => method === "create")?.request).toMatchObject({
      name: "a",
      type: "cloud:index:Thing",
      timeout: 90,
      preview: false,
      properties: { password: "hunter2" },
    });
    // What the plugin got in clear is secret in the state all the same.
    const a = await stack.resource("a");
    expect(a.outputs).toMatchObject({
      password: expect.objectContaining({ value: "hunter2" }),
      nested: { list: expect.any(Secret) },
    });
    expect(stack.stateFile()).not.toContain("hunter2");

    stack.program(program(2, "x"));
    expect((await stack.up()).steps).toEqual(["update a"]);
    stack.program(program(2, "y"));
    expect((await stack.up()).changes).toMatchObject({ replace: 1 });
    expect(stack.effects()).toEqual(["create a", "create b", "update a", "create a", "update b", "delete a"]);
    expect((await stack.run("update", true)).changes).toEqual({ same: 3 });

    // A refresh has no program, and still a plugin.
    stack.cloud.byName("a").properties.size = 7;
    stack.cloud.save();
    const refreshed = await stack.run("refresh", false);
    expect(refreshed.errors).toEqual([]);
    expect((await stack.resource("a")).outputs.size).toBe(7);
    stack.calls();
    expect((await stack.destroy()).errors).toEqual([]);
    const deletions = stack.calls("delete").map(({ request }) => request);
    expect(deletions[1]).toMatchObject({ name: "a", oldInputs: { zone: "y" }, properties: { address: "addr-obj-3" } });
    expect(stack.cloud.names()).toEqual([]);
  });

  it("of the time before the handshake tells what it can when it is configured", async () => {
    stack = new PluginStack();
    stack.options = { handshake: false, supportsPreview: false, acceptsSecrets: true };
    stack.program(
      `const a = new Thing("a", { size: 1, password: pulumi.secret("hunter2") }); return { a: a.address };`,
    );
    // No preview: the outputs are the inputs, and the create is not asked for.
    const preview = await stack.preview();
    expect(preview.errors).toEqual([]);
    expect(stack.calls("create")).toEqual([]);
    await stack.up();
    const [create] = stack.calls("create");
    expect(create?.request).toMatchObject({ properties: { password: { value: "hunter2" } } });
    expect((await stack.resource("a")).outputs.password).toMatchObject({ value: "hunter2" });
  });

  it("tells of failed checks, half-made objects and failures, and what it made is kept", async () => {
    stack = new PluginStack();
    stack.program(`new Thing("a", { bad: true });`);
    expect((await stack.upFails()).errors[0]).toContain("bad[0].port: must be between 1 and 65535");
    stack.program(`new Thing("a", { ready: false });`);
    expect((await stack.upFails()).errors[0]).toContain("a is not ready");
    expect(await stack.resource("a")).toMatchObject({ id: "obj-1", initErrors: ["a is not ready"] });
    stack.program(`new Thing("a", { ready: true });`);
    expect((await stack.up()).steps).toEqual(["update a"]);
    stack.program(`new Thing("a", { ready: true }); new Thing("b");`);
    stack.fault({ op: "create", name: "b", phase: "before", act: "error" });
    expect((await stack.upFails()).errors[0]).toContain("create b: the cloud says no");
    stack.fault({ op: "create", name: "b", phase: "before", act: "exit" });
    expect((await stack.upFails()).errors[0]).toContain("the plugin pulumi-resource-cloud exited with code 3");
    expect((await stack.up()).steps).toEqual(["create b"]);
  });
});
