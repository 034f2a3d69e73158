import { strict as assert } from "node:assert";
import { conformance, urn } from "./conformance.js";

conformance({
  name: "delete-order",
  area: "deletion",
  semantic: "Resources are deleted before what they depend on, and children before their parents.",
  like: ["TestPendingDeleteOrder", "TestComponentDeleteDependencies"],
  steps: [
    {
      run: "up",
      program: `
        const a = new Thing("a");
        const b = new Thing("b", { ref: a.id });
        const c = new Thing("c", {}, { dependsOn: [b] });
        const child = new Thing("child", {}, { parent: a });`,
    },
    {
      run: "up",
      program: "",
      expect: {
        calls: ["delete a", "delete b", "delete c", "delete child"],
        order: [
          ["delete c", "delete b", "delete a"],
          ["delete child", "delete a"],
        ],
      },
    },
  ],
});

conformance({
  name: "component-delete-dependencies",
  area: "deletion",
  semantic: "What depends on a component is deleted before the component's children.",
  like: ["TestComponentDeleteDependencies"],
  steps: [
    {
      run: "up",
      program: `
        const group = new Group("group", (self) => { new Thing("inner", {}, { parent: self }); });
        new Thing("after", {}, { dependsOn: [group] });`,
    },
    { run: "destroy", expect: { order: ["delete after", "delete inner"] } },
  ],
});

conformance({
  name: "explicit-provider-goes-last",
  area: "deletion",
  semantic: "A provider is deleted after all that it made.",
  like: ["TestDestroyWithProvider"],
  steps: [
    { run: "up", program: `const p = new Provider("p", { region: "moon" }); new Thing("a", {}, { provider: p });` },
    {
      run: "up",
      program: "",
      expect: {
        plan: { a: "delete", p: "delete" },
        check: ({ steps }) =>
          assert.deepEqual(
            steps.filter((step) => step.op === "delete").map((step) => step.urn.split("::").pop()),
            ["a", "p"],
          ),
      },
    },
  ],
});

conformance({
  name: "retain-on-delete",
  area: "deletion",
  semantic: "`retainOnDelete` takes the resource out of the state and leaves the object in place.",
  like: ["TestRetainOnDelete"],
  retained: ["a"],
  steps: [
    { run: "up", program: `new Thing("a", {}, { retainOnDelete: true }); new Thing("b");` },
    { run: "up", program: "", expect: { plan: { a: "delete", b: "delete" }, calls: ["delete b"], resources: [] } },
  ],
});

conformance({
  name: "retain-on-replace",
  area: "deletion",
  semantic: "`retainOnDelete` leaves the old object of a replacement in place too.",
  like: ["TestRetainOnDelete"],
  retained: ["a"],
  steps: [
    { run: "up", program: `new Thing("a", { zone: "x" }, { retainOnDelete: true });` },
    {
      run: "up",
      program: `new Thing("a", { zone: "y" }, { retainOnDelete: true });`,
      expect: { plan: { a: "replace" }, calls: ["create a"], state: { a: { id: "obj-2" } } },
    },
  ],
});

conformance({
  name: "retain-is-inherited",
  area: "deletion",
  semantic: "Children have `retainOnDelete` and `protect` of their parent unless they set their own.",
  like: ["TestProtectInheritance"],
  steps: [
    {
      run: "up",
      program: `
        new Group("g", (self) => {
          new Thing("a", {}, { parent: self });
          new Thing("b", {}, { parent: self, retainOnDelete: false, protect: false });
        }, { retainOnDelete: true, protect: true });`,
      expect: {
        state: {
          a: { retainOnDelete: true, protect: true },
          b: { retainOnDelete: undefined, protect: undefined },
        },
      },
    },
  ],
});

conformance({
  name: "deleted-with",
  area: "deletion",
  semantic:
    "What is `deletedWith` another goes without a provider call when that one is deleted too, and with one when it stays.",
  like: ["TestDeletedWith"],
  steps: [
    {
      run: "up",
      program: `
        const a = new Thing("a");
        new Thing("b", { inside: a.id }, { deletedWith: a });
        new Thing("c", { inside: a.id }, { deletedWith: a });`,
      expect: { state: { b: { deletedWith: urn("Thing", "a") } } },
    },
    {
      run: "up",
      program: `const a = new Thing("a"); new Thing("b", { inside: a.id }, { deletedWith: a });`,
      expect: { plan: { c: "delete" }, calls: ["delete c"] },
    },
    { run: "up", program: "", expect: { plan: { a: "delete", b: "delete" }, calls: ["delete a"] } },
  ],
});

conformance({
  name: "failed-delete-stops-what-it-depends-on",
  area: "deletion",
  semantic: "While a dependent cannot be deleted, what it depends on is not tried.",
  like: ["TestDestroyContinueOnError"],
  steps: [
    { run: "up", program: `const a = new Thing("a"); const b = new Thing("b", { link: a.id });` },
    {
      run: "destroy",
      faults: [{ call: "delete b", error: "locked" }],
      expect: { outcome: "failed", calls: ["delete b"], errors: [/locked/], resources: ["a", "b"] },
    },
    { run: "destroy", expect: { resources: [] } },
  ],
});
