import { conformance } from "./conformance.js";

const ignoring = (value: string, paths: string[]) =>
  `new Thing("a", ${value}, { ignoreChanges: ${JSON.stringify(paths)} });`;

conformance({
  name: "ignore-changes",
  area: "diffs",
  semantic:
    "A property in `ignoreChanges` keeps its old value, also one that was added or is no longer there; others change.",
  like: ["TestSingleResourceIgnoreChanges"],
  steps: [
    { run: "up", program: ignoring(`{ size: 1, gone: 1, other: 1 }`, ["size", "gone", "added"]) },
    {
      run: "up",
      program: ignoring(`{ size: 2, added: 1, other: 2 }`, ["size", "gone", "added"]),
      expect: {
        plan: { a: { op: "update", diffs: ["other"] } },
        state: {
          a: { inputs: { size: 1, gone: 1, added: undefined, other: 2 }, ignoreChanges: ["size", "gone", "added"] },
        },
        provider: [{ method: "diff", name: "a", ignoreChanges: ["size", "gone", "added"], news: { size: 1 } }],
      },
    },
    {
      run: "up",
      program: `new Thing("a", { size: 2, added: 1, other: 2 });`,
      expect: { plan: { a: { op: "update", diffs: ["added", "gone", "size"] } } },
    },
  ],
});

conformance({
  name: "ignore-changes-paths",
  area: "diffs",
  semantic: "`ignoreChanges` takes paths into maps and lists, and `*` for all their members.",
  like: ["TestSingleResourceIgnoreChanges"],
  steps: [
    {
      run: "up",
      program: ignoring(`{ map: { a: 1, b: 1 }, list: [{ x: 1, y: 1 }, { x: 1, y: 1 }] }`, ["map.a", "list[*].x"]),
    },
    {
      run: "up",
      program: ignoring(`{ map: { a: 2, b: 2 }, list: [{ x: 2, y: 2 }, { x: 2, y: 2 }] }`, ["map.a", "list[*].x"]),
      expect: {
        state: {
          a: {
            inputs: {
              map: { a: 1, b: 2 },
              list: [
                { x: 1, y: 2 },
                { x: 1, y: 2 },
              ],
            },
          },
        },
      },
    },
    {
      run: "up",
      program: ignoring(`{ map: { a: 3, b: 3, c: 3 }, list: [] }`, ["map.*", "list"]),
      expect: { plan: { a: "same" }, calls: [] },
    },
  ],
});

conformance({
  name: "ignore-all-changes",
  area: "diffs",
  semantic: '`ignoreChanges: ["*"]` leaves the resource as it is.',
  like: ["TestSingleResourceIgnoreChanges"],
  steps: [
    { run: "up", program: ignoring(`{ size: 1, zone: "x" }`, ["*"]) },
    {
      run: "up",
      program: ignoring(`{ size: 2, zone: "y", more: 1 }`, ["*"]),
      expect: { plan: { a: "same" }, calls: [], state: { a: { inputs: { size: 1, zone: "x", more: undefined } } } },
    },
  ],
});

conformance({
  name: "ignore-changes-prevents-replacement",
  area: "diffs",
  semantic: "A change that would replace does not when it is ignored.",
  like: ["TestSingleResourceIgnoreChanges"],
  steps: [
    { run: "up", program: ignoring(`{ zone: "x", size: 1 }`, ["zone"]) },
    {
      run: "up",
      program: ignoring(`{ zone: "y", size: 2 }`, ["zone"]),
      expect: { plan: { a: { op: "update", diffs: ["size"], keys: [] } } },
    },
  ],
});

conformance({
  name: "diff-unknown",
  area: "diffs",
  semantic: "Where the provider cannot tell a difference, the engine compares inputs and tells the paths.",
  like: ["TestAutomaticDiff"],
  steps: [
    { run: "up", program: `new Vague("a", { map: { x: 1, y: 1 }, list: [1, 2] });` },
    { run: "up", expect: { plan: { a: "same" } } },
    {
      run: "up",
      program: `new Vague("a", { map: { x: 2, z: 1 }, list: [1, 2, 3] });`,
      expect: {
        plan: {
          a: {
            op: "update",
            diffs: ["list", "map"],
            detailedDiff: { "list[2]": "add", "map.x": "update", "map.y": "delete", "map.z": "add" },
          },
        },
      },
    },
  ],
});

conformance({
  name: "diff-none",
  area: "diffs",
  semantic: "If the provider sees no difference there is no update, and the new inputs go into the state.",
  like: ["TestPersistentDiff"],
  steps: [
    { run: "up", program: `new (type("Calm"))("a", { size: 1 });` },
    {
      run: "up",
      program: `new (type("Calm"))("a", { size: 2 });`,
      expect: { plan: { a: "same" }, calls: [], state: { a: { inputs: { size: 2 }, outputs: { size: 1 } } } },
    },
  ],
});

conformance({
  name: "detailed-diff-replace",
  area: "diffs",
  semantic: "A path of the detailed diff that replaces makes a replacement, and its top-level key the reason.",
  like: ["TestDetailedDiffReplace"],
  steps: [
    { run: "up", program: `new (type("Detailed"))("a", { zone: { name: "x", kept: 1 }, size: 1 });` },
    {
      run: "preview",
      program: `new (type("Detailed"))("a", { zone: { name: "y", kept: 1 }, size: 2 });`,
      expect: {
        plan: {
          a: {
            op: "replace",
            keys: ["zone"],
            diffs: ["size", "zone"],
            detailedDiff: { "zone.name": "update-replace", size: "update" },
          },
        },
      },
    },
    { run: "up", expect: { plan: { a: "replace" }, calls: ["create a", "delete a"] } },
  ],
});

conformance({
  name: "diff-fails",
  area: "diffs",
  semantic: "A comparison that fails is the resource's error, and nothing is done.",
  like: ["TestDiffFailure"],
  steps: [
    { run: "up", program: `new Thing("a", { size: 1 }); new Thing("b");` },
    {
      run: "up",
      program: `new Thing("a", { undiffable: "cannot compare" });`,
      expect: { outcome: "failed", errors: [/cannot compare/], calls: [], resources: ["a", "b"] },
    },
  ],
});

conformance({
  name: "diff-gets-old-and-new",
  area: "diffs",
  semantic: "A comparison gets the old inputs, the old outputs and the new, checked inputs.",
  like: ["TestProviderDiff"],
  steps: [
    { run: "up", program: `new Thing("a", { size: 1, seed: "generate" });` },
    {
      run: "preview",
      program: `new Thing("a", { size: 2, seed: "generate" });`,
      expect: {
        provider: [
          { method: "check", name: "a", olds: { size: 1, seed: /^seed-/ }, news: { size: 2, seed: "generate" } },
          {
            method: "diff",
            name: "a",
            id: "obj-1",
            oldInputs: { size: 1, address: undefined },
            oldOutputs: { size: 1, address: "addr-obj-1" },
            news: { size: 2, seed: /^seed-/ },
          },
        ],
      },
    },
  ],
});

conformance({
  name: "removed-and-null-are-equal",
  area: "diffs",
  semantic: "An input that is null is one that is not there.",
  steps: [
    { run: "up", program: `new Vague("a", { size: 1, gone: null });` },
    {
      run: "up",
      program: `new Vague("a", { size: 1, other: undefined, third: null });`,
      expect: { plan: { a: "same" }, calls: [] },
    },
  ],
});
