import { expect, it } from "vitest";
import { isOurs, renderComment } from "../../../review/comment/comment.js";
import { REVIEWS } from "./reviews.js";

const fileName = (name: string) => name.replaceAll(/[ ,]+/g, "-");

it.each(Object.entries(REVIEWS))("writes the comment of %s", async (name, build) => {
  const { markdown, full, truncated } = renderComment(build(), { marker: { run: "4711" } });
  expect(isOurs(markdown)).toBe(true);
  expect(isOurs(full)).toBe(true);
  expect(truncated).toEqual([]);
  await expect(markdown).toMatchFileSnapshot(`./${fileName(name)}.md`);
});
