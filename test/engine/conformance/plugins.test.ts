import { resolve } from "node:path";
import { expect } from "vitest";
import { conformance, urn } from "./conformance.js";

/** Where `pulumi-resource-pair` is, a provider of remote components made with the Node SDK. */
const project = `plugins:\n  providers:\n    - {name: pair, path: ${resolve("test/engine/support/plugin")}}`;

const PAIR = `
  class Pair extends pulumi.ComponentResource {
    constructor(name, args, opts) {
      super("pair:index:Pair", name, { address: undefined, password: undefined, size: undefined, ...args }, opts, true);
    }
    describe(prefix) {
      return pulumi.output(pulumi.runtime.call("pair:index:Pair/describe", { __self__: this, prefix }, this));
    }
  }
`;
/** The real engine notes in its event log what a plugin's SDK logs for debugging, secrets and all: what is shown is not looked at. */
const secretsAreSealed = ({ stored }: { stored: string }) => expect(stored).not.toContain("hush-hush");
const PAIR_URN = urn("pair:index:Pair", "two");

conformance({
  name: "remote-component",
  area: "plugins",
  semantic:
    "A remote component is made by its provider, which registers it and its children; it lives and goes with the program's resources.",
  like: ["TestConstruct", "TestComponentDeleteDependencies"],
  project,
  steps: [
    {
      run: "preview",
      program: `${PAIR} const pair = new Pair("two", { size: 1, zone: "x" }); return { address: pair.address, size: pair.size };`,
      expect: { plan: { two: "create", "two-first": "create", "two-second": "create" }, calls: [] },
    },
    {
      run: "up",
      expect: {
        calls: ["create two-first", "create two-second"],
        outputs: { address: "addr-obj-2", size: 1 },
        state: {
          two: { custom: false, inputs: { size: 1, zone: "x" }, outputs: { address: "addr-obj-2", size: 1 } },
          "two-first": { parent: PAIR_URN },
        },
      },
    },
    {
      run: "up",
      program: `${PAIR} const pair = new Pair("two", { size: 2, zone: "x" }); return { address: pair.address };`,
      expect: { plan: { two: "update", "two-first": "update" }, calls: ["update two-first"] },
    },
    {
      run: "up",
      program: "",
      expect: { plan: { two: "delete", "two-first": "delete", "two-second": "delete" }, resources: [] },
    },
  ],
});

conformance({
  name: "remote-component-dependencies",
  area: "plugins",
  semantic:
    "What the inputs of a remote component depend on, its children do; what depends on its outputs depends on what they come from; secrets stay such.",
  like: ["TestConstruct", "TestResourceReferences"],
  project,
  steps: [
    {
      run: "up",
      program: `${PAIR}
        const size = new Thing("size", { size: 3 });
        const first = new Thing("first");
        const pair = new Pair("two", { size: size.size, password: pulumi.secret("hush-hush") }, { dependsOn: [first] });
        const after = new Thing("after", { from: pair.address });
        new Thing("last", {}, { dependsOn: [pair] });
        return { password: pair.password };`,
      expect: {
        check: secretsAreSealed,
        outputs: { password: { secret: "hush-hush" } },
        state: {
          "two-first": {
            inputs: { size: 3, password: { secret: "hush-hush" } },
            propertyDependencies: { size: [urn("Thing", "size")] },
          },
        },
      },
    },
  ],
});

conformance({
  name: "remote-component-options",
  area: "plugins",
  semantic:
    "Providers, protection, retention and timeouts of a remote component travel to its provider, and reach the children that it makes.",
  like: ["TestConstructWithProviders", "TestComponentProvidersInheritance"],
  project,
  retained: ["two-first", "two-second"],
  steps: [
    {
      run: "up",
      program: `${PAIR}
        const far = new Provider("far", { region: "moon" });
        new Pair("two", { size: 1 }, { providers: { cloud: far }, protect: true, retainOnDelete: true });`,
      expect: {
        state: {
          two: { protect: true, retainOnDelete: true },
          "two-first": { protect: true, retainOnDelete: true, provider: /::pulumi:providers:cloud::far::/ },
        },
      },
    },
    {
      run: "up",
      program: `${PAIR}
        const far = new Provider("far", { region: "moon" });
        new Pair("two", { size: 1 }, { providers: { cloud: far }, protect: false, retainOnDelete: true });`,
    },
    { run: "up", program: "", expect: { calls: [], resources: [] } },
  ],
});

conformance({
  name: "remote-component-alias",
  area: "plugins",
  differs:
    "the real engine forgets earlier by which alias it found a resource: the state has it in `aliases` or not, and nobody reads it",
  semantic: "Aliases of a remote component reach its provider: it and its children are found again under another name.",
  like: ["TestAliases", "TestConstruct"],
  project,
  steps: [
    { run: "up", program: `${PAIR} new Pair("one", { size: 1 });` },
    {
      run: "up",
      program: `${PAIR} new Pair("two", { size: 1 }, { aliases: [{ name: "one" }] });`,
      expect: {
        plan: { "two-first": { op: "update" }, "two-second": { op: "update" } },
        calls: ["update two-first", "update two-second"],
      },
    },
  ],
});

