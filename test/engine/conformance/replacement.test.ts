import { strict as assert } from "node:assert";
import { conformance, urn } from "./conformance.js";

conformance({
  name: "create-before-delete",
  area: "replacement",
  semantic: "A property that cannot change in place makes a new object first and deletes the old one at the end.",
  like: ["TestReplaceNondependentProperties"],
  steps: [
    { run: "up", program: `const a = new Thing("a", { zone: "x" }); new Thing("b", { ref: a.id });` },
    {
      run: "preview",
      program: `const a = new Thing("a", { zone: "y" }); new Thing("b", { ref: a.id });`,
      expect: {
        plan: {
          a: { op: "replace", keys: ["zone"], diffs: ["zone"] },
          b: { op: "update", diffs: ["ref"], inputs: { ref: "<unknown>" } },
        },
        calls: [],
      },
    },
    {
      run: "up",
      expect: {
        plan: { a: { op: "replace", keys: ["zone"] }, b: "update" },
        calls: ["create a", "update b", "delete a"],
        order: ["create a", "update b", "delete a"],
        state: { a: { id: "obj-3", delete: undefined }, b: { inputs: { ref: "obj-3" } } },
      },
    },
  ],
});

conformance({
  name: "pending-delete",
  area: "replacement",
  semantic:
    "An old object whose deletion failed after its replacement stays in the state as `delete`, and the next up deletes it.",
  like: ["TestUpdateWithPendingDelete", "TestPendingDeleteReplacement"],
  steps: [
    { run: "up", program: `new Thing("a", { zone: "x" });` },
    {
      run: "up",
      program: `new Thing("a", { zone: "y" });`,
      faults: [{ call: "delete a", error: "in use" }],
      expect: {
        outcome: "failed",
        errors: [/in use/],
        state: {
          a: [
            { id: "obj-2", delete: undefined },
            { id: "obj-1", delete: true },
          ],
        },
      },
    },
    { run: "up", expect: { calls: ["delete a"], state: { a: { id: "obj-2" } } } },
  ],
});

conformance({
  name: "destroy-with-pending-delete",
  area: "replacement",
  semantic: "Destroying deletes both the resource and the old object that still waits for its deletion.",
  like: ["TestDestroyWithPendingDelete"],
  steps: [
    { run: "up", program: `new Thing("a", { zone: "x" });` },
    {
      run: "up",
      program: `new Thing("a", { zone: "y" });`,
      faults: [{ call: "delete a", error: "in use" }],
      expect: { outcome: "failed" },
    },
    {
      run: "destroy",
      expect: {
        calls: ["delete a", "delete a"],
        check: ({ deployment }) => assert.deepEqual(deployment?.resources ?? [], []),
      },
    },
  ],
});

conformance({
  name: "failed-replacement",
  area: "replacement",
  semantic: "If the new object cannot be made, the old one stays as it was and the next up replaces it.",
  like: ["TestReplaceFailure"],
  steps: [
    { run: "up", program: `new Thing("a", { zone: "x" });` },
    {
      run: "up",
      program: `new Thing("a", { zone: "y" });`,
      faults: [{ call: "create a", error: "quota" }],
      expect: {
        outcome: "failed",
        calls: ["create a"],
        state: { a: { id: "obj-1", inputs: { zone: "x" }, delete: undefined } },
      },
    },
    { run: "up", expect: { plan: { a: "replace" }, calls: ["create a", "delete a"], state: { a: { id: "obj-2" } } } },
  ],
});

conformance({
  name: "delete-before-replace-by-provider",
  area: "replacement",
  semantic: "A provider that cannot have both objects at once gets the old one deleted first.",
  like: ["TestDeleteBeforeReplace"],
  steps: [
    { run: "up", program: `new Named("a", { zone: "x" });` },
    {
      run: "up",
      program: `new Named("a", { zone: "y" });`,
      expect: {
        plan: { a: { op: "replace", keys: ["zone"] } },
        calls: ["delete a", "create a"],
        order: ["delete a", "create a"],
      },
    },
  ],
});

conformance({
  name: "delete-before-replace-option",
  area: "replacement",
  semantic: "The option `deleteBeforeReplace` decides, whatever the provider says.",
  like: ["TestExplicitDeleteBeforeReplace"],
  steps: [
    {
      run: "up",
      program: `new Thing("a", { zone: "x" }, { deleteBeforeReplace: true }); new Named("b", { zone: "x", name: "one" }, { deleteBeforeReplace: false });`,
    },
    {
      run: "up",
      program: `new Thing("a", { zone: "y" }, { deleteBeforeReplace: true }); new Named("b", { zone: "y", name: "two" }, { deleteBeforeReplace: false });`,
      expect: {
        plan: { a: "replace", b: "replace" },
        order: [
          ["delete a", "create a"],
          ["create b", "delete b"],
        ],
      },
    },
  ],
});

