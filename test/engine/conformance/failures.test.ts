import { conformance } from "./conformance.js";

conformance({
  name: "resource-error-keeps-the-rest",
  area: "failures",
  semantic:
    "A resource that fails to be created leaves what was done in the state, deletes nothing, and is tried again by the next up.",
  like: ["TestResourceError", "TestSignalAndWaitForShutdownError"],
  steps: [
    { run: "up", program: `new Thing("old", {});` },
    {
      run: "up",
      program: `const a = new Thing("a", {}); new Thing("b", {}, { dependsOn: [a] });`,
      faults: [{ call: "create b", error: "quota is used up" }],
      expect: {
        outcome: "failed",
        plan: { a: "create", b: "create" },
        calls: ["create a", "create b"],
        errors: [/quota is used up/],
        resources: ["a", "old"],
        pending: [],
      },
    },
    { run: "up", expect: { plan: { a: "same", b: "create", old: "delete" }, resources: ["a", "b"] } },
  ],
});
