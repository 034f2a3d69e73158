import { expect } from "vitest";
import type { FakeCloud } from "../support/cloud.js";
import { conformance, urn } from "./conformance.js";
import type { World } from "./types.js";

/** Puts an object into the cloud that no stack knows of: obj-1, obj-2, … in the order of the calls. */
function plant(cloud: FakeCloud, name: string, properties: Record<string, unknown> = {}): void {
  const labels = { entry: name, stack: "dev" };
  const id = cloud.newId();
  cloud.plant({ id, type: "cloud:index:Thing", name, properties: { labels, ...properties }, labels, ready: true });
}
const planted =
  (...objects: [name: string, properties?: Record<string, unknown>][]) =>
  ({ cloud }: World) => {
    for (const [name, properties] of objects) plant(cloud, name, properties);
  };

conformance({
  name: "import-as-it-is",
  area: "read and import",
  semantic:
    "An object that is already as the program asks for it is imported and not changed; the state keeps the id that it came by.",
  like: ["TestImportOption"],
  prepare: planted(["a", { size: 1 }]),
  retained: ["a"],
  steps: [
    {
      run: "preview",
      program: `const a = new Thing("a", { size: 1 }, { import: "obj-1", protect: true }); return { address: a.address };`,
      expect: {
        plan: { a: { op: "import", inputs: { size: 1 } } },
        calls: ["read a"],
        provider: [{ method: "read", id: "obj-1" }],
      },
    },
    {
      run: "up",
      expect: {
        plan: { a: "import" },
        calls: ["read a"],
        state: { a: { id: "obj-1", importID: "obj-1", protect: true, inputs: { size: 1 }, created: /^20/ } },
        outputs: { address: "addr-obj-1" },
      },
    },
    { run: "up", expect: { plan: {}, state: { a: { importID: "obj-1" } } } },
    {
      run: "up",
      program: `new Thing("a", { size: 2 });`,
      expect: { plan: { a: "update" }, state: { a: { importID: undefined } } },
    },
  ],
});

conformance({
  name: "import-then-update",
  area: "read and import",
  semantic:
    "Where an imported object is not as the program asks for it, it is imported and updated, in one run and in its plan.",
  like: ["TestImportOption", "TestImportWithDifferingImportIdentifierFormat"],
  prepare: planted(["a", { size: 1, color: "red" }]),
  retained: ["a"],
  steps: [
    {
      run: "preview",
      program: `const a = new Thing("a", { size: 2, color: "red" }, { import: "obj-1" }); new Thing("b", { from: a.address });`,
      expect: { plan: { a: ["import", { op: "update", diffs: ["size"] }], b: "create" } },
    },
    {
      run: "up",
      expect: {
        plan: { a: ["import", { op: "update", diffs: ["size"] }], b: "create" },
        calls: ["read a", "update a", "create b"],
        state: {
          a: { id: "obj-1", importID: "obj-1", inputs: { size: 2, color: "red" }, outputs: { size: 2, generation: 2 } },
        },
        resources: ["a", "b"],
      },
    },
  ],
});

conformance({
  name: "import-ignore-changes",
  area: "read and import",
  semantic: "With ignoreChanges the imported object's own values stay, and only the rest is brought up to date.",
  like: ["TestImportIgnoreChanges"],
  prepare: planted(["a", { size: 1, color: "red" }], ["b", { size: 1 }]),
  steps: [
    {
      run: "up",
      program: `
        new Thing("a", { size: 2, color: "blue" }, { import: "obj-1", ignoreChanges: ["color"] });
        new Thing("b", { size: 9 }, { import: "obj-2", ignoreChanges: ["size"] });`,
      expect: {
        plan: { a: ["import", { op: "update", diffs: ["size"] }], b: "import" },
        calls: ["read a", "read b", "update a"],
        state: { a: { inputs: { size: 2, color: "red" } }, b: { inputs: { size: 1 } } },
      },
    },
  ],
});

