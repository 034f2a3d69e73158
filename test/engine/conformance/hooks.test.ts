import { conformance } from "./conformance.js";
import { HOOK_LOG, logged } from "./hook-log.js";

const LOG = `const { all, hook, errorHook } = require("./log");`;

conformance({
  name: "hooks-around-steps",
  area: "hooks",
  semantic:
    "Hooks run before and after the creation, update and deletion of their resource, and are told what was and what will be; secrets come as outputs.",
  like: ["TestResourceHooksAfterCreate", "TestResourceHookBeforeUpdate", "TestResourceHookAfterDelete"],
  files: HOOK_LOG,
  steps: [
    {
      run: "up",
      program: `${LOG} new Thing("a", { size: 1, key: pulumi.secret("k3y") }, { hooks: all() });`,
      expect: {
        calls: ["create a"],
        check: logged(
          {
            hook: "bc",
            name: "a",
            id: "",
            newInputs: { size: 1, key: "output" },
            oldInputs: undefined,
            newOutputs: undefined,
          },
          {
            hook: "ac",
            name: "a",
            id: "obj-1",
            newInputs: { size: 1 },
            newOutputs: { address: "addr-obj-1", key: "output" },
            oldOutputs: undefined,
          },
        ),
        state: { a: { inputs: { key: { secret: "k3y" } }, outputs: { key: { secret: "k3y" } } } },
      },
    },
    {
      run: "up",
      program: `${LOG} new Thing("a", { size: 2 }, { hooks: all() });`,
      expect: {
        calls: ["update a"],
        check: logged(
          {
            hook: "bu",
            id: "obj-1",
            oldInputs: { size: 1 },
            newInputs: { size: 2 },
            oldOutputs: { size: 1 },
            newOutputs: undefined,
          },
          {
            hook: "au",
            id: "obj-1",
            oldInputs: { size: 1 },
            newInputs: { size: 2 },
            oldOutputs: { size: 1 },
            newOutputs: { size: 2, generation: 2 },
          },
        ),
      },
    },
    { run: "up", expect: { calls: [], check: logged() } },
    {
      run: "up",
      program: `${LOG} all();`,
      expect: {
        calls: ["delete a"],
        check: logged(
          { hook: "bd", id: "obj-1", oldInputs: { size: 2 }, oldOutputs: { size: 2 }, newInputs: undefined },
          { hook: "ad", id: "obj-1", oldInputs: { size: 2 }, oldOutputs: { size: 2 }, newOutputs: undefined },
        ),
      },
    },
  ],
});

conformance({
  name: "hooks-in-the-state",
  area: "hooks",
  semantic:
    "The names of a resource's hooks are in its state, which asks its readers to know of hooks; without hooks it does so no more.",
  files: HOOK_LOG,
  steps: [
    {
      run: "up",
      program: `${LOG} new Thing("a", {}, { hooks: { beforeCreate: [hook("one"), hook("two")], afterDelete: [hook("three")], onError: [errorHook("four", 1)] } });`,
      expect: {
        state: { a: { resourceHooks: { BeforeCreate: ["one", "two"], AfterDelete: ["three"], OnError: ["four"] } } },
        check: ({ stored }) => {
          const { version, features } = JSON.parse(stored) as { version: number; features: string[] };
          if (version !== 4 || !features.includes("hooks")) throw new Error(`version ${version}, features ${features}`);
        },
      },
    },
    {
      run: "up",
      program: `new Thing("a");`,
      expect: {
        calls: [],
        state: { a: { resourceHooks: undefined } },
        check: ({ stored }) => {
          if (JSON.parse(stored).version !== 3) throw new Error(`version ${JSON.parse(stored).version}`);
        },
      },
    },
  ],
});

conformance({
  name: "hooks-in-previews",
  area: "hooks",
  semantic: "In a preview only hooks run that ask for it; what is not known then is unknown to them.",
  like: ["TestResourceHookDryRun"],
  files: HOOK_LOG,
  steps: [
    {
      run: "preview",
      program: `${LOG} new Thing("a", { size: 1 }, { hooks: {
        beforeCreate: [hook("silent"), hook("before", { onDryRun: true })], afterCreate: [hook("after", { onDryRun: true })],
      } });`,
      expect: {
        plan: { a: "create" },
        check: logged(
          { hook: "before", id: "", newInputs: { size: 1 } },
          { hook: "after", id: "", newOutputs: { size: 1 } },
        ),
      },
    },
  ],
});

