import { conformance, urn } from "./conformance.js";

const thing = (name: string) => urn("Thing", name);

conformance({
  name: "target-update",
  area: "targets",
  semantic:
    "With targets only those are changed; the others stay in the state as they were, whatever the program says of them.",
  like: ["TestUpdateTarget"],
  steps: [
    {
      run: "up",
      program: `
        const a = new Thing("a", { size: 1 });
        new Thing("b", { size: 1, from: a.address });
        new Thing("c", { size: 1 });`,
    },
    {
      run: "up",
      program: `
        const a = new Thing("a", { size: 2 });
        new Thing("b", { size: 2, from: a.address });
        new Thing("c", { size: 2 });`,
      targets: [thing("a")],
      expect: {
        plan: { a: "update" },
        calls: ["update a"],
        provider: [{ method: "check", name: "a" }],
        providerNot: [
          { method: "check", name: "b" },
          { method: "diff", name: "c" },
        ],
        state: { a: { inputs: { size: 2 } }, b: { inputs: { size: 1 } }, c: { inputs: { size: 1 } } },
      },
    },
    { run: "up", expect: { plan: { b: "update", c: "update" } } },
  ],
});

conformance({
  name: "target-glob",
  area: "targets",
  semantic: "In a target `*` stands for anything without a colon, and `**` for anything at all.",
  like: ["TestGlobExcludes", "TestDestroyTarget"],
  steps: [
    {
      run: "up",
      program: `new Thing("web-1", { n: 1 }); new Thing("web-2", { n: 1 }); new Thing("web::3", { n: 1 }); new Vague("web-4", { n: 1 });`,
    },
    {
      run: "up",
      program: `new Thing("web-1", { n: 2 }); new Thing("web-2", { n: 2 }); new Thing("web::3", { n: 2 }); new Vague("web-4", { n: 2 });`,
      targets: [thing("web*")],
      expect: { plan: { "web-1": "update", "web-2": "update" } },
    },
    { run: "up", targets: ["urn:*:dev::**Thing::web**3"], expect: { plan: { "web::3": "update" } } },
    { run: "up", targets: ["**web-4"], expect: { plan: { "web-4": "update" } } },
  ],
});

conformance({
  name: "target-create-skipped",
  area: "targets",
  semantic: "What is new and no target is not made, and its outputs are unknown to what is no target either.",
  like: [
    "TestCreateDuringTargetedUpdate_UntargetedCreateNotReferenced",
    "TestCreateDuringTargetedUpdate_UntargetedCreateReferencedByUntargetedCreate",
  ],
  steps: [
    { run: "up", program: `new Thing("a", { size: 1 });` },
    {
      run: "up",
      program: `
        new Thing("a", { size: 2 });
        const b = new Thing("b");
        new Thing("c", { from: b.address });
        new Group("group", (parent) => ({ made: new Thing("d", {}, { parent }).address }));`,
      targets: [thing("a")],
      expect: { plan: { a: "update" }, calls: ["update a"], resources: ["a"] },
    },
    {
      run: "up",
      expect: {
        plan: { b: "create", c: "create", group: "create", d: "create" },
        resources: ["a", "b", "c", "d", "group"],
      },
    },
  ],
});

conformance({
  name: "target-needs-skipped-create",
  area: "targets",
  semantic:
    "A target that depends on something new that is no target is an error; a preview tells of each, and nothing is made.",
  like: [
    "TestCreateDuringTargetedUpdate_UntargetedCreateReferencedByChangedTarget",
    "TestCreateDuringTargetedUpdate_UntargetedCreateReferencedByTargetPropertyDependency",
  ],
  settles: false,
  steps: [
    { run: "up", program: `new Thing("x");` },
    {
      run: "preview",
      program: `
        new Thing("x");
        const a = new Thing("a");
        const b = new Thing("b");
        new Thing("c", { from: a.address });
        new Thing("d", {}, { deletedWith: b });`,
      targets: [thing("c"), thing("d")],
      expect: { outcome: "failed", errors: [/::c\b[\s\S]*::a\b/, /::d\b[\s\S]*::b\b/], calls: [] },
    },
    {
      run: "up",
      targets: [thing("c"), thing("d")],
      expect: { outcome: "failed", calls: [], resources: ["x"] },
    },
  ],
});

conformance({
  name: "target-needs-skipped-parent",
  area: "targets",
  semantic: "A target below a component that does not exist yet and is no target cannot be made.",
  like: ["TestCreateDuringTargetedUpdate_UntargetedCreateReferencedByTargetParent"],
  steps: [
    { run: "up", program: `new Thing("x");` },
    {
      run: "up",
      program: `new Thing("x"); new Group("group", (parent) => void new Thing("a", {}, { parent }));`,
      targets: ["**::a"],
      expect: { outcome: "failed", errors: [/::a\b[\s\S]*::group\b/], resources: ["x"] },
    },
    {
      run: "up",
      targets: ["**::a", "**::group"],
      expect: { plan: { group: "create", a: "create" }, resources: ["a", "group", "x"] },
    },
  ],
});

