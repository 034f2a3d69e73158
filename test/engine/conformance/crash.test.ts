import { conformance, urn } from "./conformance.js";

const PENDING =
  "the real engine keeps a pending creation, and warns of it, until the user says what came of it; here it is over once the resource was made";

conformance({
  name: "crash-in-create",
  area: "crash and recovery",
  semantic:
    "An engine that was killed in a creation has left a pending operation; the next up warns of it and creates the resource.",
  like: ["TestUpdateShowsWarningWithPendingOperations"],
  differs: PENDING,
  steps: [
    {
      run: "up",
      program: `const a = new Thing("a"); new Thing("b", {}, { dependsOn: [a] });`,
      crash: { call: "create b" },
      expect: { resources: ["a"], pending: ["creating b"] },
    },
    { run: "preview", expect: { plan: { b: "create" }, pending: ["creating b"] } },
    {
      run: "up",
      expect: {
        plan: { b: "create" },
        resources: ["a", "b"],
        warnings: [/pending|interrupted|was (creating|being created)|b/],
      },
    },
  ],
});

conformance({
  name: "crash-after-create",
  area: "crash and recovery",
  semantic:
    "What a killed creation left behind is not in the state: without a provider that can look for it, it is made once more.",
  like: ["TestRefreshPreservesPendingCreateOperations"],
  differs: PENDING,
  retained: ["b"],
  steps: [
    {
      run: "up",
      program: `const a = new Thing("a"); new Thing("b", {}, { dependsOn: [a] });`,
      crash: { call: "create b", phase: "after" },
      expect: { resources: ["a"], pending: ["creating b"] },
    },
    { run: "up", expect: { plan: { b: "create" }, state: { b: { id: "obj-3" } } } },
  ],
});

conformance({
  name: "crash-in-update",
  area: "crash and recovery",
  semantic:
    "An engine that was killed in an update has left the old state and a pending operation; the next up updates again.",
  like: ["TestPreviewWithPendingOperations"],
  steps: [
    { run: "up", program: `new Thing("a", { size: 1 });` },
    {
      run: "up",
      program: `new Thing("a", { size: 2 });`,
      crash: { call: "update a" },
      expect: { state: { a: { inputs: { size: 1 } } }, pending: ["updating a"] },
    },
    { run: "up", expect: { plan: { a: "update" }, state: { a: { inputs: { size: 2 } } }, pending: [] } },
  ],
});

conformance({
  name: "crash-in-delete",
  area: "crash and recovery",
  semantic:
    "What was being deleted when the engine was killed is still in the state, and the next up deletes it again.",
  like: ["TestUpdateShowsWarningWithPendingOperations"],
  steps: [
    { run: "up", program: `const a = new Thing("a"); new Thing("b", { ref: a.id });` },
    { run: "up", program: "", crash: { call: "delete b" }, expect: { resources: ["a", "b"], pending: ["deleting b"] } },
    {
      run: "up",
      expect: { plan: { a: "delete", b: "delete" }, order: ["delete b", "delete a"], resources: [], pending: [] },
    },
  ],
});

conformance({
  name: "crash-before-delete-of-replaced",
  area: "crash and recovery",
  semantic:
    "An engine that was killed between the creation of a replacement and the deletion of the old object has both in the state.",
  like: ["TestPendingDeleteReplacement"],
  steps: [
    { run: "up", program: `new Thing("a", { zone: "x" });` },
    {
      run: "up",
      program: `new Thing("a", { zone: "y" });`,
      crash: { call: "delete a" },
      expect: { state: { a: [{ id: "obj-2" }, { id: "obj-1", delete: true }] }, pending: ["deleting a"] },
    },
    { run: "up", expect: { order: ["delete a"], state: { a: { id: "obj-2", delete: undefined } }, pending: [] } },
  ],
});

conformance({
  name: "replaced-again-with-pending-delete",
  area: "crash and recovery",
  semantic:
    "A resource that is replaced again while its first object still waits for deletion gets rid of both old objects.",
  like: ["TestPendingDeleteOrder", "TestPendingDeleteReplacement"],
  steps: [
    { run: "up", program: `new Thing("a", { zone: "x" });` },
    { run: "up", program: `new Thing("a", { zone: "y" });`, crash: { call: "delete a" } },
    {
      run: "up",
      program: `new Thing("a", { zone: "z" });`,
      expect: { plan: { a: "replace" }, order: ["create a", "delete a", "delete a"], state: { a: { id: "obj-3" } } },
    },
  ],
});

conformance({
  name: "crash-in-delete-before-replace",
  area: "crash and recovery",
  semantic:
    "An engine that was killed between the deletion of the old object and the creation of the new one creates it next time.",
  like: ["TestInteruptedPendingReplace"],
  differs: PENDING,
  steps: [
    { run: "up", program: `const a = new Named("a", { zone: "x" }); new Thing("b", { ref: a.id });` },
    {
      run: "up",
      program: `const a = new Named("a", { zone: "y" }); new Thing("b", { ref: a.id });`,
      crash: { call: "create a" },
      expect: { state: { a: { pendingReplacement: true } }, pending: ["creating a"] },
    },
    {
      run: "up",
      expect: {
        calls: ["create a", "update b"],
        state: {
          a: { id: "obj-3", pendingReplacement: undefined },
          b: { dependencies: [urn("Thing", "a").replace("Thing", "Named")] },
        },
      },
    },
  ],
});

conformance({
  name: "pending-operation-of-a-foreign-kind",
  area: "crash and recovery",
  semantic: "A pending operation other than a creation is gone from the state after the next up.",
  like: ["TestUpdateShowsWarningWithPendingOperations"],
  differs:
    "nobody knows how far an interrupted update came: here the resource is read and updated once more, there it is only warned of",
  steps: [
    { run: "up", program: `new Thing("a"); new Thing("b");` },
    {
      edit: (deployment) => {
        const resource = deployment.resources?.find((item) => item.urn === urn("Thing", "b"));
        if (resource) deployment.pending_operations = [{ resource, type: "updating" }];
      },
    },
    { run: "preview", expect: { pending: ["updating b"] } },
    {
      run: "up",
      program: `new Thing("a", { size: 2 }); new Thing("b");`,
      expect: { pending: [], state: { a: { inputs: { size: 2 } } } },
    },
  ],
});
