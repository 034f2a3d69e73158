import { conformance } from "./conformance.js";

conformance({
  name: "protect-delete",
  area: "protection",
  semantic: "A protected resource that is no longer declared is an error, and stays.",
  like: ["TestProtect"],
  differs:
    "all protected resources are told in one error before anything is tried; the real engine tries, and fails, one by one",
  steps: [
    { run: "up", program: `new Thing("a", {}, { protect: true });`, expect: { state: { a: { protect: true } } } },
    { run: "preview", program: "", expect: { outcome: "failed", errors: [/protect/] } },
    {
      run: "up",
      program: "",
      expect: { outcome: "failed", calls: [], errors: [/::a\b.*protect|protect.*::a\b/s], resources: ["a"] },
    },
    { run: "destroy", expect: { outcome: "failed", calls: [], errors: [/protect/], resources: ["a"] } },
  ],
});

conformance({
  name: "protect-several",
  area: "protection",
  semantic: "All protected resources that would be deleted are named in one run.",
  like: ["TestMultipleProtectedDeletes"],
  differs:
    "all protected resources are told in one error before anything is tried; the real engine tries, and fails, one by one",
  steps: [
    { run: "up", program: `new Thing("a", {}, { protect: true }); new Thing("b", {}, { protect: true });` },
    {
      run: "up",
      program: "",
      expect: { outcome: "failed", calls: [], errors: [/::a\b/, /::b\b/], resources: ["a", "b"] },
    },
  ],
});

conformance({
  name: "protect-replace",
  area: "protection",
  semantic: "A protected resource cannot be replaced, and can be updated.",
  like: ["TestProtect"],
  steps: [
    { run: "up", program: `new Thing("a", { zone: "x" }, { protect: true });` },
    {
      run: "preview",
      program: `new Thing("a", { zone: "y" }, { protect: true });`,
      expect: { outcome: "failed", errors: [/protect/] },
    },
    {
      run: "up",
      expect: {
        outcome: "failed",
        calls: [],
        errors: [/protect/],
        state: { a: { id: "obj-1", inputs: { zone: "x" } } },
      },
    },
    {
      run: "up",
      program: `new Thing("a", { zone: "x", size: 2 }, { protect: true });`,
      expect: { plan: { a: "update" } },
    },
  ],
});

conformance({
  name: "unprotect-and-replace",
  area: "protection",
  semantic: "A program that takes `protect` off may replace the resource in the same run; to delete it takes another.",
  like: ["TestProtect"],
  steps: [
    { run: "up", program: `new Thing("a", { zone: "x" }, { protect: true });` },
    {
      run: "up",
      program: `new Thing("a", { zone: "y" });`,
      expect: { plan: { a: "replace" }, state: { a: { protect: undefined } } },
    },
    { run: "up", program: "", expect: { plan: { a: "delete" } } },
  ],
});

conformance({
  name: "protect-in-a-cascade",
  area: "protection",
  semantic: "A protected dependent stops the deletion before replacement of what it depends on.",
  like: ["TestDBRProtect"],
  steps: [
    {
      run: "up",
      program: `const a = new Named("a", { zone: "x" }); new Thing("b", { link: a.id }, { protect: true });`,
    },
    {
      run: "up",
      program: `const a = new Named("a", { zone: "y" }); new Thing("b", { link: a.id }, { protect: true });`,
      expect: { outcome: "failed", calls: [], errors: [/::b\b.*protect|protect.*::b\b/s], resources: ["a", "b"] },
    },
  ],
});
