import { conformance } from "./conformance.js";

conformance({
  name: "preview-changes-nothing",
  area: "previews",
  semantic: "A preview calls no effect of the provider and writes no state.",
  like: ["TestPreviewWithPendingOperations"],
  steps: [
    { run: "up", program: `new Thing("a", { size: 1 }); new Thing("gone"); return { size: 1 };` },
    {
      run: "preview",
      program: `new Thing("a", { size: 2 }); new Thing("b"); return { size: 2 };`,
      expect: {
        plan: { a: "update", b: "create", gone: "delete" },
        calls: [],
        resources: ["a", "gone"],
        state: { a: { inputs: { size: 1 } } },
        outputs: { size: 1 },
      },
    },
  ],
});

const flow = `
  const a = new Thing("a", { size: 1 });
  const b = new Thing("b", { from: a.address, size: a.size, list: [a.id] });
  a.address.apply(() => { throw new Error("must not run in a preview"); });
  new Thing("c", { from: b.size });`;
conformance({
  name: "preview-unknowns",
  area: "previews",
  semantic:
    "What only a creation tells is unknown in a preview: inputs that use it are, and what is computed from it is not run.",
  like: ["TestProviderPreview", "TestProviderPreviewUnknowns"],
  steps: [
    {
      run: "preview",
      program: flow,
      expect: {
        plan: {
          a: "create",
          b: { op: "create", inputs: { from: "<unknown>", size: 1, list: ["<unknown>"] } },
          c: { op: "create", inputs: { from: 1 } },
        },
        provider: [{ method: "create", name: "b", preview: true, inputs: { from: "<unknown>" } }],
      },
    },
  ],
});

conformance({
  name: "preview-without-provider-support",
  area: "previews",
  semantic:
    "A provider that does not take part in previews is not called: inputs stand for outputs, what else there will be is unknown.",
  like: ["TestProviderPreviewGrpc"],
  packages: { plain: { supportsPreview: false } },
  steps: [
    {
      run: "preview",
      program: `const Plain = type("Thing", "plain"); const a = new Plain("a", { size: 1 }); new Plain("b", { from: a.address, size: a.size, ref: a.id });`,
      expect: {
        plan: { a: "create", b: { op: "create", inputs: { from: "<unknown>", ref: "<unknown>" } } },
        providerNot: [{ method: "create" }],
      },
    },
  ],
});

conformance({
  name: "preview-of-an-update",
  area: "previews",
  semantic: "In the preview of an update outputs that stay are known, and what the provider says may change is not.",
  like: ["TestProviderPreview"],
  steps: [
    {
      run: "up",
      program: `const a = new Thing("a", { size: 1 }); new Thing("b", { address: a.address, generation: a.generation });`,
    },
    {
      run: "preview",
      program: `const a = new Thing("a", { size: 2 }); new Thing("b", { address: a.address, count: a.generation });`,
      expect: {
        plan: { a: "update", b: { op: "update", inputs: { address: "addr-obj-1", count: "<unknown>" } } },
      },
    },
  ],
});

conformance({
  name: "preview-goes-on-after-protected-replacement",
  area: "previews",
  semantic: "A preview tells a protected replacement as an error and goes on, so that all errors are seen at once.",
  like: ["TestProtect"],
  steps: [
    {
      run: "up",
      program: `new Thing("a", { zone: "x" }, { protect: true }); new Thing("b", { zone: "x" }, { protect: true });`,
    },
    {
      run: "preview",
      program: `new Thing("a", { zone: "y" }, { protect: true }); new Thing("b", { zone: "y" }, { protect: true });`,
      expect: { outcome: "failed", errors: [/::a\b/, /::b\b/] },
    },
  ],
});
