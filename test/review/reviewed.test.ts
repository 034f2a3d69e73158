import { describe, expect, it } from "vitest";
import { type PlanRecord, parsePlanRecord, planRecord, unreviewedSteps } from "../../review/reviewed.js";
import type { ReviewedOp } from "../../review/types.js";
import { change, review, stackReview, step, TYPES, urnOf } from "./build.js";

const OPS: ReviewedOp[] = ["create", "update", "replace", "delete", "import", "read", "discard", "refresh"];
const plan = (op: ReviewedOp, replaceKeys: string[] = []) => [step("a", op, TYPES.volume, "data", [], { replaceKeys })];
const recordOf = (steps: ReturnType<typeof plan>) => planRecord(review([stackReview("a", steps)]));

describe("a record", () => {
  const found = review([
    stackReview("a", [
      step(
        "a",
        "replace",
        TYPES.volume,
        "data",
        [change("labels[0]", { before: "hush-hush", after: "y", replaces: true })],
        {
          replaceKeys: ["name", "labels", "name"],
        },
      ),
    ]),
    stackReview("__proto__", plan("delete")),
    stackReview("broken", plan("delete"), { plan: { outcome: "failed", errors: ["no"] } }),
  ]);

  it("holds what was reviewed, without values, and nothing of a preview that failed", () => {
    const record = planRecord(found);
    expect(Object.keys(record.stacks)).toEqual(["a", "__proto__"]);
    expect(record.stacks.a).toEqual({
      digest: found.stacks[0]!.digest,
      steps: [{ urn: urnOf("a", TYPES.volume, "data"), op: "replace", keys: ["labels", "name"] }],
    });
    expect(JSON.stringify(record)).not.toContain("hush-hush");
  });

  it("is read as it was written", () => {
    const record = planRecord(found);
    expect(parsePlanRecord(JSON.stringify(record))).toEqual(record);
  });

  const good = JSON.parse(JSON.stringify(planRecord(review([stackReview("a", plan("delete"))])))) as PlanRecord;
  const steps = good.stacks.a!.steps;
  it.each<[string, unknown, string]>([
    ["a list", [], "it is no map"],
    ["null", null, "it is no map"],
    ["another version", { ...good, version: 2 }, "its version is 2, not 1"],
    ["no version", { stacks: {} }, "its version is missing, not 1"],
    ["no stacks", { ...good, stacks: undefined }, "it has no map `stacks`"],
    ["no base", { ...good, base: "main" }, "`base` has no `commit` and `name`"],
    ["a stack without steps", { ...good, stacks: { a: { digest: "x" } } }, 'stack "a" has no list `steps`'],
    [
      "an unknown operation",
      { ...good, stacks: { a: { digest: "x", steps: [{ ...steps[0], op: "toString" }] } } },
      'stack "a", step 1',
    ],
    [
      "keys that are no texts",
      { ...good, stacks: { a: { digest: "x", steps: [{ ...steps[0], keys: [1] }] } } },
      'stack "a", step 1',
    ],
    [
      "a step that was added",
      { ...good, stacks: { a: { ...good.stacks.a, steps: [...steps, { ...steps[0], urn: "more" }] } } },
      "so it was changed",
    ],
  ])("is none with %s", (_, value, message) => {
    expect(() => parsePlanRecord(JSON.stringify(value))).toThrow(message);
    expect(() => parsePlanRecord(JSON.stringify(value))).toThrow(/^not the record of a reviewed plan: /);
  });

  it("is none if it is no JSON", () => {
    expect(() => parsePlanRecord("<html>")).toThrow("not the record of a reviewed plan: it is no JSON");
  });
});

describe("a real step", () => {
  /** By reviewed operation, the real ones that it covers beside those that touch no object. */
  const covered: Record<ReviewedOp, ReviewedOp[]> = {
    create: ["create"],
    update: ["update"],
    replace: ["replace", "update", "create"],
    delete: ["delete"],
    import: ["import"],
    read: [],
    discard: [],
    refresh: [],
  };
  it.each(OPS.flatMap((reviewed) => OPS.map((real) => [reviewed, real] as const)))(
    "where %s was reviewed, and is to %s",
    (reviewed, real) => {
      const harmless = ["read", "discard", "refresh"].includes(real);
      const found = unreviewedSteps(recordOf(plan(reviewed)), plan(real));
      if (harmless || covered[reviewed].includes(real)) expect(found).toEqual([]);
      else expect(found).toEqual([{ urn: urnOf("a", TYPES.volume, "data"), op: real, keys: [] }]);
    },
  );

  it("may be forced by fewer properties than were reviewed, not by others", () => {
    const reviewed = recordOf(plan("replace", ["driver", "name"]));
    expect(unreviewedSteps(reviewed, plan("replace", ["name"]))).toEqual([]);
    expect(unreviewedSteps(reviewed, plan("replace", []))).toEqual([]);
    expect(unreviewedSteps(reviewed, plan("replace", ["name", "labels"]))).toEqual([
      { urn: urnOf("a", TYPES.volume, "data"), op: "replace", keys: ["labels", "name"] },
    ]);
  });

  it("may be missing", () => {
    expect(unreviewedSteps(recordOf(plan("delete")), [])).toEqual([]);
  });

  it("was not reviewed where its stack was not, or its resource", () => {
    const other = step("b", "update", TYPES.volume, "data");
    const more = step("a", "update", TYPES.volume, "more");
    expect(unreviewedSteps(recordOf(plan("update")), [...plan("update"), other, more]).map(({ urn }) => urn)).toEqual([
      other.urn,
      more.urn,
    ]);
  });
});
