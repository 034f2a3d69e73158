import type { FakeCloud } from "../support/cloud.js";
import { conformance, urn } from "./conformance.js";

const thing = (name: string) => urn("Thing", name);
const set = (name: string, properties: Record<string, unknown>) => (cloud: FakeCloud) => {
  Object.assign(cloud.byName(name).properties, properties);
};
const remove = (name: string) => (cloud: FakeCloud) => {
  cloud.objects.delete(cloud.byName(name).id);
};

conformance({
  name: "refresh-changed",
  area: "refresh",
  semantic: "What was changed outside is shown and taken into the state, inputs too; the next update puts it right.",
  like: ["TestRefreshBasics"],
  steps: [
    { run: "up", program: `new Thing("a", { size: 1 }); new Thing("b", { size: 1 });` },
    { change: set("a", { size: 7 }) },
    {
      run: "preview-refresh",
      expect: {
        plan: { a: { op: "update", diffs: ["size"] } },
        state: { a: { inputs: { size: 1 }, outputs: { size: 1 } } },
      },
    },
    {
      run: "refresh",
      expect: { plan: { a: "update" }, state: { a: { inputs: { size: 7 }, outputs: { size: 7 } } } },
    },
    { run: "up", expect: { plan: { a: "update" }, calls: ["update a"], state: { a: { inputs: { size: 1 } } } } },
  ],
});

conformance({
  name: "refresh-what-the-provider-ignores",
  area: "refresh",
  semantic: "What differs but is no difference to the provider is taken into the state and not told as a change.",
  like: ["TestRefreshBasics"],
  steps: [
    { run: "up", program: `new Thing("a", { size: 1 });` },
    { change: set("a", { generation: 5 }) },
    { run: "refresh", expect: { plan: {}, state: { a: { outputs: { generation: 5 }, inputs: { size: 1 } } } } },
    { run: "up", expect: { plan: {} } },
  ],
});

conformance({
  name: "refresh-detailed",
  area: "refresh",
  semantic:
    "The difference is what an update would undo, the other way round: what was added outside is shown as added.",
  steps: [
    { run: "up", program: `new (type("Detailed"))("a", { opts: { x: 1 } });` },
    { change: set("a", { opts: { x: 2, y: 3 } }) },
    {
      run: "preview-refresh",
      expect: { plan: { a: { op: "update", detailedDiff: { "opts.x": "update", "opts.y": "add" } } } },
    },
    { run: "refresh" },
    { run: "up", expect: { plan: { a: { op: "update", detailedDiff: { "opts.x": "update", "opts.y": "delete" } } } } },
  ],
});

conformance({
  name: "refresh-gone",
  area: "refresh",
  semantic: "What is gone leaves the state, and what depended on it no longer says so; the next update makes it again.",
  like: ["TestRefreshWithDelete", "TestRefreshDeleteDependencies", "TestRefreshDeletePropertyDependencies"],
  steps: [
    {
      run: "up",
      program: `
        const a = new Thing("a");
        const b = new Thing("b", { from: a.address }, { dependsOn: [a] });
        new Thing("c", { from: b.address }, { deletedWith: a });`,
    },
    { change: remove("a") },
    {
      run: "refresh",
      expect: {
        plan: { a: "delete" },
        state: {
          a: null,
          b: { dependencies: undefined },
          c: { deletedWith: undefined, dependencies: [thing("b")] },
        },
      },
    },
    { run: "up", expect: { plan: { a: "create", b: "update" }, state: { c: { deletedWith: thing("a") } } } },
  ],
});

conformance({
  name: "refresh-gone-parent",
  area: "refresh",
  semantic: "Children of what is gone go to the nearest ancestor that is left.",
  like: ["TestRefreshDeleteParent", "TestRefreshDeletedResourceWithChild"],
  differs: "The real engine leaves such children without a parent until the next update.",
  steps: [
    {
      run: "up",
      program: `
        new Group("g", (parent) => {
          const a = new Thing("a", {}, { parent });
          const b = new Thing("b", {}, { parent: a });
          new Thing("c", {}, { parent: b });
        });`,
    },
    { change: remove("a") },
    { change: remove("b") },
    {
      run: "refresh",
      expect: {
        plan: { a: "delete", b: "delete" },
        state: { c: { parent: urn("test:index:Group", "g") } },
      },
    },
    { run: "up", expect: { plan: { a: "create", b: "create" } } },
  ],
});