conformance({
  name: "target-dependents",
  area: "targets",
  semantic:
    "With dependents, whatever depends on a target counts as one: by a value, by dependsOn, as a child, and by way of another.",
  like: ["TestTargetDependents", "TestTargetDependentsSiblingResources"],
  steps: [
    {
      run: "up",
      program: `
        const a = new Thing("a", { n: 1 });
        const b = new Thing("b", { n: 1, from: a.address });
        new Thing("c", { n: 1 }, { dependsOn: [b] });
        new Thing("child", { n: 1 }, { parent: a });
        new Thing("other", { n: 1 });`,
    },
    {
      run: "up",
      program: `
        const a = new Thing("a", { n: 2 });
        const b = new Thing("b", { n: 2, from: a.address });
        new Thing("c", { n: 2 }, { dependsOn: [b] });
        new Thing("child", { n: 2 }, { parent: a });
        new Thing("other", { n: 2 });`,
      targets: [thing("a")],
      targetDependents: true,
      expect: { plan: { a: "update", b: "update", c: "update", child: "update" } },
    },
    { run: "up", expect: { plan: { other: "update" } } },
  ],
});

conformance({
  name: "target-provider-implied",
  area: "targets",
  semantic: "Providers, explicit ones too, and the root stack are part of every targeted operation.",
  like: ["TestCreateDuringTargetedUpdate_UntargetedProviderReferencedByTarget", "TestTargetedCreateDefaultProvider"],
  steps: [
    {
      run: "up",
      program: `
        const provider = new Provider("own", { user: "one" });
        new Thing("a", {}, { provider });
        new Thing("b");
        return { said: 1 };`,
      targets: ["**::a"],
      expect: { plan: { own: "create", a: "create" }, resources: ["a"], outputs: { said: 1 } },
    },
    {
      run: "up",
      program: `
        const provider = new Provider("own", { user: "two" });
        new Thing("a", { n: 2 }, { provider });
        new Thing("b");
        return { said: 2 };`,
      targets: ["**::b"],
      expect: { plan: { own: "update", b: "create" }, outputs: { said: 2 } },
    },
    { run: "up", expect: { plan: { a: "update" } } },
  ],
});

conformance({
  name: "target-unknown",
  area: "targets",
  semantic: "A target that neither the state nor the program has is an error.",
  like: ["TestDestroyTarget", "TestUpdateTarget"],
  steps: [
    { run: "up", program: `new Thing("a", { n: 1 });` },
    {
      run: "up",
      program: `new Thing("a", { n: 2 }); new Thing("b");`,
      targets: [thing("a"), thing("b"), thing("bb")],
      expect: { outcome: "failed", errors: [/Thing::bb/], calls: ["update a", "create b"] },
    },
    { run: "refresh", targets: [thing("aa")], expect: { outcome: "failed", errors: [/Thing::aa/], calls: [] } },
    { run: "up", replaces: [thing("nothing")], expect: { outcome: "failed", errors: [/Thing::nothing/], calls: [] } },
    { run: "up", targets: ["**::matches-nothing"], expect: { plan: {} } },
  ],
});

conformance({
  name: "target-keeps-order-of-untargeted",
  area: "targets",
  semantic: "What left the program stays, before what depends on it, as long as neither is a target.",
  like: ["TestUntargetedDependencyChainsArePreserved"],
  steps: [
    {
      run: "up",
      program: `
        const a = new Thing("a");
        const b = new Thing("b", { from: a.address });
        const c = new Thing("c", { from: b.address });
        new Thing("d", {}, { deletedWith: c });
        new Thing("t", { n: 1 });`,
    },
    {
      run: "up",
      program: `new Thing("d"); new Thing("t", { n: 2 });`,
      targets: [thing("t")],
      expect: {
        plan: { t: "update" },
        resources: ["a", "b", "c", "d", "t"],
        state: { d: { deletedWith: thing("c") } },
      },
    },
    { run: "up", expect: { calls: ["delete c", "delete b", "delete a"], resources: ["d", "t"] } },
  ],
});

conformance({
  name: "target-delete-needs-dependents",
  area: "targets",
  semantic: "Deleting a target takes what depends on it along; without leave for that nothing is deleted at all.",
  like: ["TestTargetDestroyDependencyErrors", "TestTargetDestroyChildErrors", "TestDestroyTargetWithChildren"],
  steps: [
    {
      run: "up",
      program: `
        const a = new Thing("a");
        const b = new Thing("b", { from: a.address });
        new Thing("child", {}, { parent: b });
        new Thing("other");`,
    },
    {
      run: "preview-destroy",
      targets: [thing("a")],
      expect: { outcome: "failed", errors: [/::b\b/, /::child\b/], calls: [] },
    },
    {
      run: "destroy",
      targets: [thing("a"), thing("b")],
      expect: { outcome: "failed", errors: [/::child\b/], calls: [], resources: ["a", "b", "child", "other"] },
    },
    {
      run: "destroy",
      targets: [thing("a")],
      targetDependents: true,
      expect: { order: ["delete child", "delete b", "delete a"], resources: ["other"] },
    },
    { run: "destroy", targets: [thing("other")], expect: { plan: { other: "delete" }, resources: [] } },
  ],
});

