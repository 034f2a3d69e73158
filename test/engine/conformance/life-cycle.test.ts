import { conformance } from "./conformance.js";

conformance({
  name: "create-same-update-delete",
  area: "life cycle",
  semantic:
    "A resource is created, left alone while nothing changes, updated in place, and deleted once it is no longer declared.",
  like: ["TestSingleResourceDefaultProviderLifecycle", "TestEmptyProgramLifecycle"],
  steps: [
    {
      run: "up",
      program: `new Thing("a", { size: 1 });`,
      expect: { plan: { a: "create" }, calls: ["create a"], state: { a: { id: "obj-1", inputs: { size: 1 } } } },
    },
    { run: "up", expect: { plan: { a: "same" }, calls: [] } },
    {
      run: "up",
      program: `new Thing("a", { size: 2 });`,
      expect: {
        plan: { a: { op: "update", diffs: ["size"], keys: [] } },
        calls: ["update a"],
        state: { a: { id: "obj-1", inputs: { size: 2 }, outputs: { size: 2, generation: 2 } } },
      },
    },
    { run: "up", program: "", expect: { plan: { a: "delete" }, calls: ["delete a"], state: { a: null } } },
  ],
});
