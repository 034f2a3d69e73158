import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allCases } from "./cases.js";
import { conformancePage, summaryTable } from "./tables.js";

// Made anew by: npx vitest run test/engine/conformance/docs.harness.test.ts -u

const cases = await allCases();

describe("the conformance tables", () => {
  it("list every case, as docs/conformance.md has it", async () => {
    await expect(conformancePage(cases)).toMatchFileSnapshot("../../../docs/conformance.md");
  });

  it("are summed up in docs/engine.md", async () => {
    const file = "docs/engine.md";
    const text = readFileSync(file, "utf8");
    const [begin, end] = ["<!-- conformance -->", "<!-- /conformance -->"];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    expect(from).toBeGreaterThan(0);
    expect(to).toBeGreaterThan(from);
    const wanted = `${text.slice(0, from + begin.length)}\n\n${summaryTable(cases)}\n\n${text.slice(to)}`;
    await expect(wanted).toMatchFileSnapshot("../../../docs/engine.md");
  });
});

describe("the cases", () => {
  it("have names of their own, one sentence each, and something to expect", () => {
    const names = cases.map((item) => item.name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    const poor = cases.filter(
      ({ semantic, steps }) =>
        !/^\S.*\.$/.test(semantic) ||
        !steps.some((step) => "run" in step && step.expect !== undefined && Object.keys(step.expect).length > 0),
    );
    expect(poor.map((item) => item.name)).toEqual([]);
  });
});
