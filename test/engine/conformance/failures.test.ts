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

conformance({
  name: "program-error-deletes-nothing",
  area: "failures",
  semantic:
    "A program that throws fails the run with its error; what it no longer declared stays, as do the stack's outputs.",
  like: ["TestProgramError", "TestStackOutputsProgramError"],
  steps: [
    { run: "up", program: `new Thing("old"); return { kept: 1 };` },
    {
      run: "up",
      program: `new Thing("a"); throw new Error("no such luck");`,
      expect: {
        outcome: "failed",
        plan: { a: "create" },
        calls: ["create a"],
        errors: [/no such luck/],
        resources: ["a", "old"],
        outputs: { kept: 1 },
      },
    },
    { run: "preview", expect: { outcome: "failed", errors: [/no such luck/] } },
  ],
});

conformance({
  name: "syntax-error",
  area: "failures",
  semantic: "A program that cannot be loaded fails the run and changes nothing.",
  like: ["TestProgramError"],
  ownProcess: true,
  steps: [
    { run: "up", program: `new Thing("old");` },
    {
      run: "up",
      source: `const a = {;`,
      expect: { outcome: "failed", calls: [], errors: [/SyntaxError/], resources: ["old"] },
    },
  ],
});

conformance({
  name: "stack-outputs-resource-error",
  area: "failures",
  semantic: "When a resource fails, outputs that the program did not get to keep their old values.",
  like: ["TestStackOutputsResourceError"],
  steps: [
    { run: "up", program: `const a = new Thing("a", { size: 1 }); return { size: a.size, other: 1 };` },
    {
      run: "up",
      program: `const a = new Thing("a", { size: 2 }); return { size: a.size, other: 2 };`,
      faults: [{ call: "update a", error: "quota is used up" }],
      expect: { outcome: "failed", errors: [/quota is used up/], outputs: { size: 1, other: 1 } },
    },
    { run: "up", expect: { outputs: { size: 2, other: 2 } } },
  ],
});

conformance({
  name: "check-failure",
  area: "failures",
  semantic:
    "Inputs that the provider refuses fail the registration, with the property, in previews as in ups; nothing is created.",
  like: ["TestCheckFailureInvalidPropertyRecord", "TestCheckFailureRecord"],
  steps: [
    {
      run: "preview",
      program: `new Thing("a", { bad: 1 });`,
      expect: {
        outcome: "failed",
        errors: [/bad\[0\]\.port.*must be between 1 and 65535|must be between 1 and 65535/s],
      },
    },
    { run: "up", expect: { outcome: "failed", calls: [], errors: [/must be between 1 and 65535/], resources: [] } },
    {
      run: "up",
      program: `new Thing("a", { refuse: "there is no room for it" });`,
      expect: { outcome: "failed", calls: [], errors: [/there is no room for it/] },
    },
  ],
});

conformance({
  name: "init-errors",
  area: "failures",
  semantic:
    "An object that was made but does not work is kept with its id and reasons, and is updated by the next up though its inputs are the same.",
  like: ["TestInitErrorsStep", "TestUpdatePartialFailure"],
  steps: [
    {
      run: "up",
      program: `new Thing("a", { ready: false });`,
      expect: {
        outcome: "failed",
        errors: [/a is not ready/],
        state: { a: { id: "obj-1", initErrors: ["a is not ready"], outputs: { address: "addr-obj-1" } } },
        pending: [],
      },
    },
    { run: "preview", expect: { plan: { a: { op: "update", diffs: [], keys: [] } } } },
    {
      run: "up",
      expect: {
        outcome: "failed",
        plan: { a: "update" },
        calls: ["update a"],
        state: { a: { initErrors: ["a is not ready"] } },
      },
    },
    {
      run: "up",
      program: `new Thing("a", {});`,
      expect: {
        plan: { a: "update" },
        state: { a: { id: "obj-1", initErrors: undefined, inputs: { ready: undefined } } },
      },
    },
  ],
});

