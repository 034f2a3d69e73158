import { conformance, urn } from "./conformance.js";

conformance({
  name: "alias-name",
  area: "aliases",
  semantic:
    "A renamed resource with its old name as alias is the same resource, and is so in the next run without a difference.",
  like: ["TestAliases"],
  steps: [
    { run: "up", program: `new Thing("old", { labels: {} });` },
    {
      run: "up",
      program: `new Thing("new", { labels: {} }, { aliases: [{ name: "old" }] });`,
      expect: {
        plan: { new: "same" },
        calls: [],
        resources: ["new"],
        state: { new: { id: "obj-1", aliases: undefined } },
      },
    },
    {
      run: "up",
      program: `new Thing("new", { labels: {} });`,
      expect: { plan: { new: "same" }, state: { new: { id: "obj-1" } } },
    },
  ],
});

conformance({
  name: "alias-urn",
  area: "aliases",
  semantic: "An alias may be a whole URN.",
  like: ["TestAliases"],
  steps: [
    { run: "up", program: `new Thing("old", { labels: {} });` },
    {
      run: "up",
      program: `new Thing("new", { labels: {} }, { aliases: ["${urn("Thing", "old")}"] });`,
      expect: { plan: { new: "same" }, state: { new: { id: "obj-1" } } },
    },
  ],
});

conformance({
  name: "alias-type",
  area: "aliases",
  semantic:
    "A resource whose type was renamed and has the old one as alias is the same resource, updated where its inputs differ.",
  like: ["TestAliases"],
  steps: [
    { run: "up", program: `new Thing("a", { size: 1 });` },
    {
      run: "up",
      program: `new (type("Item"))("a", { size: 2 }, { aliases: [{ type: "cloud:index:Thing" }] });`,
      expect: { plan: { "Item::a": { op: "update", diffs: ["size"] } }, calls: ["update a"], resources: ["a"] },
    },
  ],
});

conformance({
  name: "alias-parent",
  area: "aliases",
  semantic: "A resource that moved into a component, with no parent as alias, is the same resource.",
  like: ["TestAliases"],
  steps: [
    { run: "up", program: `new Thing("a");` },
    {
      run: "up",
      program: `new Group("g", (self) => { new Thing("a", {}, { parent: self, aliases: [{ parent: pulumi.rootStackResource }] }); });`,
      expect: {
        plan: { a: "same", g: "create" },
        calls: [],
        state: { a: { id: "obj-1", urn: urn("Thing", "a", "test:index:Group"), parent: urn("test:index:Group", "g") } },
      },
    },
    {
      run: "up",
      program: `const g = new Group("g"); new Thing("a", {}, { aliases: [{ parent: g }] });`,
      expect: { plan: { a: "same" }, calls: [], state: { a: { urn: urn("Thing", "a"), id: "obj-1" } } },
    },
  ],
});

const family = (group: string, options: string) => `
  new Group("${group}", (self) => {
    const a = new Thing("${group}-a", { labels: {} }, { parent: self });
    new Thing("fixed", { labels: {} }, { parent: a });
  }, ${options});`;
conformance({
  name: "alias-inherited-from-parent",
  area: "aliases",
  semantic:
    "What is in a renamed component keeps its state: children inherit the alias, with the old name where theirs begins with the parent's.",
  like: ["TestAliasInheritance", "TestAliases"],
  steps: [
    { run: "up", program: family("one", "{}") },
    {
      run: "up",
      program: family("two", `{ aliases: [{ name: "one" }] }`),
      expect: {
        plan: { two: "same", "two-a": "same", fixed: "same" },
        calls: [],
        resources: ["two", "two-a", "fixed"],
        state: { fixed: { parent: urn("Thing", "two-a", "test:index:Group") } },
      },
    },
    { run: "up", program: family("two", "{}"), expect: { plan: {} } },
  ],
});

conformance({
  name: "alias-of-the-parents-type",
  area: "aliases",
  semantic: "A component that changed its type takes its children along.",
  like: ["TestAliases"],
  steps: [
    { run: "up", program: `new Group("g", (self) => { new Thing("a", {}, { parent: self }); });` },
    {
      run: "up",
      program: `new Group("g", (self) => { new Thing("a", {}, { parent: self }); }, { aliases: [{ type: "test:index:Group" }] }, "Team");`,
      expect: {
        plan: { g: "same", a: "same" },
        calls: [],
        state: { a: { urn: urn("Thing", "a", "test:index:Team") } },
      },
    },
  ],
});

conformance({
  name: "alias-references-follow",
  area: "aliases",
  semantic: "References of others to the old URN, which were not registered anew, name the new one in the state.",
  like: ["TestAliasesInDependenciesAreNormalized", "TestAliasesInParentsAreNormalized"],
  steps: [
    {
      run: "up",
      program: `const a = new Thing("old", { labels: {} }); new Thing("b", { ref: a.id }, { dependsOn: [a] }); new Thing("c", {}, { parent: a, deletedWith: a });`,
    },
    {
      run: "up",
      program: `const a = new Thing("new", { labels: {} }, { aliases: [{ name: "old" }] }); new Thing("bad", {}, { dependsOn: [a] });`,
      faults: [{ call: "create bad", error: "no" }],
      expect: {
        outcome: "failed",
        state: {
          b: { dependencies: [urn("Thing", "new")], propertyDependencies: { ref: [urn("Thing", "new")] } },
          c: { parent: urn("Thing", "new"), deletedWith: urn("Thing", "new") },
        },
      },
    },
  ],
});

conformance({
  name: "alias-used-twice",
  area: "aliases",
  semantic: "Two resources cannot have the state of one: the second to claim it by an alias is an error.",
  like: ["TestDuplicateAlias"],
  steps: [
    { run: "up", program: `new Thing("old", { labels: {} });` },
    {
      run: "up",
      program: `
        const one = new Thing("one", { labels: {} }, { aliases: [{ name: "old" }] });
        new Thing("two", { labels: {} }, { aliases: [{ name: "old" }], dependsOn: [one] });`,
      expect: { outcome: "failed", errors: [/alias/], state: { one: { id: "obj-1" } } },
    },
  ],
});

conformance({
  name: "alias-of-one-that-lives",
  area: "aliases",
  semantic: "An alias that is the URN of a resource of the same program is an error.",
  like: ["TestDuplicateAlias"],
  steps: [
    { run: "up", program: `new Thing("old", { labels: {} });` },
    {
      run: "up",
      program: `
        const old = new Thing("old", { labels: {} });
        new Thing("new", { labels: {} }, { aliases: [{ name: "old" }], dependsOn: [old] });`,
      expect: { outcome: "failed", errors: [/alias/], resources: ["old"] },
    },
  ],
});

conformance({
  name: "alias-own-urn-first",
  area: "aliases",
  semantic: "The resource's own URN is looked up before its aliases, which may name what does not exist.",
  like: ["TestAliases"],
  steps: [
    { run: "up", program: `new Thing("a"); new Thing("b");` },
    {
      run: "up",
      program: `new Thing("a", {}, { aliases: [{ name: "b" }, { name: "never" }] });`,
      expect: { plan: { a: "same", b: "delete" }, calls: ["delete b"], state: { a: { id: /obj/ } } },
    },
  ],
});