conformance({
  name: "remote-component-transform",
  area: "plugins",
  semantic: "Transforms of a remote component, and of the stack, run for what its provider registers.",
  like: ["TestRemoteTransformsConstruct"],
  project,
  steps: [
    {
      run: "up",
      program: `${PAIR}
        pulumi.runtime.registerResourceTransform((args) =>
          args.type === "cloud:index:Thing" ? { props: { ...args.props, ofStack: true }, opts: args.opts } : undefined);
        new Pair("two", { size: 1 }, { transforms: [(args) => ({ props: { ...args.props, size: 7 }, opts: args.opts })] });`,
      expect: { state: { "two-first": { inputs: { ofStack: true, size: 7 } }, two: { inputs: { size: 7 } } } },
    },
  ],
});

conformance({
  name: "remote-component-child-fails",
  area: "plugins",
  semantic:
    "A child that fails inside of a remote component fails the run; what was made is kept, and the next run carries on.",
  like: ["TestConstructFailure"],
  project,
  steps: [
    {
      run: "up",
      program: `${PAIR} new Thing("kept"); new Pair("two", { size: 1 });`,
      faults: [{ call: "create two-second", error: "out of stock" }],
      expect: {
        outcome: "failed",
        errors: [/out of stock/],
        state: { "two-first": { id: /obj/ }, "two-second": null },
      },
    },
    { run: "up", expect: { calls: ["create two-second"] } },
  ],
});

conformance({
  name: "remote-component-invalid",
  area: "plugins",
  semantic: "A provider that refuses the inputs of a remote component names them; nothing is deleted.",
  like: ["TestConstructInvalidInputs"],
  project,
  steps: [
    { run: "up", program: `new Thing("kept");` },
    {
      run: "up",
      program: `${PAIR} new Pair("two", { size: "wrong" });`,
      expect: {
        outcome: "failed",
        errors: [/the pair cannot be made[\s\S]*size[\s\S]*must be a number/],
        resources: ["kept"],
      },
    },
    { run: "up", program: `new Thing("kept");`, expect: { plan: {} } },
  ],
});

conformance({
  name: "method-call",
  area: "plugins",
  semantic:
    "A method of a remote component is called in its provider, with what its arguments depend on and hold in secret.",
  like: ["TestCall", "TestCallDryRun"],
  project,
  steps: [
    {
      run: "up",
      program: `${PAIR}
        const pair = new Pair("two", { size: 1 });
        const called = pair.describe(pulumi.secret("hush-hush is"));
        return { text: called.text };`,
      expect: { check: secretsAreSealed, outputs: { text: { secret: `hush-hush is ${PAIR_URN}` } } },
    },
    {
      run: "up",
      program: `${PAIR} const pair = new Pair("two", { size: 1 }); return { text: pair.describe("").text };`,
      expect: { outcome: "failed", errors: [/must not be empty/] },
    },
  ],
  settles: false,
});

conformance({
  name: "remote-component-unconfigured",
  area: "plugins",
  semantic:
    "While the configuration of its provider is not known, a preview shows a remote component without children.",
  like: ["TestConstructUnconfigured"],
  project,
  steps: [
    {
      run: "preview",
      program: `${PAIR}
        const source = new Thing("source");
        class PairProvider extends pulumi.ProviderResource { constructor(name, props) { super("pair", name, props); } }
        const late = new PairProvider("late", { key: source.address });
        new Pair("two", { size: 1 }, { provider: late });`,
      expect: { plan: { source: "create", late: "create", two: "create" } },
    },
    { run: "up", expect: { calls: ["create source", "create two-first", "create two-second"] } },
  ],
});

conformance({
  name: "dynamic-provider",
  area: "plugins",
  semantic:
    "Dynamic providers of the program live through create, update, replacement and deletion, and are configured with the stack's config.",
  like: ["TestDynamicProvider"],
  config: "test:greeting: hello",
  project: `plugins:\n  providers:\n    - {name: pulumi-nodejs, path: ${resolve("node_modules/@pulumi/pulumi")}}`,
  steps: [
    { run: "up", program: dynamic(1, "x"), expect: { outputs: { doubled: 2 }, state: { one: { id: "id-1" } } } },
    { run: "up", program: dynamic(2, "x"), expect: { plan: { one: "update" }, outputs: { doubled: 4 } } },
    {
      run: "up",
      program: dynamic(2, "y"),
      expect: { plan: { one: { op: "replace", keys: ["kind"] } }, state: { one: { id: "id-2" } } },
    },
    { run: "refresh", expect: { state: { one: { outputs: { read: true } } } } },
    { run: "destroy", expect: { resources: [] } },
  ],
  settles: false,
});

function dynamic(size: number, kind: string): string {
  return `
    const provider = {
      async configure(request) { this.greeting = request.config.get("greeting"); },
      async check(olds, news) { return { inputs: news, failures: [] }; },
      async diff(id, olds, news) {
        const replaces = olds.kind !== news.kind ? ["kind"] : [];
        return { changes: olds.size !== news.size || replaces.length > 0, replaces };
      },
      async create(inputs) {
        return { id: "id-" + inputs.size, outs: { ...inputs, doubled: inputs.size * 2, greeting: this.greeting } };
      },
      async update(id, olds, news) { return { outs: { ...news, doubled: news.size * 2 } }; },
      async read(id, props) { return { id, props: { ...props, read: true } }; },
      async delete() {},
    };
    class Double extends pulumi.dynamic.Resource {
      constructor(name, props, opts) { super(provider, name, { doubled: undefined, ...props }, opts); }
    }
    const one = new Double("one", { size: ${size}, kind: "${kind}" });
    return { doubled: one.doubled };`;
}