const cascade = (zone: string) => `
  const a = new Named("a", { zone: "${zone}" });
  new Thing("linked", { link: a.id });
  new Thing("updated", { ref: a.id });
  new Thing("ordered", {}, { dependsOn: [a] });`;
conformance({
  name: "delete-before-replace-cascade",
  area: "replacement",
  semantic:
    "Before what is deleted first go those of its dependents that its new value would replace, and only those: the provider is asked.",
  like: ["TestDependencyChangeDBR", "TestPropertyDependenciesAdapter", "TestDeleteBeforeReplace"],
  steps: [
    { run: "up", program: cascade("x") },
    { run: "preview", program: cascade("y"), expect: { plan: { a: "replace", linked: "replace", updated: "update" } } },
    {
      run: "up",
      expect: {
        plan: { a: "replace", linked: "replace", updated: "update", ordered: "same" },
        calls: ["delete linked", "delete a", "create a", "create linked", "update updated"],
        order: ["delete linked", "delete a", "create a", "create linked"],
      },
    },
  ],
});

const chain = (zone: string) => `
  const a = new Named("a", { zone: "${zone}" });
  const b = new Thing("b", { link: a.id });
  const c = new Thing("c", { link: b.id });`;
conformance({
  name: "delete-before-replace-cascade-of-cascades",
  area: "replacement",
  semantic: "The cascade goes on through dependents of dependents, the last one first.",
  like: ["TestDeleteBeforeReplace"],
  steps: [
    { run: "up", program: chain("x") },
    {
      run: "up",
      program: chain("y"),
      expect: {
        plan: { a: "replace", b: "replace", c: "replace" },
        order: ["delete c", "delete b", "delete a", "create a", "create b", "create c"],
      },
    },
  ],
});

const resume = (name: string, semantic: string, like: string, program: string, calls: string[]) =>
  conformance({
    name,
    area: "replacement",
    semantic,
    like: [like, "TestInteruptedPendingReplace"],
    steps: [
      { run: "up", program: `new Named("a", { zone: "x", size: 1 });` },
      {
        run: "up",
        program: `new Named("a", { zone: "y", size: 1 });`,
        faults: [{ call: "create a", error: "quota" }],
        expect: { outcome: "failed", calls: ["delete a", "create a"], state: { a: { pendingReplacement: true } } },
      },
      { run: "up", program, expect: { calls, ...(calls.length > 0 ? {} : { resources: [] }) } },
    ],
  });
resume(
  "pending-replacement-same-goal",
  "After an interrupted delete-before-replace the next up only creates.",
  "TestPendingReplaceResumeWithSameGoals",
  `new Named("a", { zone: "y", size: 1 });`,
  ["create a"],
);
resume(
  "pending-replacement-updated-goal",
  "The interrupted replacement is completed with what the program asks for by then, even what was there before.",
  "TestPendingReplaceResumeWithUpdatedGoals",
  `new Named("a", { zone: "x", size: 2 });`,
  ["create a"],
);
resume(
  "pending-replacement-deleted-goal",
  "If the resource is no longer declared, its interrupted replacement is dropped without a provider call.",
  "TestPendingReplaceResumeWithDeletedGoals",
  "",
  [],
);

conformance({
  name: "replacement-is-checked-anew",
  area: "replacement",
  semantic: "A replacement is checked without the old inputs, so that generated values are new; an update keeps them.",
  like: ["TestReplaceCheckWithoutOlds"],
  steps: [
    {
      run: "up",
      program: `new Thing("a", { zone: "x", seed: "generate" });`,
      expect: { state: { a: { inputs: { seed: /^seed-/ } } } },
    },
    {
      run: "up",
      program: `new Thing("a", { zone: "x", seed: "generate", size: 2 });`,
      expect: { plan: { a: { op: "update", diffs: ["size"] } } },
    },
    {
      run: "up",
      program: `new Thing("a", { zone: "y", seed: "generate", size: 2 });`,
      expect: {
        plan: { a: { op: "replace", keys: ["zone"] } },
        provider: [{ method: "check", name: "a", olds: { zone: "x" } }],
      },
    },
  ],
});

const generated = (step: string) =>
  `new Thing("a", { zone: "x", list: [{ key: "${step}", other: 1 }], size: "${step}" }, `;
conformance({
  name: "replace-on-changes",
  area: "replacement",
  semantic: "`replaceOnChanges` makes a replacement of a change that could be made in place.",
  like: ["TestReplaceOnChanges"],
  steps: [
    { run: "up", program: `${generated("1")}{ replaceOnChanges: ["size"] });` },
    {
      run: "up",
      program: `${generated("2")}{ replaceOnChanges: ["size"] });`,
      expect: { plan: { a: { op: "replace", keys: ["size"], diffs: ["list", "size"] } } },
    },
    { run: "up", program: `${generated("3")}{ replaceOnChanges: ["zone"] });`, expect: { plan: { a: "update" } } },
    { run: "up", program: `${generated("4")}{ replaceOnChanges: ["*"] });`, expect: { plan: { a: "replace" } } },
  ],
});

