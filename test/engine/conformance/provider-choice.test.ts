import { conformance } from "./conformance.js";

const away = (region: string, endpoint: string) => `
  const far = new Provider("far", { region: "${region}", endpoint: "${endpoint}" });
  new Thing("away", {}, { provider: far });
  new Thing("here");`;
conformance({
  name: "explicit-provider-update",
  area: "providers",
  semantic:
    "A changed configuration that the provider can take is an update of the provider, and nothing of its resources.",
  like: ["TestSingleResourceExplicitProviderAliasUpdateDelete", "TestExplicitProviderDiffReplacement"],
  steps: [
    {
      run: "up",
      program: away("moon", "one"),
      expect: {
        plan: { far: "create", away: "create", here: "create" },
        provider: [{ method: "configure", args: { region: "moon", endpoint: "one" } }],
        state: { away: { provider: /pulumi:providers:cloud::far::/ }, here: { provider: /::default::/ } },
      },
    },
    { run: "up", program: away("moon", "two"), expect: { plan: { far: "update" }, calls: [] } },
  ],
});

conformance({
  name: "explicit-provider-replace",
  area: "providers",
  semantic: "A configuration that means another provider replaces the provider and all that it made.",
  like: ["TestSingleResourceExplicitProviderReplace"],
  steps: [
    { run: "up", program: away("moon", "one") },
    { run: "preview", program: away("mars", "one"), expect: { plan: { far: "replace", away: "replace" } } },
    {
      run: "up",
      program: away("mars", "one"),
      expect: {
        plan: { far: { op: "replace", keys: ["region"] }, away: { op: "replace", keys: ["provider"] } },
        calls: ["create away", "delete away"],
      },
    },
  ],
});

conformance({
  name: "explicit-provider-to-another",
  area: "providers",
  semantic: "A resource that gets another provider is replaced only if that one's configuration says so.",
  like: ["TestSingleResourceExplicitProviderReplace", "TestProviderChanges"],
  steps: [
    { run: "up", program: `const p = new Provider("p", { region: "moon" }); new Thing("a", {}, { provider: p });` },
    {
      run: "up",
      program: `const q = new Provider("q", { region: "moon" }); new Thing("a", {}, { provider: q });`,
      expect: { plan: { q: "create", p: "delete", a: "same" }, calls: [], state: { a: { provider: /::q::/ } } },
    },
    {
      run: "up",
      program: `const r = new Provider("r", { region: "mars" }); new Thing("a", {}, { provider: r });`,
      expect: { plan: { r: "create", q: "delete", a: "replace" } },
    },
  ],
});

conformance({
  name: "provider-inheritance",
  area: "providers",
  semantic:
    "Children take the provider of their package from their parent and from the `providers` of components above.",
  like: ["TestProviderOptionInheritance", "TestComponentProvidersInheritance"],
  steps: [
    {
      run: "up",
      program: `
        const far = new Provider("far", { region: "moon" });
        new Group("g", (self) => {
          new Thing("in", {}, { parent: self });
          new Group("h", (inner) => { new Thing("deep", {}, { parent: inner }); }, { parent: self });
        }, { providers: { cloud: far } });
        const a = new Thing("a", {}, { provider: far });
        new Thing("child", {}, { parent: a });`,
      expect: {
        state: { in: { provider: /::far::/ }, deep: { provider: /::far::/ }, child: { provider: /::far::/ } },
      },
    },
  ],
});

conformance({
  name: "unconfigured-provider-in-preview",
  area: "providers",
  semantic:
    "A provider whose configuration is not known before the up is not configured in the preview: its resources are planned all the same.",
  like: ["TestSingleResourceDiffUnavailable", "TestProviderPreviewUnconfigured"],
  steps: [
    {
      run: "preview",
      program: `const a = new Thing("a"); const p = new Provider("p", { region: a.address }); new Thing("b", {}, { provider: p });`,
      expect: {
        plan: { a: "create", p: "create", b: "create" },
        providerNot: [{ method: "configure", args: { region: "<unknown>" } }],
      },
    },
    {
      run: "up",
      expect: {
        state: { b: { provider: /::p::/ } },
        provider: [{ method: "configure", args: { region: "addr-obj-1" } }],
      },
    },
  ],
});