conformance({
  name: "import-in-place-of-another",
  area: "read and import",
  semantic:
    "Importing another object into a resource that has one replaces it: dependents are updated, the former object is deleted last.",
  like: ["TestImportOption"],
  steps: [
    { run: "up", program: `const a = new Thing("a", { size: 1 }); new Thing("b", { from: a.address });` },
    { change: (cloud) => plant(cloud, "a", { size: 1 }) },
    {
      run: "up",
      program: `const a = new Thing("a", { size: 1 }, { import: "obj-3" }); new Thing("b", { from: a.address });`,
      expect: {
        plan: { a: "replace", b: "update" },
        calls: ["read a", "update b", "delete a"],
        order: ["update b", "delete a"],
        state: { a: { id: "obj-3" }, b: { inputs: { from: "addr-obj-3" } } },
        resources: ["a", "b"],
      },
    },
  ],
});

conformance({
  name: "import-of-nothing",
  area: "read and import",
  semantic: "Importing an id that does not exist fails the plan and the run, and changes nothing.",
  like: ["TestImportOption"],
  steps: [
    { run: "up", program: `new Thing("b", {});` },
    {
      run: "preview",
      program: `const b = new Thing("b", {}); new Thing("a", {}, { import: "gone", dependsOn: b });`,
      expect: { outcome: "failed", errors: [/gone/] },
    },
    { run: "up", expect: { outcome: "failed", calls: ["read a"], errors: [/gone/], resources: ["b"], pending: [] } },
  ],
});

conformance({
  name: "import-read-fails",
  area: "read and import",
  semantic: "A provider that cannot read the object fails the import; nothing is pending, and the next up imports it.",
  like: ["TestImportOption"],
  prepare: planted(["a", { size: 1 }]),
  steps: [
    {
      run: "up",
      program: `new Thing("a", { size: 1 }, { import: "obj-1" });`,
      faults: [{ call: "read a", error: "connection refused" }],
      expect: { outcome: "failed", errors: [/connection refused/], resources: [], pending: [] },
    },
    { run: "up", expect: { plan: { a: "import" }, resources: ["a"] } },
  ],
  retained: ["a"],
});

conformance({
  name: "import-killed",
  area: "read and import",
  semantic: "An import stands in the checkpoint before the object is read; after a kill it is simply done anew.",
  prepare: planted(["a", { size: 1 }]),
  retained: ["a"],
  steps: [
    { run: "up", program: `new Thing("z", {});` },
    {
      run: "up",
      program: `new Thing("z", {}); new Thing("a", { size: 1 }, { import: "obj-1" });`,
      crash: { call: "read a" },
      expect: { pending: ["importing a"], resources: ["z"] },
    },
    { run: "up", expect: { plan: { a: "import" }, resources: ["a", "z"], pending: [] } },
  ],
});

conformance({
  name: "import-update-fails",
  area: "read and import",
  semantic:
    "If the update that follows an import fails, the object is in the state as it was read, and the next up updates it.",
  like: ["TestImportWithFailedUpdate"],
  prepare: planted(["a", { size: 1 }]),
  steps: [
    {
      run: "up",
      program: `new Thing("a", { size: 2 }, { import: "obj-1" });`,
      faults: [{ call: "update a", error: "busy" }],
      expect: { outcome: "failed", errors: [/busy/], pending: [], state: { a: { id: "obj-1", inputs: { size: 1 } } } },
    },
    { run: "up", expect: { plan: { a: "update" }, calls: ["update a"], state: { a: { inputs: { size: 2 } } } } },
  ],
});

conformance({
  name: "import-forbids-replacement",
  area: "read and import",
  semantic:
    "A resource that still says which object it imports cannot be replaced, which would give it another id; without the option it can.",
  like: ["TestImportOption"],
  prepare: planted(["a", { zone: "x" }]),
  steps: [
    { run: "up", program: `new Thing("a", { zone: "x" }, { import: "obj-1" });` },
    {
      run: "preview",
      program: `new Thing("a", { zone: "y" }, { import: "obj-1" });`,
      expect: { plan: { a: "replace" }, warnings: [/previously.imported/] },
    },
    {
      run: "up",
      expect: { outcome: "failed", errors: [/previously.imported/], calls: [], state: { a: { id: "obj-1" } } },
    },
    {
      run: "up",
      program: `new Thing("a", { zone: "y" });`,
      expect: { plan: { a: "replace" }, calls: ["create a", "delete a"] },
    },
  ],
});

