// A fleet's history, one kind of change after the other, each with the comment that its pull request gets.
import { afterAll, describe, expect, it } from "vitest";
import { parsePlanRecord } from "../../../review/reviewed.js";
import type { Review } from "../../../review/types.js";
import { CHANGES } from "./changes.js";
import { Repository } from "./repository.js";

const fleet = new Repository();
afterAll(() => fleet.close());

/** Commits differ with every state of the sources. */
const withoutCommits = (text: string, { base, head }: Review) =>
  [base, head].reduce(
    (masked, { commit, name }) => masked.replaceAll(commit, `<${name}>`).replaceAll(commit.slice(0, 12), `<${name}>`),
    text,
  );

describe("./fleet diff", () => {
  it.each(CHANGES)("gives its comment: $name", async ({ name, make, base = "main", exitCode, stacks }) => {
    fleet.branch(name, make);
    const result = await fleet.diff(base, "--head", name, "--json", "--comment", "comment.out", "--plan", "plan.out");
    expect(result.stderr).not.toContain("error:");
    const review = JSON.parse(result.stdout) as Review;
    expect(review.stacks.map(({ stack }) => stack)).toEqual(stacks);
    await expect(withoutCommits(fleet.read("comment.out"), review)).toMatchFileSnapshot(`comments/${name}.md`);
    expect(result.code).toBe(exitCode);
    const planned = review.stacks.filter(({ plan }) => plan.outcome === "succeeded");
    expect(Object.keys(parsePlanRecord(fleet.read("plan.out")).stacks)).toEqual(planned.map(({ stack }) => stack));
  });
});