conformance({
  name: "refresh-new-id",
  area: "refresh",
  semantic: "An id that the provider says is another one now is taken over.",
  like: ["TestRefreshStepWillPersistUpdatedIDs"],
  steps: [
    { run: "up", program: `new Thing("a", { size: 1 });` },
    {
      change: (cloud) => {
        const object = cloud.byName("a");
        cloud.objects.delete(object.id);
        cloud.formerIds.set(object.id, "moved");
        cloud.plant({ ...object, id: "moved" });
      },
    },
    { run: "refresh", expect: { state: { a: { id: "moved", outputs: { address: "addr-moved" } } } } },
    {
      run: "up",
      program: `new Thing("a", { size: 2 });`,
      expect: { calls: ["update a"], state: { a: { id: "moved" } } },
    },
  ],
});

conformance({
  name: "refresh-without-inputs",
  area: "refresh",
  semantic: "Where a provider reads no inputs the old ones stay, and only outputs are taken over.",
  like: ["TestRefreshPreservesInputsWhenReadReturnsNoInputs"],
  packages: { mute: { readsInputs: false } },
  steps: [
    { run: "up", program: `new (type("Thing", "mute"))("a", { size: 1 });` },
    { change: set("a", { size: 3 }) },
    { run: "refresh", expect: { plan: {}, state: { a: { inputs: { size: 1 }, outputs: { size: 3 } } } } },
    { run: "up", expect: { plan: {} } },
  ],
});

conformance({
  name: "refresh-ill",
  area: "refresh",
  semantic: "An object that is there but not right is a warning and is kept so; the next update tends to it.",
  like: ["TestRefreshInitFailure"],
  steps: [
    { run: "up", program: `new Thing("a"); new Thing("b");` },
    { change: set("a", { ill: "it does not answer" }) },
    {
      run: "refresh",
      expect: {
        warnings: [/it does not answer/],
        state: { a: { initErrors: ["it does not answer"] }, b: { initErrors: undefined } },
      },
    },
    { run: "up", expect: { plan: { a: "update" }, calls: ["update a"], state: { a: { initErrors: undefined } } } },
  ],
});

conformance({
  name: "refresh-failing-read",
  area: "refresh",
  semantic: "A read that fails makes the refresh fail; what was read before stands.",
  like: ["TestRefreshV2FailedRead"],
  settles: false,
  steps: [
    { run: "up", program: `const a = new Thing("a", { size: 1 }); new Thing("b", { from: a.address });` },
    { change: set("a", { size: 2 }) },
    {
      run: "refresh",
      parallel: 1,
      faults: [{ call: "read b", error: "connection refused" }],
      expect: {
        outcome: "failed",
        errors: [/connection refused/],
        state: { a: { inputs: { size: 2 } }, b: { id: "obj-2" } },
      },
    },
  ],
});

conformance({
  name: "up-refresh",
  area: "refresh",
  semantic: "An update that refreshes first plans with what there really is.",
  like: ["TestRefreshUpdateWithDeletedResource"],
  steps: [
    { run: "up", program: `new Thing("a", { size: 1 }); new Thing("b"); new Thing("c");` },
    { change: set("a", { size: 5 }) },
    { change: remove("b") },
    { run: "preview", expect: { plan: {} } },
    { run: "preview", refresh: true, expect: { plan: { a: "update", b: "create" }, resources: ["a", "b", "c"] } },
    {
      run: "up",
      refresh: true,
      expect: { plan: { a: "update", b: "create" }, calls: ["read a", "read b", "read c", "update a", "create b"] },
    },
  ],
});

conformance({
  name: "destroy-refresh",
  area: "refresh",
  semantic: "A destroy that refreshes first does not ask for the deletion of what is gone.",
  steps: [
    { run: "up", program: `new Thing("a"); new Thing("b");` },
    { change: remove("a") },
    {
      run: "destroy",
      refresh: true,
      expect: { plan: { b: "delete" }, calls: ["read a", "read b", "delete b"], resources: [] },
    },
  ],
});

