import { expect, it } from "vitest";
import type { ResourceRule } from "../../policies/rule.js";
import { readStackSettings } from "../../policies/stack-settings.js";

const rule = (id: string, more: Partial<ResourceRule> = {}): ResourceRule => ({
  id,
  title: "A rule of a test",
  severity: "low",
  benchmarks: [],
  why: "For a test.",
  fix: "nothing",
  types: [],
  check: () => [],
  ...more,
});
const RULES = [
  rule("no-privileged", { remedy: () => undefined }),
  rule("image-registry", { settings: { registries: { type: "array", default: [], description: "where from" } } }),
];
const faults = (section: unknown) => readStackSettings(section, RULES).faults;

it("reads levels, settings and exceptions", () => {
  const exception = { resource: "a", reason: "because", expires: "2027-06-30" };
  const { rules, faults } = readStackSettings(
    {
      "no-privileged": {
        level: "advisory",
        exceptions: [exception, { ...exception, expires: "2027-06-30T00:00:00Z" }],
      },
      "image-registry": { settings: { registries: ["ghcr.io"] } },
    },
    RULES,
  );
  expect(faults).toEqual([]);
  expect(rules.get("no-privileged")).toEqual({ level: "advisory", settings: {}, exceptions: [exception, exception] });
  expect(rules.get("image-registry")).toMatchObject({ level: undefined, settings: { registries: ["ghcr.io"] } });
});

it("lets a rule mend where it can, but not one that is switched off", () => {
  const level = (value: object) =>
    readStackSettings({ "no-privileged": value }, RULES).rules.get("no-privileged")?.level;
  expect(level({ settings: { remediate: true } })).toBe("remediate");
  expect(level({ level: "disabled", settings: { remediate: true } })).toBe("disabled");
  expect(level({ settings: { remediate: false } })).toBeUndefined();
  expect(faults({ "image-registry": { settings: { remediate: true } } })).toEqual([
    "fleet:policies.image-registry.settings.remediate: the rule can mend nothing by itself",
  ]);
});

it.each<[string, unknown, string]>([
  ["a misspelt rule", { "no-privilegd": {} }, "no-privilegd: there is no such rule (did you mean no-privileged?)"],
  ["a misspelt key", { "no-privileged": { levle: "advisory" } }, "levle: there is no such key (did you mean level?)"],
  [
    "a misspelt setting",
    { "image-registry": { settings: { registrys: [] } } },
    "registrys: the rule has no such setting (did you mean registries?)",
  ],
  ["a level that is none", { "no-privileged": { level: "loud" } }, "level should be one of advisory"],
  [
    "no reason",
    { "no-privileged": { exceptions: [{ resource: "a", expires: "2027-06-30" }] } },
    "[0] should have reason",
  ],
  [
    "a blank reason",
    { "no-privileged": { exceptions: [{ resource: "a", reason: " ", expires: "2027-06-30" }] } },
    "[0] should have reason",
  ],
  ["no end", { "no-privileged": { exceptions: [{ resource: "a", reason: "b" }] } }, "[0] should have expires"],
  [
    "an end that is no day",
    { "no-privileged": { exceptions: [{ resource: "a", reason: "b", expires: "2027-13-01" }] } },
    "[0] should expire on a day",
  ],
  ["a list", [], "fleet:policies should be a map of rules"],
])("tells of %s", (_, section, told) => {
  expect(faults(section)).toEqual([expect.stringContaining(told)]);
});