const detailed = (key: string, other: number) => `
  new (type("Detailed"))("a", { list: [{ key: "${key}", other: ${other} }] }, { replaceOnChanges: ["list[*].key"] });`;
conformance({
  name: "replace-on-changes-path",
  area: "replacement",
  semantic:
    "`replaceOnChanges` takes paths with wildcards, which are held against the paths of the provider's detailed diff.",
  like: ["TestReplaceOnChanges"],
  differs: "the property that the path is in is told as the reason; the real engine marks the path alone",
  steps: [
    { run: "up", program: detailed("k", 1) },
    {
      run: "up",
      program: detailed("k", 2),
      expect: { plan: { a: { op: "update", detailedDiff: { "list[0].other": "update" } } } },
    },
    {
      run: "up",
      program: detailed("l", 2),
      expect: { plan: { a: { op: "replace", detailedDiff: { "list[0].key": "update-replace" } } } },
    },
  ],
});

conformance({
  name: "replace-on-changes-deletes-first",
  area: "replacement",
  semantic: "A replacement that only `replaceOnChanges` asks for still deletes first where the provider says so.",
  like: ["TestDBRReplaceOnChanges"],
  steps: [
    { run: "up", program: `new Named("a", { size: 1 }, { replaceOnChanges: ["size"] });` },
    {
      run: "up",
      program: `new Named("a", { size: 2 }, { replaceOnChanges: ["size"] });`,
      expect: { plan: { a: { op: "replace", keys: ["size"] } }, order: ["delete a", "create a"] },
    },
  ],
});

const together = (zone: string) => `
  const a = new Thing("a", { zone: "${zone}" });
  new Thing("b", {}, { replaceWith: [a] });
  new Thing("c");`;
conformance({
  name: "replace-with",
  area: "replacement",
  semantic: "`replaceWith` replaces a resource, unchanged itself, whenever the other one is replaced.",
  like: ["replace_with_test"],
  steps: [
    { run: "up", program: together("x"), expect: { state: { b: { replaceWith: [urn("Thing", "a")] } } } },
    { run: "up", program: together("y"), expect: { plan: { a: "replace", b: "replace" } } },
  ],
});

const triggered = (trigger: string) =>
  `new Thing("a", { size: 1 }${trigger ? `, { replacementTrigger: ${trigger} }` : ""});`;
conformance({
  name: "replacement-trigger",
  area: "replacement",
  semantic: "A changed `replacementTrigger` replaces the resource; one that was not there before does not.",
  like: ["replacement_trigger_test"],
  differs: "the trigger is told as the reason; the real engine tells none",
  steps: [
    { run: "up", program: triggered("") },
    {
      run: "up",
      program: triggered(`{ image: "one" }`),
      expect: { plan: { a: "same" }, state: { a: { replacementTrigger: { image: "one" } } } },
    },
    { run: "up", program: triggered(`{ image: "two" }`), expect: { plan: { a: "replace" } } },
    { run: "up", program: triggered(""), expect: {} },
  ],
});

conformance({
  name: "deleted-with-is-replaced-together",
  area: "replacement",
  semantic: "What goes with a resource that is replaced is replaced too, without a deletion of its own.",
  like: ["deleted_with_replace_test"],
  steps: [
    {
      run: "up",
      program: `const a = new Named("a", { zone: "x" }); new Thing("b", { inside: a.id }, { deletedWith: a });`,
    },
    {
      run: "up",
      program: `const a = new Named("a", { zone: "y" }); new Thing("b", { inside: a.id }, { deletedWith: a });`,
      expect: { plan: { a: "replace", b: "replace" }, calls: ["delete a", "create a", "create b"] },
    },
  ],
});

const frozen = (zone: string, size: number, rebuild: number) =>
  `new Thing("a", { zone: "${zone}", size: ${size} }, { ignoreChanges: ["size"], replacementTrigger: ${rebuild} });`;
conformance({
  name: "ignored-changes-reach-the-replacement",
  area: "replacement",
  semantic:
    "What `ignoreChanges` keeps on an object is taken as the program has it when the object is replaced, for whatever reason.",
  like: ["TestReplaceCheckWithoutOlds"],
  differs: "the trigger is told as the reason; the real engine tells none",
  steps: [
    { run: "up", program: frozen("x", 1, 1) },
    { run: "up", program: frozen("x", 2, 1), expect: { plan: { a: "same" }, state: { a: { inputs: { size: 1 } } } } },
    {
      run: "up",
      program: frozen("x", 2, 2),
      expect: { plan: { a: "replace" }, state: { a: { inputs: { size: 2 } } } },
    },
    {
      run: "up",
      program: frozen("y", 3, 2),
      expect: { plan: { a: "replace" }, state: { a: { inputs: { size: 3 } } } },
    },
  ],
});