conformance({
  name: "import-of-what-was-read",
  area: "read and import",
  semantic: "An object that the program only read so far becomes its own by importing it, and is not touched.",
  like: ["TestImportOption"],
  prepare: planted(["a", { size: 1 }]),
  steps: [
    { run: "up", program: `get(Thing, "a", "obj-1");`, expect: { state: { a: { external: true } } } },
    {
      run: "up",
      program: `new Thing("a", { size: 1 }, { import: "obj-1" });`,
      expect: {
        plan: { a: "replace" },
        calls: ["read a"],
        state: { a: { external: undefined, id: "obj-1", importID: "obj-1" } },
      },
    },
    { run: "destroy", expect: { calls: ["delete a"] } },
  ],
  retained: ["a"],
});

conformance({
  name: "read-external",
  area: "read and import",
  semantic:
    "What is read is in the state as external, read anew by each run and in previews, never changed, and only forgotten at the end.",
  like: ["TestExternalRefresh", "TestReadNilOutputs"],
  prepare: planted(["a", { size: 1 }]),
  retained: ["a"],
  steps: [
    {
      run: "preview",
      program: `const a = get(Thing, "a", "obj-1"); new Thing("b", { from: a.address });`,
      expect: { plan: { a: "read", b: { op: "create", inputs: { from: "addr-obj-1" } } }, calls: ["read a"] },
    },
    {
      run: "up",
      expect: { plan: { a: "read", b: "create" }, state: { a: { external: true, id: "obj-1", outputs: { size: 1 } } } },
    },
    {
      change: (cloud) => {
        cloud.byName("a").properties.size = 2;
      },
    },
    {
      run: "up",
      expect: { plan: { a: "read" }, calls: ["read a"], state: { a: { external: true, outputs: { size: 2 } } } },
    },
    {
      run: "up",
      program: `new Thing("b", { from: "addr-obj-1" });`,
      expect: { plan: { a: "discard" }, calls: [], resources: ["b"] },
    },
    { run: "up", program: `get(Thing, "a", "obj-1");`, expect: { plan: { a: "read", b: "delete" } } },
    { run: "destroy", expect: { plan: { a: "discard" }, calls: [], resources: [] } },
  ],
});

conformance({
  name: "read-refresh",
  area: "read and import",
  semantic: "A refresh reads external resources too, and drops those whose object is gone.",
  like: ["TestExternalRefresh"],
  prepare: planted(["a", { size: 1 }], ["b", {}]),
  retained: ["a", "b"],
  differs: "the real engine says only that what is read has changed; here it is said what of it",
  settles: false,
  steps: [
    { run: "up", program: `get(Thing, "a", "obj-1"); get(Thing, "b", "obj-2");` },
    {
      change: (cloud) => {
        cloud.byName("a").properties.size = 2;
        cloud.objects.delete("obj-2");
      },
    },
    { run: "refresh", expect: { state: { a: { external: true, outputs: { size: 2 } }, b: null } } },
  ],
});

conformance({
  name: "read-of-nothing",
  area: "read and import",
  semantic: "Reading an id that does not exist fails the run.",
  steps: [
    {
      run: "preview",
      program: `get(Thing, "a", "gone");`,
      expect: { outcome: "failed", errors: [/gone/] },
    },
  ],
});

conformance({
  name: "read-unknown-id",
  area: "read and import",
  semantic:
    "In a preview an object whose id is not known yet cannot be read, and all of it is unknown; the run reads it.",
  steps: [
    {
      run: "preview",
      program: `const a = new Thing("a", {}); const b = get(Thing, "b", a.id); new Thing("c", { from: b.address });`,
      expect: {
        plan: { a: "create", b: "read", c: { op: "create", inputs: { from: "<unknown>" } } },
        provider: [],
        providerNot: [{ method: "read" }],
      },
    },
    {
      run: "up",
      expect: {
        plan: { a: "create", b: "read", c: "create" },
        state: { b: { id: "obj-1", external: true }, c: { inputs: { from: "addr-obj-1" } } },
      },
    },
  ],
});

