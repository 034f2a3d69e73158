import { afterEach, expect, it } from "vitest";
import { cloudProvider } from "../support/cloud-provider.js";
import { PluginStack } from "./plugin-stack.js";

let stack: PluginStack;
afterEach(() => stack.remove());

it("a plugin takes the place of the engine's own provider only if it is asked to, and serves packages made of a parameter", async () => {
  stack = new PluginStack();
  stack.providers = { cloud: cloudProvider(stack.cloud) };
  stack.program(`new Thing("a");`);
  expect((await stack.preview()).errors).toEqual([]);
  expect(stack.calls()).toEqual([]);
  stack.env.PULUMI_HERMETIC_PLUGINS = "docker, cloud";
  expect((await stack.preview()).errors).toEqual([]);
  expect(stack.calls("create")).toHaveLength(1);
  expect((await stack.preview({ plugins: false })).errors).toEqual([]);
  expect(stack.calls()).toEqual([]);

  stack.program(`
    const { getMonitor } = require("@pulumi/pulumi/runtime");
    const proto = require("@pulumi/pulumi/proto/resource_pb");
    const parameter = new proto.Parameterization();
    parameter.setName("moon");
    parameter.setVersion("2.1.0");
    parameter.setValue(Buffer.from("craters").toString("base64"));
    const request = new proto.RegisterPackageRequest();
    request.setName("cloud");
    request.setParameterization(parameter);
    const ref = new Promise((resolve, reject) =>
      getMonitor().registerPackage(request, (error, answer) => (error ? reject(error) : resolve(answer.getRef()))));
    class Crater extends pulumi.CustomResource {
      constructor(name) { super("moon:index:Thing", name, { address: undefined }, {}, false, ref); }
    }
    return { address: new Crater("c").address };`);
  expect((await stack.up()).outputs).toEqual({ address: "addr-obj-1" });
  const [asked] = stack.calls("parameterize");
  expect(asked?.request).toMatchObject({
    value: { name: "moon", version: "2.1.0", value: Buffer.from("craters").toString("base64") },
  });
  // From the state alone, the plugin is asked for the same package.
  expect((await stack.destroy()).errors).toEqual([]);
  expect(stack.calls().map(({ method }) => method)).toEqual(expect.arrayContaining(["parameterize", "delete"]));

  stack.env.PULUMI_DEBUG_PROVIDERS = "cloud:1x";
  stack.program(`new Thing("a");`);
  expect((await stack.run("update", true)).errors[0]).toContain('PULUMI_DEBUG_PROVIDERS: "cloud:1x" has no port');
});
