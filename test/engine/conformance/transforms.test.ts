import { conformance, urn } from "./conformance.js";
import { HOOK_LOG, logged } from "./hook-log.js";

conformance({
  name: "transform-order",
  area: "transforms",
  semantic:
    "A resource's own transforms run first, then its ancestors', nearest first, then the stack's; each sees what the one before made.",
  like: ["TestRemoteTransforms", "TestTransformOrdering"],
  steps: [
    {
      run: "up",
      program: `
        const mark = (who) => (args) => args.custom
          ? { props: { ...args.props, marks: [...(args.props.marks ?? []), who] }, opts: args.opts } : undefined;
        pulumi.runtime.registerResourceTransform(mark("stack"));
        new Group("outer", (outer) => {
          new Group("inner", (inner) => {
            new Thing("leaf", {}, { parent: inner, transforms: [mark("own 1"), mark("own 2")] });
          }, { parent: outer, transforms: [mark("inner")] });
        }, { transforms: [mark("outer")] });
        new Thing("beside");`,
      expect: {
        state: {
          leaf: { inputs: { marks: ["own 1", "own 2", "inner", "outer", "stack"] } },
          beside: { inputs: { marks: ["stack"] } },
        },
      },
    },
  ],
});

conformance({
  name: "transform-properties",
  area: "transforms",
  semantic:
    "A transform computes with secrets and unknowns as outputs: what it makes of them stays secret, and unknown in a preview.",
  like: ["TestRemoteTransformsDependencies"],
  steps: (["preview", "up"] as const).map((run) => ({
    run,
    program: `
      const base = new Thing("base");
      new Thing("a", { key: pulumi.secret("s3cret"), from: base.address, gone: 1 }, { transforms: [({ props: { gone, ...props }, opts }) => ({
        props: { ...props, shout: pulumi.output(props.key).apply((key) => key + "!"), also: pulumi.interpolate\`at \${props.from}\` }, opts,
      })] });`,
    expect: {
      plan: {
        base: "create",
        a: {
          op: "create",
          inputs:
            run === "preview"
              ? { from: "<unknown>", also: "<unknown>", gone: undefined }
              : { from: "addr-obj-1", also: "at addr-obj-1", gone: undefined },
        },
      },
      ...(run === "up" && { state: { a: { inputs: { key: { secret: "s3cret" }, shout: { secret: "s3cret!" } } } } }),
    },
  })),
});

conformance({
  name: "transform-options",
  area: "transforms",
  semantic: "A transform may change every option of a resource; what it leaves as it is stays.",
  like: ["TestRemoteTransformsOptions"],
  steps: [
    { run: "up", program: `new Thing("former", { size: 1, labels: {} });` },
    {
      run: "up",
      program: `
        const other = new Thing("other");
        new Thing("a", { size: 2, labels: {} }, { additionalSecretOutputs: ["address"], transforms: [(args) => ({
          props: args.props,
          opts: pulumi.mergeOptions(args.opts, {
            aliases: [{ name: "former" }], protect: true, ignoreChanges: ["size"], additionalSecretOutputs: ["token"],
            replaceOnChanges: ["zone"], customTimeouts: { update: "2m" }, deletedWith: other,
          }),
        })] });`,
      expect: {
        plan: { a: "same", other: "create" },
        calls: ["create other"],
        state: {
          a: {
            id: "obj-1",
            inputs: { size: 1 },
            protect: true,
            ignoreChanges: ["size"],
            replaceOnChanges: ["zone"],
            additionalSecretOutputs: ["address", "token"],
            customTimeouts: { update: 120 },
            deletedWith: urn("Thing", "other"),
            outputs: { token: { secret: "token-obj-1" } },
          },
        },
      },
    },
  ],
});

conformance({
  name: "transform-provider",
  area: "transforms",
  semantic:
    "Transforms run before a default provider is chosen: one that names a provider leaves no default provider behind.",
  like: ["TestTransformsProviderOpt"],
  steps: [
    {
      run: "up",
      program: `
        const provider = new Provider("mine", { region: "here" });
        new Thing("a", {}, { transforms: [(args) => ({ props: args.props, opts: pulumi.mergeOptions(args.opts, { provider }) })] });`,
      expect: {
        state: { a: { provider: /::pulumi:providers:cloud::mine::/ } },
        check: ({ deployment }) => {
          const providers = (deployment?.resources ?? []).filter(({ type }) => type.startsWith("pulumi:providers:"));
          if (providers.length !== 1) throw new Error(`there are ${providers.length} providers`);
        },
      },
    },
  ],
});

