import { conformance } from "./conformance.js";
import { otherStack } from "./other-stack.js";

conformance({
  name: "stack-reference",
  area: "stack references",
  semantic:
    "Another stack's outputs are read in the preview and in the run; secret ones stay secret, plain ones plain.",
  like: ["TestStackReference", "TestSimpleStackReference"],
  prepare: (world) =>
    otherStack(world, "test", "shared", {
      address: "10.0.0.1",
      password: { secret: "hush-hush" },
      deep: { list: [1] },
    }),
  steps: [
    {
      run: "preview",
      program: `
        const shared = new pulumi.StackReference("shared");
        new Thing("a", { address: shared.requireOutput("address"), password: shared.getOutput("password") });
        return { address: shared.getOutput("address"), password: shared.getOutput("password"), deep: shared.getOutput("deep") };`,
      expect: {
        plan: {
          shared: "read",
          a: { op: "create", inputs: { address: "10.0.0.1" } },
        },
      },
    },
    {
      run: "up",
      expect: {
        plan: { shared: "read", a: "create" },
        state: {
          shared: {
            external: true,
            id: "shared",
            type: "pulumi:pulumi:StackReference",
            outputs: { secretOutputNames: ["password"], outputs: { password: { secret: "hush-hush" } } },
          },
          a: { inputs: { address: "10.0.0.1", password: { secret: "hush-hush" } } },
        },
        outputs: { address: "10.0.0.1", password: { secret: "hush-hush" }, deep: { list: [1] } },
        nowhere: /hush-hush/,
      },
    },
  ],
});

conformance({
  name: "stack-reference-qualified",
  area: "stack references",
  semantic:
    "A stack of another project is named `organization/<project>/<stack>`; what it changes arrives with the next run.",
  like: ["TestStackReference"],
  prepare: (world) => otherStack(world, "net", "prod", { zone: "z1", size: 1 }),
  steps: [
    {
      run: "up",
      program: `
        const net = new pulumi.StackReference("net", { name: "organization/net/prod" });
        new Thing("a", { size: net.requireOutput("size"), none: net.getOutput("nothing") });`,
      expect: { plan: { net: "read", a: "create" }, state: { a: { inputs: { size: 1 } } } },
    },
    { change: (_, world) => otherStack(world, "net", "prod", { zone: "z1", size: 2 }) },
    { run: "up", expect: { plan: { net: "read", a: { op: "update", diffs: ["size"] } }, calls: ["update a"] } },
    { run: "up", program: `new Thing("a", { size: 2 });`, expect: { plan: { net: "discard" }, calls: [] } },
  ],
});

conformance({
  name: "stack-reference-missing",
  area: "stack references",
  semantic: "A reference to a stack that does not exist fails when planning, with a message that names the stack.",
  like: ["TestStackReference"],
  steps: [
    {
      run: "preview",
      program: `new pulumi.StackReference("shared");`,
      expect: { outcome: "failed", errors: [/shared/] },
    },
  ],
});

conformance({
  name: "stack-reference-required-output",
  area: "stack references",
  semantic: "A required output that the other stack does not have fails the program with a message that names both.",
  prepare: (world) => otherStack(world, "test", "shared", { address: "10.0.0.1" }),
  steps: [
    {
      run: "preview",
      program: `const shared = new pulumi.StackReference("shared"); new Thing("a", { x: shared.requireOutput("nothing") });`,
      expect: { outcome: "failed", errors: [/'nothing' does not exist on stack 'shared'/] },
    },
  ],
});

conformance({
  name: "stash",
  area: "stack references",
  semantic: "A Stash keeps the value that it was made with, whatever its input becomes, until it is replaced.",
  like: ["TestStash"],
  steps: [
    {
      run: "up",
      program: `const s = new pulumi.Stash("s", { input: { first: pulumi.secret("hush-hush"), n: 1 } }); return { value: s.output };`,
      expect: {
        plan: { s: "create" },
        state: {
          s: {
            outputs: { input: { first: { secret: "hush-hush" } }, output: { first: { secret: "hush-hush" }, n: 1 } },
          },
        },
        nowhere: /hush-hush/,
      },
    },
    {
      run: "up",
      program: `const s = new pulumi.Stash("s", { input: "second" }); return { value: s.output };`,
      expect: {
        plan: { s: { op: "update", diffs: ["input"] } },
        state: { s: { outputs: { input: "second", output: { n: 1 } } } },
      },
    },
    { run: "refresh", expect: { state: { s: { outputs: { output: { n: 1 } } } } } },
    {
      run: "up",
      program: `const s = new pulumi.Stash("s", { input: "third" }, { replaceOnChanges: ["input"] }); return { value: s.output };`,
      expect: { plan: { s: "replace" }, outputs: { value: "third" } },
    },
  ],
});

conformance({
  name: "engine-functions",
  area: "functions",
  semantic:
    "The engine itself answers what a resource of this run is like, and what the resources of another stack put out.",
  like: ["TestInvokeGetResource"],
  prepare: (world) => otherStack(world, "test", "shared", { address: "10.0.0.1", password: { secret: "hush-hush" } }),
  steps: [
    {
      run: "up",
      program: `
        const a = new Thing("a", { size: 1 });
        const invoke = pulumi.runtime.invoke;
        const got = a.urn.apply((urn) => invoke("pulumi:pulumi:getResource", { urn }));
        const outputs = pulumi.output(invoke("pulumi:pulumi:readStackOutputs", { name: "shared" }));
        const resources = pulumi.output(invoke("pulumi:pulumi:readStackResourceOutputs", { stackName: "shared" }));
        return {
          id: got.id, size: got.state.size,
          names: pulumi.unsecret(outputs).apply((o) => o.secretOutputNames),
          types: pulumi.unsecret(resources).apply((o) => Object.values(o.outputs).map((r) => r.type)),
        };`,
      expect: { outputs: { id: "obj-1", size: 1, names: ["password"], types: ["pulumi:pulumi:Stack"] } },
    },
  ],
});

conformance({
  name: "required-version",
  area: "functions",
  hermeticOnly: "builds of the real engine without a version meet every requirement",
  semantic: "A program that asks for a version of Pulumi is answered truly.",
  steps: [
    { run: "preview", program: `await pulumi.requirePulumiVersion(">=3.100.0 <4.0.0");` },
    {
      run: "preview",
      program: `await pulumi.requirePulumiVersion(">=4.0.0");`,
      expect: { outcome: "failed", errors: [/4\.0\.0/] },
    },
  ],
});
