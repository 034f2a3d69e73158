import fc from "fast-check";
import type { Json, PropertyChange, Review, ReviewedOp } from "../../../review/types.js";
import { cost, review, stackReview, TYPES } from "../build.js";

const FRAGMENTS = [
  "@octocat",
  "@org/team",
  "#12",
  "GH-7",
  "owner/repo#3",
  "https://github.com/a/b/issues/1",
  "http://x.y",
  "www.example.com",
  "me@example.com",
  ":tada:",
  "$x^2$",
  "0b5e7a11c0ffee0b5e7a11c0ffee0b5e7a11c0ff",
  "</details>",
  "<details>",
  "</summary>",
  "<script>alert(1)</script>",
  "<img src=x onerror=y>",
  "<!--",
  "-->",
  "<!-- agent-fleet:review v1 head=x -->",
  "```",
  "````",
  "~~~",
  "`",
  "``",
  "|",
  "\\",
  "\\|",
  "\n",
  "\n\n",
  "\r\n",
  "\t",
  "    ",
  "# hi",
  "1. one",
  "- two",
  "> three",
  "---",
  "===",
  "[a](b)",
  "![a](b)",
  "[a]: b",
  "[^1]",
  "**",
  "__",
  "*",
  "_",
  "~~",
  "&lt;",
  "&#64;octocat",
  "<https://x.y>",
  "\u202E",
  "\u200B",
  "\u001b[31m",
  "\u0000",
  "\u00a0",
  "\uD800",
  "\u2028",
  "é",
  "🙂",
  "word",
  "a-1",
  "'",
  '"',
  "(",
  ")",
  ".",
  ":",
  "!",
  " ",
  "CO-1",
  "{{",
  "}}",
];

/** What somebody would write who wants a comment to be what it is not. */
export const hostile = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 8 }).map((parts) => parts.join("")) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 6 }).map((parts) => parts.join(" ")) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
);

const value: fc.Arbitrary<Json> = fc.oneof(
  hostile,
  fc.integer(),
  fc.array(hostile, { maxLength: 3 }),
  fc.dictionary(hostile, hostile, { maxKeys: 3 }),
  fc.array(hostile, { maxLength: 12 }).map((lines) => lines.join("\n")),
  fc.dictionary(hostile, hostile, { maxKeys: 3 }).map((map) => JSON.stringify(map)),
);

const change: fc.Arbitrary<PropertyChange> = fc.record({
  path: hostile,
  kind: fc.constantFrom("add" as const, "update" as const, "delete" as const),
  replaces: fc.boolean(),
  secret: fc.constant(false),
  before: value,
  after: value,
});

const OPS: ReviewedOp[] = ["create", "update", "replace", "delete", "import", "read", "discard", "refresh"];
const step = fc.record({
  op: fc.constantFrom(...OPS),
  urn: fc.oneof(
    hostile,
    hostile.map((name) => `urn:pulumi:s::fleet::${TYPES.volume}::${name}`),
  ),
  type: fc.oneof(hostile, fc.constant(TYPES.volume as string)),
  name: hostile,
  custom: fc.boolean(),
  replaceKeys: fc.array(hostile, { maxLength: 2 }),
  changes: fc.array(change, { maxLength: 3 }),
  retained: fc.boolean(),
  formerUrn: fc.option(hostile, { nil: undefined }),
});

const loss = fc.record({
  urn: hostile,
  type: hostile,
  name: hostile,
  op: fc.constantFrom("replace" as const, "delete" as const),
  what: hostile,
  keys: fc.array(hostile, { maxLength: 10 }),
  goesWith: fc.option(hostile, { nil: undefined }),
  acknowledged: fc.option(
    fc.record({ reason: hostile, by: fc.constantFrom("stack file" as const, "label" as const) }),
    {
      nil: undefined,
    },
  ),
});

const finding = fc.record({
  policy: hostile,
  pack: hostile,
  level: fc.constantFrom("advisory" as const, "mandatory" as const),
  urn: hostile,
  message: hostile,
});

const item = fc.record({
  urn: hostile,
  name: hostile,
  what: hostile,
  monthly: fc.option(fc.integer({ min: 0, max: 9999 }), { nil: undefined }),
  why: hostile,
});

const stack = fc
  .record({
    name: hostile,
    steps: fc.array(step, { maxLength: 4 }),
    losses: fc.array(loss, { maxLength: 2 }),
    findings: fc.array(finding, { maxLength: 3 }),
    items: fc.array(item, { maxLength: 3 }),
    reasons: fc.array(hostile, { maxLength: 3 }),
    errors: fc.array(hostile, { maxLength: 2 }),
    failed: fc.boolean(),
  })
  .map(({ name, steps, losses, findings, items, reasons, errors, failed }) =>
    stackReview(name, steps, {
      losses,
      kept: losses.slice(0, 1),
      policies: { before: findings.slice(0, 1), after: findings.slice(1) },
      cost: { before: cost(items.slice(0, 1)), after: cost(items) },
      reasons: reasons.map((text) => ({ kind: "file", text })),
      plan: { outcome: failed ? "failed" : "succeeded", errors },
    }),
  );

/** A review in which every text is hostile. */
export const hostileReview: fc.Arbitrary<Review> = fc
  .record({
    stacks: fc.array(stack, { maxLength: 4 }),
    commit: hostile,
    name: hostile,
    unaffected: fc.array(hostile, { maxLength: 2 }),
  })
  .map(({ stacks, commit, name, unaffected }) =>
    review(stacks, { head: { commit, name }, base: { commit: name, name: commit }, unaffected }),
  );