conformance({
  name: "transform-dependencies",
  area: "transforms",
  semantic: "A resource's own transform may add dependencies; deletion honours them.",
  like: ["TestRemoteTransformsDependencies"],
  steps: [
    {
      run: "up",
      program: `
        const base = new Thing("base");
        const used = new Thing("used");
        new Thing("a", { from: used.address }, { transforms: [(args) => ({
          props: args.props, opts: pulumi.mergeOptions(args.opts, { dependsOn: [base] }),
        })] });`,
      expect: {
        check: ({ deployment }) => {
          const a = deployment?.resources?.find((resource) => resource.urn === urn("Thing", "a"));
          const found = JSON.stringify([...(a?.dependencies ?? [])].sort());
          if (found !== JSON.stringify([urn("Thing", "base"), urn("Thing", "used")]))
            throw new Error(`it depends on ${found}`);
        },
      },
    },
    { run: "destroy", expect: { order: ["delete a", "delete base"] } },
  ],
});

conformance({
  name: "stack-transform-dependencies",
  area: "transforms",
  semantic: "A stack transform may add dependencies to a resource that has no transforms of its own.",
  differs:
    "The real engine loses them: it only takes dependencies from transforms where the resource has some of its own.",
  steps: [
    {
      run: "up",
      program: `
        const base = new Thing("base");
        pulumi.runtime.registerResourceTransform((args) => args.name === "a"
          ? { props: args.props, opts: pulumi.mergeOptions(args.opts, { dependsOn: [base] }) } : undefined);
        new Thing("a");`,
      expect: { state: { a: { dependencies: [urn("Thing", "base")] } } },
    },
    { run: "destroy", expect: { order: ["delete a", "delete base"] } },
  ],
});

conformance({
  name: "transform-of-component",
  area: "transforms",
  semantic:
    "What a transform makes of a component's options is inherited by what is in it, and seen by that one's transforms.",
  like: ["TestRemoteTransforms"],
  files: HOOK_LOG,
  steps: [
    {
      run: "up",
      program: `
        const { log } = require("./log");
        new Group("group", (self) => {
          new Thing("a", {}, { parent: self, transforms: [(args) => { log({ type: args.type, parent: args.opts.parent !== undefined, protect: args.opts.protect }); }] });
        }, { transforms: [(args) => args.custom ? undefined : { props: { ...args.props, seen: true }, opts: pulumi.mergeOptions(args.opts, { protect: true }) }] });`,
      expect: {
        state: { group: { protect: true, inputs: { seen: true } }, a: { protect: true } },
        check: logged({ type: "cloud:index:Thing", parent: true, protect: true }),
      },
    },
  ],
});

conformance({
  name: "transform-of-provider",
  area: "transforms",
  semantic: "Explicit providers are resources with transforms like others; default providers have none.",
  files: HOOK_LOG,
  steps: [
    {
      run: "up",
      program: `
        const { log } = require("./log");
        pulumi.runtime.registerResourceTransform((args) => {
          log({ name: args.name });
          if (args.type === "pulumi:providers:cloud") return { props: { ...args.props, region: "there" }, opts: args.opts };
        });
        const provider = new Provider("mine", { region: "here" });
        const a = new Thing("a", {}, { provider });
        new Thing("b", {}, { dependsOn: [a] });`,
      expect: {
        state: { mine: { inputs: { region: "there" } } },
        check: logged({ name: "mine" }, { name: "a" }, { name: "b" }),
      },
    },
  ],
});

conformance({
  name: "transform-not-of-reads",
  area: "transforms",
  semantic: "What a program only reads is not transformed.",
  settles: false,
  files: HOOK_LOG,
  steps: [
    {
      run: "up",
      program: `
        const { log } = require("./log");
        const made = new Thing("made");
        pulumi.runtime.registerResourceTransform((args) => { log({ name: args.name }); });
        made.id.apply((id) => get(Thing, "found", id));`,
      expect: { state: { found: { external: true } }, check: logged({ name: "made" }) },
    },
  ],
});

conformance({
  name: "transform-throws",
  area: "transforms",
  semantic: "A transform that throws fails the run with its message, and the resource is not made.",
  like: ["TestRemoteTransformBadResponse", "TestRemoteTransformErrorResponse"],
  steps: [
    {
      run: "up",
      program: `new Thing("a", {}, { transforms: [() => { throw new Error("not like this"); }] });`,
      expect: { outcome: "failed", errors: [/not like this/], calls: [], resources: [] },
    },
  ],
});

conformance({
  name: "invoke-transforms",
  area: "transforms",
  semantic: "Invoke transforms change arguments and options of function calls, in the order of their registration.",
  like: ["TestTransformInvoke"],
  files: HOOK_LOG,
  steps: [
    {
      run: "up",
      program: `
        const { log } = require("./log");
        const step = (name) => (args) => {
          log({ token: args.token, args: args.args });
          return { args: { ...args.args, name }, opts: args.opts };
        };
        pulumi.runtime.registerInvokeTransform(step("b"));
        pulumi.runtime.registerInvokeTransform(step("a"));
        const a = new Thing("a");
        return { found: a.id.apply(() => pulumi.runtime.invoke("cloud:index:lookup", { name: "c" })) };`,
      expect: {
        outputs: { found: { id: "obj-1", address: "addr-obj-1" } },
        check: logged(
          { token: "cloud:index:lookup", args: { name: "c" } },
          { token: "cloud:index:lookup", args: { name: "b" } },
        ),
      },
    },
  ],
});