conformance({
  name: "init-errors-of-an-update",
  area: "failures",
  semantic:
    "An update that leaves the object not working keeps the old inputs and records the reasons, so that it is planned again.",
  like: ["TestUpdatePartialFailure"],
  steps: [
    { run: "up", program: `new Thing("a", { size: 1 });` },
    {
      run: "up",
      program: `new Thing("a", { size: 2, ready: false });`,
      expect: {
        outcome: "failed",
        errors: [/a is not ready/],
        state: { a: { inputs: { size: 1 }, outputs: { size: 2 }, initErrors: ["a is not ready"] } },
      },
    },
    {
      run: "up",
      program: `new Thing("a", { size: 2 });`,
      expect: { plan: { a: "update" }, state: { a: { initErrors: undefined } } },
    },
  ],
});

conformance({
  name: "failed-update-keeps-the-old-state",
  area: "failures",
  semantic: "An update that fails leaves the old inputs and outputs in the state, so that the next up plans it again.",
  like: ["TestUpdateFailure"],
  steps: [
    { run: "up", program: `new Thing("a", { size: 1 });` },
    {
      run: "up",
      program: `new Thing("a", { size: 2 });`,
      faults: [{ call: "update a", error: "busy" }],
      expect: {
        outcome: "failed",
        errors: [/busy/],
        state: { a: { inputs: { size: 1 }, outputs: { size: 1 } } },
        pending: [],
      },
    },
    { run: "up", expect: { plan: { a: { op: "update", diffs: ["size"] } } } },
  ],
});

conformance({
  name: "failed-delete-keeps-the-resource",
  area: "failures",
  semantic:
    "A deletion that fails keeps the resource, and all that it depends on, in the state; the next up deletes it.",
  like: ["TestDeleteFailure"],
  steps: [
    { run: "up", program: `const a = new Thing("a"); new Thing("b", { ref: a.id });` },
    {
      run: "up",
      program: "",
      faults: [{ call: "delete b", error: "in use" }],
      expect: { outcome: "failed", errors: [/in use/], calls: ["delete b"], resources: ["a", "b"], pending: [] },
    },
    { run: "up", expect: { calls: ["delete a", "delete b"], order: ["delete b", "delete a"], resources: [] } },
  ],
});

conformance({
  name: "logged-error",
  area: "failures",
  semantic: "An error that the program only logs is shown and does not fail the run.",
  steps: [
    {
      run: "up",
      program: `new Thing("a"); await pulumi.log.error("careful with that");`,
      expect: { errors: [/careful with that/], calls: ["create a"] },
    },
  ],
});

conformance({
  name: "unhandled-rejection",
  area: "failures",
  semantic: "An error in an `apply` that nobody waits for fails the run, and nothing is deleted.",
  like: ["TestProgramError"],
  ownProcess: true,
  steps: [
    { run: "up", program: `new Thing("old");` },
    {
      run: "up",
      program: `const a = new Thing("a"); a.id.apply(() => { throw new Error("thrown in apply"); });`,
      expect: { outcome: "failed", errors: [/thrown in apply/], calls: ["create a"], resources: ["a", "old"] },
    },
  ],
});

conformance({
  name: "uncaught-exception",
  area: "failures",
  semantic: "An exception outside of all promises fails the run, and nothing is deleted.",
  like: ["TestProgramError"],
  ownProcess: true,
  steps: [
    { run: "up", program: `new Thing("old");` },
    {
      run: "up",
      program: `setTimeout(() => { throw new Error("thrown by a timer"); }, 1);`,
      expect: { outcome: "failed", errors: [/thrown by a timer/], calls: [], resources: ["old"] },
    },
  ],
});

conformance({
  name: "process-exit",
  area: "failures",
  semantic: "A program that ends itself with an exit code fails the run, and nothing is deleted.",
  like: ["TestLanguageRuntimeError"],
  ownProcess: true,
  steps: [
    { run: "up", program: `new Thing("old");` },
    {
      run: "up",
      program: `process.exit(3);`,
      expect: { outcome: "failed", errors: [/exited with (non-zero exit )?code:? 3/], calls: [], resources: ["old"] },
    },
  ],
});
