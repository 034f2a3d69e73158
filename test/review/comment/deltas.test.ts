import { describe, expect, it } from "vitest";
import { renderComment, verdictOf } from "../../../review/comment/comment.js";
import { costDelta } from "../../../review/comment/costs.js";
import { findingsDelta } from "../../../review/comment/findings.js";
import type { PolicyFinding, StackReview } from "../../../review/types.js";
import { cost, costItem, finding, lossOf, review, stackReview, step, TYPES, urnOf } from "../build.js";

describe("findings", () => {
  const of = (before: PolicyFinding[], after: PolicyFinding[], steps: StackReview["plan"]["steps"] = []) =>
    findingsDelta(stackReview("a", steps, { policies: { before, after } }))!;
  const found = finding("a", "no-root", "pa", "It runs as root");

  it("are known where policy, resource and message are the same", () => {
    expect(of([found], [found])).toMatchObject({ fresh: [], existing: [found], fixed: [] });
  });
  it("are new where the message is another, since it may be worse", () => {
    const worse = { ...found, message: "It mounts /" };
    expect(of([found], [worse])).toMatchObject({ fresh: [worse], existing: [], fixed: [found] });
  });
  it("are new as often as they are more", () => {
    expect(of([found], [found, found])).toMatchObject({ fresh: [found], existing: [found], fixed: [] });
  });
  it("are new where a policy has become mandatory, not where it no longer is", () => {
    const mild = { ...found, level: "advisory" as const };
    expect(of([mild], [found]).fresh).toEqual([found]);
    expect(of([found], [mild])).toMatchObject({ fresh: [], existing: [mild], fixed: [] });
  });
  it("go with a resource that moved", () => {
    const elsewhere = { ...found, urn: urnOf("a", `fleet:agents:Agent$${TYPES.container}`, "pa") };
    expect(of([found], [elsewhere])).toMatchObject({ fresh: [], existing: [elsewhere], fixed: [] });
    const renamed = finding("a", "no-root", "pb", "It runs as root");
    const moved = step("a", "update", TYPES.container, "pb", [], { formerUrn: found.urn });
    expect(of([found], [renamed], [moved])).toMatchObject({ fresh: [], existing: [renamed], fixed: [] });
    expect(of([found], [renamed]).fresh).toEqual([renamed]);
  });
  it("that the stack's file lets pass are neither new nor, once gone, fixed", () => {
    const excepted = { ...found, level: "advisory" as const, message: "excepted: It runs as root\nreason: As it must" };
    expect(of([], [excepted])).toEqual({ fresh: [], existing: [], fixed: [], excepted: [excepted] });
    expect(of([excepted], [])).toEqual({ fresh: [], existing: [], fixed: [], excepted: [] });
  });
  it("go with a resource that an alias has moved without a step", () => {
    const renamed = finding("a", "no-root", "pb", "It runs as root");
    const moved = [{ urn: renamed.urn, formerUrn: found.urn }];
    const reviewed = stackReview("a", [], { policies: { before: [found], after: [renamed] }, plan: { moved } });
    expect(findingsDelta(reviewed)).toMatchObject({ fresh: [], existing: [renamed], fixed: [] });
  });
  it("are not told of a preview that failed, nor where none were asked", () => {
    const failed = stackReview("a", [], { policies: { before: [], after: [found] }, plan: { outcome: "failed" } });
    expect(findingsDelta(failed)).toBeUndefined();
    expect(findingsDelta(stackReview("a", []))).toBeUndefined();
  });
});

describe("costs", () => {
  const item = (name: string, what: string, monthly?: number) => costItem("a", name, what, monthly);
  it("are told for what changes", () => {
    const found = stackReview("a", [], {
      cost: {
        before: cost([
          item("same", "disk", 5),
          item("bigger", "small", 6),
          item("gone", "disk", 7),
          item("free", "own", 0),
          item("dark", "?"),
        ]),
        after: cost([
          item("same", "disk", 5),
          item("bigger", "large", 12),
          item("new", "disk", 8),
          item("free", "own", 0),
          item("dark", "?"),
          item("darker", "?"),
        ]),
      },
    });
    const { changes, before, after, unknown } = costDelta(found)!;
    expect([before, after, unknown]).toEqual([18, 25, 2]);
    expect(changes.map(({ name, formerly, before: from, after: to }) => [name, formerly, from, to])).toEqual([
      ["bigger", "small", 6, 12],
      ["gone", undefined, 7, 0],
      ["new", undefined, 0, 8],
      ["darker", undefined, 0, undefined],
    ]);
  });
  it("of several kinds for one resource are kept apart", () => {
    const found = stackReview("a", [], {
      cost: {
        before: cost([item("vm", "machine", 10), item("vm", "disk", 2)]),
        after: cost([item("vm", "machine", 10), item("vm", "disk", 4)]),
      },
    });
    expect(costDelta(found)!.changes).toMatchObject([{ what: "disk", before: 2, after: 4 }]);
  });
  it("of a preview that failed are none", () => {
    const found = stackReview("a", [], {
      cost: { before: cost([item("vm", "machine", 10)]), after: cost() },
      plan: { outcome: "failed" },
    });
    expect(costDelta(found)).toBeUndefined();
    expect(renderComment(review([found])).markdown).not.toContain("### Cost");
  });
});

describe("the verdict", () => {
  const lost = step("a", "delete", TYPES.volume, "data");
  const mandatory = { before: [], after: [finding("a", "no-root", "pa", "no")] };
  const advisory = { before: [], after: [finding("a", "no-root", "pa", "no", { level: "advisory" })] };
  it.each<[string, StackReview[], string[]]>([
    ["safe", [], ["nothing changes"]],
    ["safe", [stackReview("a", [step("a", "update", TYPES.volume, "data")])], ["nothing is replaced, deleted or lost"]],
    ["safe", [stackReview("a", [step("a", "delete", TYPES.agent, "mila")])], ["nothing is replaced, deleted or lost"]],
    ["needs a look", [stackReview("a", [lost])], ["1 resource is deleted"]],
    ["needs a look", [stackReview("a", [], { policies: advisory })], ["1 new finding of advisory policies"]],
    [
      "needs a look",
      [stackReview("a", [lost], { losses: [lossOf(lost, "volume", { acknowledged: { by: "label", reason: "so" } })] })],
      ["1 acknowledged loss of data", "1 resource is deleted"],
    ],
    ["policy breach", [stackReview("a", [], { policies: mandatory })], ["1 new finding of mandatory policies"]],
    [
      "needs acknowledgement",
      [stackReview("a", [lost], { losses: [lossOf(lost, "volume")], policies: mandatory })],
      ["1 loss of data is not acknowledged", "1 new finding of mandatory policies", "1 resource is deleted"],
    ],
    [
      "failed",
      [
        stackReview("a", [lost], { losses: [lossOf(lost, "volume")] }),
        stackReview("b", [], { plan: { outcome: "failed" } }),
      ],
      ["1 preview failed", "1 loss of data is not acknowledged", "1 resource is deleted"],
    ],
  ])("is %s", (verdict, stacks, reasons) => {
    expect(verdictOf(review(stacks))).toEqual({ verdict, reasons });
  });
});
