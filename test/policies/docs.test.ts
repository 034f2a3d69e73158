import { expect, it } from "vitest";
import { policiesPage } from "../../policies/docs.js";
import { loadRules } from "../../policies/rules.js";

// The page is made anew by: npx vitest run test/policies/docs.test.ts -u

it("has every rule in its page as the rule says it", async () => {
  await expect(policiesPage(await loadRules())).toMatchFileSnapshot("../../docs/policies.md");
});

it("says of each rule why, and what to do", async () => {
  const found = await loadRules();
  const page = policiesPage(found);
  expect(found.length).toBeGreaterThanOrEqual(28);
  for (const { rule } of found) {
    const section = page.split(`\n### ${rule.id}\n`)[1]?.split("\n### ")[0];
    expect(section, rule.id).toMatch(/\*\*Why\.\*\* \S[\s\S]*\*\*Fix\.\*\* \S/);
    for (const name of Object.keys(rule.settings ?? {})) expect(section).toContain(`| \`${name}\` |`);
  }
  expect(page).not.toMatch(/undefined|\[object/);
});
