import picocolors from "picocolors";
import { expect, it } from "vitest";
import { renderText } from "../../../review/comment/text.js";
import { REVIEWS } from "./reviews.js";

const ESC = String.fromCharCode(27);

it.each([
  "losses with all that can be said of them",
  "policies and cost",
  "a preview that failed",
  "a hundred tenants",
])("writes the text of %s", async (name) => {
  const text = renderText(REVIEWS[name]!());
  await expect(text).toMatchFileSnapshot(`./${name.replaceAll(" ", "-")}.txt`);
});

it("says what a person may do about a loss, and ends with the verdict", () => {
  const text = renderText(REVIEWS["a volume that is lost"]!());
  expect(text).toContain("the label acknowledge-loss:mypa-alpha/pa-mila-data on the pull request");
  expect(text).toContain("in stacks/Pulumi.mypa-alpha.yaml, under fleet:acknowledged:");
  expect(text.trimEnd().split("\n").at(-1)).toBe(
    "Needs acknowledgement: 1 loss of data is not acknowledged; 1 resource is replaced. In all 1 to replace.",
  );
});

it("is coloured where it is asked to be, and says the same", () => {
  const build = REVIEWS["losses with all that can be said of them"]!;
  const plain = renderText(build(), { styles: picocolors.createColors(false) });
  const coloured = renderText(build(), { styles: picocolors.createColors(true) });
  expect(plain).toBe(renderText(build()));
  expect(plain).not.toContain(ESC);
  expect(coloured).toContain(`${ESC}[32m  +     region: "fra1"  # forces replacement${ESC}[39m`);
  expect(coloured.replaceAll(new RegExp(`${ESC}\\[\\d+m`, "g"), "")).toBe(plain);
});
