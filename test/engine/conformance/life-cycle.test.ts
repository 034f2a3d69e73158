import { strict as assert } from "node:assert";
import { conformance, urn, type World } from "./conformance.js";
import type { CheckpointResource, Observation } from "./types.js";

const resource = ({ deployment }: Observation, name: string): CheckpointResource =>
  deployment?.resources?.find((item) => item.urn.endsWith(`::${name}`)) as CheckpointResource;

conformance({
  name: "create-same-update-delete",
  area: "life cycle",
  semantic:
    "A resource is created, left alone while nothing changes, updated in place, and deleted once it is no longer declared.",
  like: ["TestSingleResourceDefaultProviderLifecycle"],
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

conformance({
  name: "empty-program",
  area: "life cycle",
  semantic: "A program without resources has a root stack, and nothing else, in its state.",
  like: ["TestEmptyProgramLifecycle"],
  steps: [
    {
      run: "up",
      program: "",
      expect: {
        plan: {},
        check: ({ deployment }) =>
          assert.deepEqual(
            deployment?.resources?.map((item) => item.urn),
            [urn("pulumi:pulumi:Stack", "test-dev")],
          ),
      },
    },
    { run: "destroy", expect: { check: ({ deployment }) => assert.deepEqual(deployment?.resources ?? [], []) } },
  ],
});

conformance({
  name: "destroy",
  area: "life cycle",
  semantic:
    "Destroying deletes every resource with the old state alone, the root stack and its providers too, without the program.",
  like: ["TestDestroyWithProgram"],
  steps: [
    { run: "up", program: `const a = new Thing("a"); new Thing("b", { ref: a.id });` },
    {
      run: "preview-destroy",
      program: `throw new Error("the program is not run");`,
      expect: { plan: { a: "delete", b: "delete" }, calls: [], resources: ["a", "b"] },
    },
    {
      run: "destroy",
      expect: {
        plan: { a: "delete", b: "delete" },
        order: ["delete b", "delete a"],
        check: ({ deployment }) => assert.deepEqual(deployment?.resources ?? [], []),
      },
    },
  ],
});

let seen: Record<string, CheckpointResource> = {};
const remember = (observation: Observation) => {
  seen = { a: resource(observation, "a"), g: resource(observation, "g") };
};
conformance({
  name: "timestamps",
  area: "life cycle",
  semantic: "`created` stays, `modified` moves with an update of the object; a same leaves both alone.",
  like: ["TestTimestampTracking"],
  steps: [
    {
      run: "up",
      program: `new Thing("a", { size: 1 }); new Group("g");`,
      expect: {
        check: (observation) => {
          remember(observation);
          assert.match(String(seen.a?.created), /^\d{4}-\d\d-\d\dT.*Z$/);
          assert.equal(seen.a?.created, seen.a?.modified);
        },
      },
    },
    {
      run: "up",
      expect: { check: (now) => assert.deepEqual([resource(now, "a"), resource(now, "g")], [seen.a, seen.g]) },
    },
    {
      run: "up",
      program: `new Thing("a", { size: 2 }); new Group("g");`,
      expect: {
        check: (now) => {
          const { created, modified } = resource(now, "a");
          assert.equal(created, seen.a?.created);
          assert.ok(String(modified) > String(seen.a?.modified));
        },
      },
    },
  ],
});

conformance({
  name: "source-positions",
  area: "life cycle",
  semantic: "A resource's state tells the line of the program, relative to the project, that made it.",
  like: ["TestSourcePositions"],
  steps: [
    {
      run: "up",
      source: `const pulumi = require("@pulumi/pulumi");\n\nclass Thing extends pulumi.CustomResource {}\nnew Thing("cloud:index:Thing", "a", {});\n`,
      expect: { state: { a: { sourcePosition: /^project:\/\/\/index\.js#4,/ } } },
    },
  ],
});

conformance({
  name: "odd-names",
  area: "life cycle",
  semantic: "A resource's name may hold any characters, also those that separate the parts of a URN.",
  like: ["TestResourceNames"],
  steps: [
    {
      run: "up",
      program: `for (const name of ["a::b", "with space/ü\\"$", "$x'"]) new Thing(name); new Thing("p", {}, { parent: new Thing("a::b$c") });`,
      expect: {
        state: {
          "cloud:index:Thing::a::b": { custom: true },
          'Thing::with space/ü"$': { custom: true },
          "Thing::$x'": { custom: true },
          "cloud:index:Thing$cloud:index:Thing::p": { parent: urn("Thing", "a::b$c") },
        },
      },
    },
    { run: "up", program: `new Thing("a::b");`, expect: { resources: ["a::b"] } },
  ],
});

conformance({
  name: "same-records-options",
  area: "life cycle",
  semantic:
    "A resource whose inputs did not change still gets its new options and dependencies into the state, without a provider call.",
  like: ["TestSingleResourceDefaultProviderReplace", "TestSameWithNewOptions"],
  steps: [
    { run: "up", program: `const a = new Thing("a"); new Thing("b");` },
    {
      run: "up",
      program: `const a = new Thing("a"); new Thing("b", {}, { protect: true, dependsOn: [a], ignoreChanges: ["x"], retainOnDelete: true });`,
      expect: {
        plan: { b: "same" },
        calls: [],
        state: { b: { protect: true, retainOnDelete: true, dependencies: [urn("Thing", "a")], ignoreChanges: ["x"] } },
      },
    },
    {
      run: "up",
      program: `const a = new Thing("a"); new Thing("b");`,
      expect: {
        plan: { b: "same" },
        state: { b: { protect: undefined, retainOnDelete: undefined, dependencies: undefined } },
      },
    },
  ],
});

conformance({
  name: "dependency-waiting",
  area: "life cycle",
  semantic: "A resource that uses another's output is created after it, with the real value.",
  like: ["TestResourceDependencies"],
  steps: [
    {
      run: "up",
      program: `const a = new Thing("a"); const b = new Thing("b", { from: a.address, list: [{ id: a.id }] }); new Thing("c", {}, { dependsOn: [b] });`,
      expect: {
        order: ["create a", "create b", "create c"],
        state: {
          b: {
            inputs: { from: "addr-obj-1", list: [{ id: "obj-1" }] },
            dependencies: [urn("Thing", "a")],
            propertyDependencies: { from: [urn("Thing", "a")], list: [urn("Thing", "a")] },
          },
          c: { dependencies: [urn("Thing", "b")] },
        },
      },
    },
  ],
});

const mostAtOnce =
  (bound: number) =>
  (_: Observation, { cloud }: World) =>
    assert.equal(cloud.maxRunning, bound);
conformance({
  name: "parallel-limit",
  area: "life cycle",
  semantic: "Independent operations run side by side, never more of them than --parallel allows.",
  like: ["TestParallelRefresh", "TestParallelDiff"],
  prepare: ({ cloud }) => {
    cloud.latency = 60;
  },
  steps: [
    {
      run: "up",
      parallel: 2,
      program: `for (let i = 0; i < 6; i++) new Thing("t" + i);`,
      expect: { check: mostAtOnce(2) },
    },
    {
      change: (cloud) => {
        cloud.maxRunning = 0;
      },
    },
    { run: "destroy", parallel: 1, expect: { check: mostAtOnce(1) } },
  ],
});

conformance({
  name: "duplicate-urn",
  area: "life cycle",
  semantic: "Two resources of one type, parent and name are an error, and nothing is deleted.",
  like: ["TestDuplicateURN"],
  steps: [
    { run: "up", program: `new Thing("old");` },
    {
      run: "up",
      program: `const a = new Thing("a"); new Thing("a", {}, { dependsOn: [a] });`,
      expect: {
        outcome: "failed",
        errors: [/[Dd]uplicate resource URN/],
        calls: ["create a"],
        resources: ["a", "old"],
      },
    },
  ],
});