conformance({
  name: "before-hook-fails",
  area: "hooks",
  semantic:
    "A before hook that fails keeps its step from being carried out, be it a creation, an update or a deletion, and the run fails.",
  like: ["TestResourceHookBeforeCreateError", "TestResourceHookBeforeUpdateError", "TestResourceHookBeforeDeleteError"],
  files: HOOK_LOG,
  steps: [
    {
      run: "up",
      program: `${LOG} new Thing("a", {}, { hooks: { beforeCreate: [hook("no", { fail: "not now" })] } });`,
      expect: { outcome: "failed", plan: { a: "create" }, calls: [], errors: [/not now/], resources: [], pending: [] },
    },
    {
      run: "up",
      program: `${LOG} new Thing("a", { size: 1 }, { hooks: { beforeDelete: [hook("no", { fail: "not now" })] } });`,
    },
    {
      run: "up",
      program: `${LOG} hook("no"); new Thing("a", { size: 2 }, { hooks: { beforeUpdate: [hook("never", { fail: "not so" })] } });`,
      expect: {
        outcome: "failed",
        plan: { a: "update" },
        calls: [],
        errors: [/not so/],
        state: { a: { inputs: { size: 1 } } },
        pending: [],
      },
    },
    {
      run: "up",
      program: `${LOG} hook("no", { fail: "stay" });`,
      expect: { outcome: "failed", plan: { a: "delete" }, calls: [], errors: [/stay/], resources: ["a"], pending: [] },
    },
  ],
});

conformance({
  name: "after-hook-fails",
  area: "hooks",
  semantic: "An after hook that fails fails the run, but what its step did is in the state.",
  like: [
    "TestResourceHookAfterCreateError",
    "TestResourceHookAfterCreateErrorFailsFast",
    "TestResourceHookAfterDeleteError",
  ],
  files: HOOK_LOG,
  steps: [
    {
      run: "up",
      program: `${LOG} new Thing("a", {}, { hooks: { afterCreate: [hook("no", { fail: "too late" })] } });`,
      expect: {
        outcome: "failed",
        plan: { a: "create" },
        calls: ["create a"],
        errors: [/too late/],
        state: { a: { id: "obj-1" } },
        pending: [],
      },
    },
    { run: "up", expect: { plan: {}, calls: [] } },
    {
      run: "up",
      program: `${LOG} new Thing("a", { size: 1 }, { hooks: { afterUpdate: [hook("no", { fail: "too late" })], afterDelete: [hook("gone", { fail: "far too late" })] } });`,
      expect: { outcome: "failed", calls: ["update a"], errors: [/too late/], state: { a: { inputs: { size: 1 } } } },
    },
    {
      run: "up",
      program: `${LOG} hook("gone", { fail: "far too late" });`,
      expect: { outcome: "failed", calls: ["delete a"], errors: [/far too late/], resources: [] },
    },
  ],
});

conformance({
  name: "hook-errors-ignored",
  area: "hooks",
  semantic: "The failure of a hook whose errors are to be ignored is a warning.",
  like: ["TestResourceHookBeforeCreateErrorIgnoreErrors"],
  files: HOOK_LOG,
  steps: [
    {
      run: "up",
      program: `${LOG} new Thing("a", {}, { hooks: { beforeCreate: [hook("no", { fail: "never mind", ignoreErrors: true }), hook("yes")] } });`,
      expect: { calls: ["create a"], warnings: [/never mind/], check: logged({ hook: "no" }, { hook: "yes" }) },
    },
  ],
});

conformance({
  name: "hooks-of-components",
  area: "hooks",
  semantic: "A component's after hooks run once its outputs are registered, and are told them.",
  like: ["TestResourceHookComponent", "TestResourceHookComponentAfterDelete"],
  files: HOOK_LOG,
  steps: [
    {
      run: "up",
      program: `${LOG} new Group("group", (self) => { new Thing("a", {}, { parent: self }); return { result: 7 }; }, { hooks: all() });`,
      expect: {
        check: logged(
          { hook: "bc", name: "group", newOutputs: undefined },
          { hook: "ac", name: "group", newOutputs: { result: 7 } },
        ),
      },
    },
    {
      run: "up",
      program: `${LOG} all();`,
      expect: {
        plan: { group: "delete", a: "delete" },
        check: logged({ hook: "bd", name: "group", oldOutputs: { result: 7 } }, { hook: "ad", name: "group" }),
      },
    },
  ],
});

