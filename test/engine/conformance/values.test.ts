import { conformance, urn } from "./conformance.js";

conformance({
  name: "resource-as-input",
  area: "components and outputs",
  semantic:
    "A resource given to another one as an input stands for its id to a provider that knows no references; unknown before it is made.",
  like: ["TestResourceReferences", "TestResourceReferences_DownlevelEngine"],
  steps: [
    {
      run: "preview",
      program: `const a = new Thing("a", {}); new Thing("b", { uses: a, list: [{ deep: a }] });`,
      expect: { plan: { a: "create", b: "create" } },
    },
    {
      run: "up",
      expect: {
        provider: [{ method: "create", name: "b", inputs: { uses: "obj-1", list: [{ deep: "obj-1" }] } }],
        state: { b: { dependencies: [urn("Thing", "a")] } },
      },
    },
    { run: "up", expect: { plan: {} } },
    {
      run: "up",
      program: `const a = new Thing("a", { zone: "y" }); new Thing("b", { uses: a, list: [{ deep: a }] });`,
      expect: {
        plan: { a: "replace", b: "update" },
        provider: [{ method: "update", name: "b", news: { uses: "obj-3" } }],
      },
    },
  ],
});

conformance({
  name: "resource-as-output",
  area: "components and outputs",
  semantic: "A component and the stack can give resources as outputs; the state keeps references to them.",
  like: ["TestResourceReferences"],
  steps: [
    {
      run: "preview",
      program: `const g = new Group("g", (g) => ({ inner: new Thing("a", {}, { parent: g }) })); return { g, a: g.made.inner };`,
    },
    {
      run: "up",
      expect: {
        state: { g: { outputs: { inner: { urn: urn("Thing", "a", "test:index:Group"), id: "obj-1" } } } },
      },
    },
    { run: "up", expect: { plan: {} } },
  ],
});

conformance({
  name: "nested-unknowns-and-secrets",
  area: "previews",
  semantic: "What is not known yet is unknown at its own place only, in lists, in maps and within secrets.",
  like: ["TestProviderPreviewUnknowns"],
  packages: { keep: { acceptsSecrets: true } },
  steps: [
    {
      run: "preview",
      program: `
        const Keep = type("Thing", "keep");
        const a = new Thing("a", { size: 1 });
        new Keep("b", { map: { known: 1, later: a.address }, list: ["x", a.address, { deep: [a.size, a.address] }], hidden: pulumi.secret({ in: a.address, plain: "hush-hush" }), both: pulumi.all([a.address, pulumi.secret("s")]) });`,
      expect: {
        plan: {
          a: "create",
          b: {
            op: "create",
            inputs: {
              map: { known: 1, later: "<unknown>" },
              list: ["x", "<unknown>", { deep: [1, "<unknown>"] }],
            },
          },
        },
        nowhere: /hush-hush/,
      },
    },
    {
      run: "up",
      expect: {
        state: {
          b: {
            inputs: {
              map: { known: 1, later: "addr-obj-1" },
              list: ["x", "addr-obj-1", { deep: [1, "addr-obj-1"] }],
              hidden: { secret: { in: "addr-obj-1", plain: "hush-hush" } },
              both: { secret: ["addr-obj-1", "s"] },
            },
          },
        },
        nowhere: /hush-hush/,
      },
    },
  ],
});