conformance({
  name: "target-deletes-only-targets",
  area: "targets",
  semantic: "An update with targets deletes, of what left the program, only targets.",
  like: ["TestDestroyTarget", "TestEnsureUntargetedSame"],
  steps: [
    { run: "up", program: `new Thing("a"); new Thing("b"); new Thing("c");` },
    {
      run: "up",
      program: `new Thing("c", { n: 2 });`,
      targets: [thing("a")],
      expect: { plan: { a: "delete" }, resources: ["b", "c"] },
    },
    { run: "up", expect: { plan: { b: "delete", c: "update" } } },
  ],
});

conformance({
  name: "exclude-update",
  area: "targets",
  semantic: "Everything but what is excluded is changed; with dependents, what depends on it is left out too.",
  like: ["TestExcludeTarget", "TestExcludeChildren", "TestGlobExcludes"],
  steps: [
    {
      run: "up",
      program: `
        const a = new Thing("a", { n: 1 });
        new Thing("b", { n: 1, from: a.address });
        new Thing("child", { n: 1 }, { parent: a });
        new Thing("c", { n: 1 });`,
    },
    {
      run: "up",
      program: `
        const a = new Thing("a", { n: 2 });
        new Thing("b", { n: 2, from: a.address });
        new Thing("child", { n: 2 }, { parent: a });
        new Thing("c", { n: 2 });
        new Thing("fresh");`,
      excludes: [thing("a"), "**::fresh"],
      excludeDependents: true,
      expect: { plan: { c: "update" }, resources: ["a", "b", "c", "child"] },
    },
    { run: "up", excludes: [thing("a")], expect: { plan: { b: "update", child: "update", fresh: "create" } } },
    { run: "up", expect: { plan: { a: "update" } } },
  ],
});

conformance({
  name: "exclude-destroy",
  area: "targets",
  semantic:
    "A destroy with excludes keeps those and all that they cannot be without: parents, dependencies, providers.",
  like: ["TestDestroyExcludeTarget", "TestDestroyExcludeChildren"],
  steps: [
    {
      run: "up",
      program: `
        const net = new Thing("net");
        new Group("group", (parent) => {
          new Thing("a", { from: net.address }, { parent });
          new Thing("b", {}, { parent });
        });
        new Thing("c", { from: net.address });`,
    },
    {
      run: "destroy",
      excludes: ["**::a"],
      expect: { calls: ["delete b", "delete c"], resources: ["a", "group", "net"] },
    },
    { run: "destroy", expect: { order: ["delete a", "delete net"], resources: [] } },
  ],
});

conformance({
  name: "replace-flag",
  area: "targets",
  semantic:
    "A resource that is asked to be replaced is, though nothing of it changed; what depends on it is judged as in any replacement.",
  like: ["TestReplaceSpecificTargets"],
  steps: [
    {
      run: "up",
      program: `const a = new Thing("a"); new Thing("b", { link: a.id }); new Thing("c", { n: 1, from: a.address });`,
    },
    {
      run: "up",
      program: `const a = new Thing("a"); new Thing("b", { link: a.id }); new Thing("c", { n: 2, from: a.address });`,
      replaces: [thing("a")],
      expect: {
        plan: { a: { op: "replace", keys: ["id"] }, b: { op: "replace", keys: ["link"] }, c: "update" },
        order: ["create a", "create b", "delete b", "delete a"],
        provider: [{ method: "check", name: "a" }],
      },
    },
  ],
});

conformance({
  name: "taint",
  area: "targets",
  semantic: "A tainted resource is replaced by the next update, and is tainted no more.",
  like: ["TestTaint"],
  steps: [
    { run: "up", program: `new Thing("a"); new Thing("b");` },
    {
      edit: (deployment) => {
        for (const resource of deployment.resources ?? []) if (resource.urn === thing("a")) resource.taint = true;
      },
    },
    { run: "preview", expect: { plan: { a: { op: "replace", keys: ["id"] } }, state: { a: { taint: true } } } },
    { run: "up", targets: [thing("b")], expect: { plan: {}, state: { a: { taint: true } } } },
    { run: "up", expect: { calls: ["create a", "delete a"], state: { a: { taint: undefined, id: "obj-3" } } } },
  ],
});

conformance({
  name: "destroy-exclude-protected",
  area: "protection",
  semantic: "A destroy that spares protected resources keeps them and what they need, and deletes all others.",
  like: ["TestDestroyExcludeTarget"],
  steps: [
    {
      run: "up",
      program: `
        const a = new Thing("a");
        new Thing("b", { from: a.address }, { protect: true });
        new Thing("c", { from: a.address });
        new Group("group", (parent) => void new Thing("d", {}, { parent }));`,
    },
    {
      run: "destroy",
      excludeProtected: true,
      expect: { calls: ["delete d", "delete c"], resources: ["a", "b"], state: { b: { protect: true } } },
    },
  ],
});