conformance({
  name: "component-after-hook-fails",
  area: "hooks",
  semantic: "A component's after hook that fails fails the run; the component stays.",
  files: HOOK_LOG,
  steps: [
    {
      run: "up",
      program: `${LOG} new Group("group", () => ({ result: 7 }), { hooks: { afterCreate: [hook("no", { fail: "incomplete" })] } });`,
      expect: { outcome: "failed", errors: [/incomplete/], state: { group: { outputs: { result: 7 } } } },
    },
  ],
});

conformance({
  name: "hooks-of-replacements",
  area: "hooks",
  semantic:
    "A replacement runs the hooks of a creation for the new object and those of a deletion for the old one, in the order of its steps.",
  files: HOOK_LOG,
  steps: [
    {
      run: "up",
      program: `${LOG} const hooks = all(); const b = new Named("b", { zone: "x" }, { hooks }); new Thing("a", { zone: "x" }, { hooks, dependsOn: [b] });`,
    },
    {
      change: (_, world) => logged({}, {}, {}, {})(undefined as never, world),
    },
    {
      run: "up",
      program: `${LOG} const hooks = all(); const b = new Named("b", { zone: "y" }, { hooks }); new Thing("a", { zone: "y" }, { hooks, dependsOn: [b] });`,
      expect: {
        plan: { a: "replace", b: "replace" },
        check: logged(
          { hook: "bd", name: "b", id: "obj-1", oldInputs: { zone: "x" } },
          { hook: "ad", name: "b" },
          { hook: "bc", name: "b", newInputs: { zone: "y" }, oldInputs: undefined },
          { hook: "ac", name: "b" },
          { hook: "bc", name: "a", newInputs: { zone: "y" }, oldInputs: undefined },
          { hook: "ac", name: "a", id: "obj-4" },
          { hook: "bd", name: "a", id: "obj-2", oldInputs: { zone: "x" }, newInputs: undefined },
          { hook: "ad", name: "a", id: "obj-2" },
        ),
      },
    },
  ],
});

conformance({
  name: "delete-hook-not-registered",
  area: "hooks",
  semantic: "A resource whose delete hook the program no longer registers is not deleted.",
  files: HOOK_LOG,
  steps: [
    { run: "up", program: `${LOG} new Thing("a", {}, { hooks: { beforeDelete: [hook("farewell")] } });` },
    {
      run: "up",
      program: "",
      expect: { outcome: "failed", plan: { a: "delete" }, calls: [], errors: [/"?farewell"?/], resources: ["a"] },
    },
  ],
});

conformance({
  name: "destroy-runs-delete-hooks",
  area: "hooks",
  semantic:
    "A destroy of resources with delete hooks is refused unless the program runs; then it makes nothing, and its hooks take part.",
  like: ["TestResourceHookDeleteErrorWhenNoRunProgram", "TestResourceHookDeleteCalledOnDestroyRunProgram"],
  files: HOOK_LOG,
  steps: [
    {
      run: "up",
      program: `${LOG} const old = new Thing("old"); new Thing("a", { from: old.address }, { hooks: { beforeDelete: [hook("farewell")] } });`,
    },
    {
      run: "destroy",
      expect: { outcome: "failed", plan: {}, calls: [], errors: [/farewell/], resources: ["a", "old"] },
    },
    {
      run: "preview-destroy",
      runProgram: true,
      expect: { plan: { a: "delete", old: "delete" }, calls: [], check: logged(), resources: ["a", "old"] },
    },
    {
      run: "destroy",
      runProgram: true,
      program: `${LOG}
        const fresh = new Thing("fresh");
        const needy = new Thing("needy", { from: fresh.address });
        const old = new Thing("old", { size: 7 });
        new Thing("a", { from: old.address }, { hooks: { beforeDelete: [hook("farewell"), hook("indeed")] } });`,
      expect: {
        calls: ["delete a", "delete old"],
        order: ["delete a", "delete old"],
        resources: [],
        check: logged({ hook: "farewell", name: "a", id: "obj-2" }, { hook: "indeed", name: "a" }),
      },
    },
  ],
});