conformance({
  name: "read-secret-outputs",
  area: "read and import",
  semantic: "additionalSecretOutputs of what is read are secrets, and so is what was given as one.",
  like: ["TestAdditionalSecretOutputs"],
  prepare: planted(["a", { size: 1, key: "hush-hush" }]),
  retained: ["a"],
  steps: [
    {
      run: "up",
      program: `
        const a = new Thing("a", { labels: undefined, key: pulumi.secret("hush-hush") }, { id: "obj-1", additionalSecretOutputs: ["token"] });
        return { token: a.token, size: a.size };`,
      expect: {
        state: {
          a: {
            outputs: { token: { secret: "token-obj-1" }, key: { secret: "hush-hush" }, size: 1 },
            inputs: { key: { secret: "hush-hush" } },
          },
        },
        nowhere: /hush-hush|token-obj-1/,
      },
    },
  ],
});

conformance({
  name: "read-relinquishes",
  area: "read and import",
  semantic:
    "A resource whose own object the program now only reads is given up: no call but the read, and destroy leaves the object.",
  like: ["TestRelinquishStep"],
  retained: ["a"],
  steps: [
    { run: "up", program: `new Thing("a", {});` },
    {
      run: "up",
      program: `get(Thing, "a", "obj-1");`,
      expect: { plan: { a: "read" }, calls: ["read a"], state: { a: { external: true, id: "obj-1" } } },
    },
    { run: "destroy", expect: { calls: [], resources: [] } },
  ],
});

conformance({
  name: "read-replaces",
  area: "read and import",
  semantic:
    "A resource that now reads another object gives its own one up for deletion, after its dependents have moved over.",
  like: ["TestReadReplaceStep"],
  retained: ["other"],
  steps: [
    { run: "up", program: `const a = new Thing("a", {}); new Thing("b", { from: a.address });` },
    { change: (cloud) => plant(cloud, "other") },
    {
      run: "up",
      program: `const a = get(Thing, "a", "obj-3"); new Thing("b", { from: a.address });`,
      expect: {
        plan: { a: "replace", b: "update" },
        order: ["update b", "delete a"],
        state: { a: { id: "obj-3", external: true } },
        resources: ["a", "b"],
      },
    },
  ],
});

conformance({
  name: "read-taken-over",
  area: "read and import",
  semantic:
    "A resource that the program only read so far and now declares is made anew; the foreign object is left alone.",
  like: ["TestTakeOwnershipStep"],
  prepare: planted(["other"]),
  retained: ["other"],
  steps: [
    { run: "up", program: `get(Thing, "a", "obj-1");` },
    {
      run: "up",
      program: `new Thing("a", {});`,
      expect: {
        plan: { a: "replace" },
        calls: ["create a"],
        state: { a: { id: "obj-2", external: undefined } },
        resources: ["a"],
      },
    },
  ],
});

conformance({
  name: "exists-resource",
  area: "read and import",
  semantic:
    "A program can ask whether an object exists; in a preview it is not known for an id that is not known. Nothing goes into the state.",
  prepare: planted(["a"]),
  retained: ["a"],
  hermeticOnly: "new in the SDK's release 3.270; the real engine that the suite is run against is older",
  steps: [
    {
      run: "preview",
      program: `
        const { existsResource } = require("@pulumi/pulumi/runtime");
        const n = new Thing("n", {});
        const exists = (id) => existsResource("cloud:index:Thing", id);
        return { yes: exists("obj-1"), no: exists("gone"), later: exists(n.id) };`,
      expect: { plan: { n: "create" } },
    },
    {
      run: "up",
      expect: {
        outputs: { yes: true, no: false, later: true },
        resources: ["n"],
        provider: [{ method: "read", id: "gone", urn: urn("Thing", "gone") }],
      },
    },
  ],
});

conformance({
  name: "read-below-a-component",
  area: "read and import",
  semantic:
    "What is read below a component has its URN below it, takes its dependencies along, and can be referred to like any other resource.",
  prepare: planted(["a", { size: 1 }]),
  retained: ["a"],
  steps: [
    {
      run: "up",
      program: `
        const z = new Thing("z", {});
        new Group("g", (g) => ({ a: get(Thing, "a", "obj-1", { parent: g, dependsOn: z }).address }));`,
      expect: {
        plan: { a: "read", g: "create", z: "create" },
        check: ({ deployment }) => {
          const a = deployment?.resources?.find((resource) => resource.urn.endsWith("::a"));
          expect(a).toMatchObject({
            urn: urn("Thing", "a", "test:index:Group"),
            external: true,
            dependencies: [urn("Thing", "z")],
          });
        },
      },
    },
  ],
});
