import { conformance } from "./conformance.js";

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