conformance({
  name: "error-hook-retries",
  area: "hooks",
  semantic:
    "An error hook that says so has a failed creation, update or deletion tried again; it is told all failures so far.",
  like: ["TestErrorHooks_PlainCreateErrorRunsOnErrorHook"],
  files: HOOK_LOG,
  steps: [
    {
      run: "up",
      program: `${LOG} new Thing("a", { size: 1 }, { hooks: { onError: [errorHook("again", 9)] } });`,
      faults: [
        { call: "create a", error: "busy" },
        { call: "create a", error: "still busy" },
      ],
      expect: {
        calls: ["create a", "create a", "create a"],
        warnings: [/1\/100/, /2\/100/],
        state: { a: { id: "obj-1" } },
        check: logged({ hook: "again", failed: "create", errors: 1 }, { hook: "again", failed: "create", errors: 2 }),
      },
    },
    {
      run: "up",
      program: `${LOG} new Thing("a", { size: 2 }, { hooks: { onError: [errorHook("again", 9)] } });`,
      faults: [{ call: "update a", error: "busy" }],
      expect: { calls: ["update a", "update a"], check: logged({ failed: "update", errors: 1 }) },
    },
    {
      run: "up",
      program: `${LOG} errorHook("again", 9);`,
      faults: [{ call: "delete a", error: "busy" }],
      expect: { calls: ["delete a", "delete a"], resources: [], check: logged({ failed: "delete", errors: 1 }) },
    },
  ],
});

conformance({
  name: "error-hook-gives-up",
  area: "hooks",
  semantic:
    "Every error hook is asked, and one that wants to try again is enough; when none does, the run fails with the error.",
  like: [
    "TestErrorHooks_RetryThenNoRetry_OperationFails_Create",
    "TestErrorHooks_RetrySemanticsAndNoRetryWhenNoHooks_Create_RetryIfAnyHookReturnsTrue",
  ],
  files: HOOK_LOG,
  steps: [
    {
      run: "up",
      program: `${LOG} new Thing("a", {}, { hooks: { onError: [errorHook("twice", 2), errorHook("never", 0)] } });`,
      faults: [
        { call: "create a", error: "busy" },
        { call: "create a", error: "broken for good" },
      ],
      expect: {
        outcome: "failed",
        calls: ["create a", "create a"],
        errors: [/broken for good/],
        resources: [],
        pending: [],
        check: logged(
          { hook: "twice", errors: 1 },
          { hook: "never", errors: 1 },
          { hook: "twice", errors: 2 },
          { hook: "never", errors: 2 },
        ),
      },
    },
  ],
});

conformance({
  name: "error-hook-half-made",
  area: "hooks",
  semantic:
    "What a failed creation left half made is worked on when an error hook has it tried again: no second object is made.",
  differs: "The real engine creates anew and loses sight of the first object.",
  files: HOOK_LOG,
  settles: false,
  steps: [
    {
      run: "up",
      program: `${LOG} new Thing("a", { ready: false }, { hooks: { onError: [errorHook("again", 2)] } });`,
      expect: {
        outcome: "failed",
        calls: ["create a", "update a"],
        state: { a: { id: "obj-1", initErrors: ["a is not ready"] } },
      },
    },
  ],
});

conformance({
  name: "transform-adds-hooks",
  area: "hooks",
  semantic: "A transform may give hooks to a resource.",
  like: ["TestResourceHookTransform"],
  files: HOOK_LOG,
  steps: [
    {
      run: "up",
      program: `${LOG}
        const late = hook("late");
        pulumi.runtime.registerResourceTransform((args) => args.custom
          ? { props: args.props, opts: pulumi.mergeOptions(args.opts, { hooks: { afterCreate: [late] } }) } : undefined);
        new Thing("a");`,
      expect: { check: logged({ hook: "late", name: "a", id: "obj-1" }) },
    },
  ],
});

conformance({
  name: "hook-registered-twice",
  area: "hooks",
  semantic: "Two hooks of one name are an error of the program, also if one is an error hook.",
  files: HOOK_LOG,
  steps: [
    {
      run: "up",
      program: `${LOG} hook("one"); errorHook("one", 1); new Thing("a");`,
      expect: { outcome: "failed", errors: [/one/] },
    },
  ],
});
