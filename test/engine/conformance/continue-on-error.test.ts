import { conformance } from "./conformance.js";

conformance({
  name: "continue-on-error-create",
  area: "continue on error",
  semantic:
    "With continue-on-error what does not depend on a failed resource is made all the same; the run has failed.",
  like: ["TestUpContinueOnErrorCreate", "TestUpContinueOnErrorFailedDependencies"],
  steps: [
    {
      run: "up",
      continueOnError: true,
      program: `
        const good = new Thing("good");
        const bad = new Thing("bad");
        new Thing("of-bad", { from: bad.address });
        new Thing("of-good", { from: good.address });`,
      faults: [{ call: "create bad", error: "quota" }],
      expect: {
        outcome: "failed",
        plan: { good: "create", bad: "create", "of-good": "create" },
        calls: ["create good", "create bad", "create of-good"],
        errors: [/quota/, /bad/],
        resources: ["good", "of-good"],
        pending: [],
      },
    },
    { run: "up", expect: { plan: { bad: "create", "of-bad": "create" } } },
  ],
});

conformance({
  name: "continue-on-error-recovered",
  area: "continue on error",
  semantic:
    "A program that recovers from a failed registration goes on: the rest is made, and what is gone from the program is deleted, but not what a failed resource still needs.",
  like: ["TestUpContinueOnErrorUpdate", "TestUpContinueOnErrorFailedDependencies"],
  steps: [
    {
      run: "up",
      program: `
        const needed = new Thing("needed");
        new Thing("bad", { from: needed.address });
        new Thing("gone");`,
    },
    {
      run: "up",
      continueOnError: true,
      program: `
        const bad = new Thing("bad", { size: 2 });
        pulumi.recover(bad.urn, () => "");
        pulumi.recover(bad.id, () => "");
        for (const key of ["address", "token", "generation", "labels", "size"]) pulumi.recover(bad[key], () => "");
        new Thing("fresh");`,
      faults: [{ call: "update bad", error: "quota" }],
      expect: {
        outcome: "failed",
        plan: { bad: "update", fresh: "create", gone: "delete" },
        calls: ["update bad", "create fresh", "delete gone"],
        errors: [/quota/],
        resources: ["bad", "fresh", "needed"],
      },
    },
    {
      run: "up",
      program: `new Thing("bad", { size: 2 }); new Thing("fresh");`,
      expect: { plan: { bad: "update", needed: "delete" } },
    },
  ],
});

conformance({
  name: "continue-on-error-destroy",
  area: "continue on error",
  semantic: "A destroy that goes on after errors deletes all but what could not be deleted and what that needs.",
  like: ["TestDestroyContinueOnError"],
  steps: [
    {
      run: "up",
      program: `
        const base = new Thing("base");
        new Thing("bad", { from: base.address });
        const other = new Thing("other");
        new Thing("leaf", { from: other.address });`,
    },
    {
      run: "destroy",
      continueOnError: true,
      faults: [{ call: "delete bad", error: "in use" }],
      expect: {
        outcome: "failed",
        calls: ["delete bad", "delete leaf", "delete other"],
        errors: [/in use/],
        resources: ["bad", "base"],
        pending: [],
      },
    },
    { run: "destroy", expect: { calls: ["delete bad", "delete base"], resources: [] } },
  ],
});

conformance({
  name: "continue-on-error-replacement",
  area: "continue on error",
  semantic:
    "A replacement that deleted first and failed to create is still owed when the run goes on; the next up makes it.",
  steps: [
    { run: "up", program: `new Named("a", { zone: "x" }); new Thing("b");` },
    {
      run: "up",
      continueOnError: true,
      program: `new Named("a", { zone: "y" }); new Thing("b", { size: 2 });`,
      faults: [{ call: "create a", error: "quota" }],
      expect: {
        outcome: "failed",
        calls: ["delete a", "create a", "update b"],
        state: { a: { pendingReplacement: true }, b: { inputs: { size: 2 } } },
      },
    },
    {
      run: "up",
      expect: {
        calls: ["create a"],
        state: { a: { id: "obj-3", inputs: { zone: "y" }, pendingReplacement: undefined } },
      },
    },
  ],
});

conformance({
  name: "destroy-with-program",
  area: "deletion",
  semantic:
    "A destroy that runs the program makes nothing of what it declares, keeps to its present options, and configures its providers anew.",
  retained: ["kept"],
  steps: [
    {
      run: "up",
      program: `
        const provider = new Provider("mine", { password: "old" });
        new Thing("a", {}, { provider, protect: true });
        new Thing("kept", {}, { provider });`,
    },
    {
      run: "destroy",
      runProgram: true,
      program: `
        const provider = new Provider("mine", { password: "new" });
        new Thing("a", {}, { provider });
        new Thing("kept", {}, { provider, retainOnDelete: true });
        new Thing("fresh", {}, { provider });`,
      expect: {
        plan: { mine: ["update", "delete"], a: "delete", kept: "delete" },
        calls: ["delete a"],
        provider: [{ method: "configure", args: { password: "new" } }],
        resources: [],
      },
    },
  ],
});

conformance({
  name: "custom-timeouts",
  area: "life cycle",
  semantic: "Custom timeouts reach the provider in seconds with the operation that they are for.",
  like: ["TestCustomTimeouts"],
  steps: [
    {
      run: "up",
      program: `new Thing("a", { size: 1 }, { customTimeouts: { create: "1m30s", update: "1h", delete: "500ms" } });`,
      expect: {
        provider: [{ method: "create", name: "a", timeout: 90 }],
        state: { a: { customTimeouts: { create: 90, update: 3600, delete: 0.5 } } },
      },
    },
    {
      run: "up",
      program: `new Thing("a", { size: 2 }, { customTimeouts: { update: "1h", delete: "500ms" } });`,
      expect: {
        provider: [{ method: "update", name: "a", timeout: 3600 }],
        state: { a: { customTimeouts: { create: undefined } } },
      },
    },
    { run: "destroy", expect: { provider: [{ method: "delete", name: "a", timeout: 0.5 }] } },
  ],
});

conformance({
  name: "hidden-diffs",
  area: "display",
  semantic: "Paths whose differences are not to be shown are kept with the resource, which is updated none the less.",
  like: ["TestHideDiffs_Plain"],
  steps: [
    {
      run: "up",
      program: `new Thing("a", { size: 1 }, { hideDiffs: ["size"] });`,
      expect: { state: { a: { hideDiff: ["size"] } } },
    },
    {
      run: "up",
      program: `new Thing("a", { size: 2 }, { hideDiffs: ["size"] });`,
      expect: { plan: { a: { op: "update", diffs: ["size"] } }, calls: ["update a"] },
    },
  ],
});