conformance({
  name: "refresh-targets",
  area: "refresh",
  semantic: "A refresh with targets reads only those, and with dependents what depends on them; excludes are left out.",
  like: ["TestRefreshTargetChildren", "TestRefreshExcludeTarget", "TestRefreshExcludeChildren"],
  settles: false,
  steps: [
    {
      run: "up",
      program: `
        const a = new Thing("a", { n: 1 });
        new Thing("b", { n: 1, from: a.address });
        new Thing("c", { n: 1 });`,
    },
    { change: set("a", { n: 2 }) },
    { change: set("b", { n: 2 }) },
    { change: set("c", { n: 2 }) },
    { run: "preview-refresh", targets: [thing("a")], expect: { plan: { a: "update" }, calls: ["read a"] } },
    {
      run: "preview-refresh",
      excludes: [thing("a")],
      excludeDependents: true,
      expect: { plan: { c: "update" }, calls: ["read c"] },
    },
    {
      run: "refresh",
      targets: [thing("a")],
      targetDependents: true,
      expect: { plan: { a: "update", b: "update" }, calls: ["read a", "read b"], state: { c: { inputs: { n: 1 } } } },
    },
  ],
});

conformance({
  name: "refresh-before-update",
  area: "refresh",
  semantic: "Resources whose provider asks for it are read before every update and preview, without being told to.",
  like: ["TestRefreshBeforeUpdate"],
  packages: { eager: { refreshBeforeUpdate: true } },
  steps: [
    {
      run: "up",
      program: `new (type("Thing", "eager"))("a", { size: 1 }); new Thing("b");`,
      expect: { state: { a: { refreshBeforeUpdate: true }, b: { refreshBeforeUpdate: undefined } } },
    },
    { change: set("a", { size: 9 }) },
    { run: "preview", expect: { plan: { a: "update" }, calls: ["read a"], state: { a: { inputs: { size: 1 } } } } },
    {
      run: "up",
      expect: { plan: { a: "update" }, calls: ["read a", "update a"], state: { a: { refreshBeforeUpdate: true } } },
    },
  ],
});

conformance({
  name: "refresh-external",
  area: "refresh",
  semantic:
    "What the program only reads is refreshed too: its outputs are compared, and its provider is not asked for a difference.",
  like: ["TestExternalRefresh", "TestExternalRefreshDoesNotCallDiff"],
  differs: "The real engine does not name the outputs that changed.",
  retained: ["seen"],
  prepare: ({ cloud }) => {
    const properties = { size: 1 };
    cloud.plant({ id: "seen-1", type: "cloud:index:Thing", name: "seen", properties, labels: {}, ready: true });
  },
  steps: [
    { run: "up", program: `new Thing("seen", {}, { id: "seen-1" });`, expect: { state: { seen: { external: true } } } },
    { run: "refresh", expect: { plan: {} } },
    { change: set("seen", { size: 2 }) },
    {
      run: "refresh",
      expect: {
        plan: { seen: "update" },
        providerNot: [{ method: "diff", name: "seen" }],
        state: { seen: { outputs: { size: 2 } } },
      },
    },
  ],
});

conformance({
  name: "refresh-keeps-pending-create",
  area: "refresh",
  semantic: "A creation that was cut off stays pending over a refresh until somebody clears it.",
  like: ["TestRefreshPreservesPendingCreateOperations"],
  packages: { blind: { recovers: false } },
  retained: ["b"],
  steps: [
    { run: "up", program: `new (type("Thing", "blind"))("a");` },
    {
      run: "up",
      program: `const Blind = type("Thing", "blind"); new Blind("a"); new Blind("b");`,
      crash: { call: "create b", phase: "after" },
      expect: { pending: ["creating b"] },
    },
    { run: "refresh", expect: { pending: ["creating b"], resources: ["a"] } },
    { run: "refresh", clearPendingCreates: true, expect: { pending: [], resources: ["a"] } },
  ],
});
