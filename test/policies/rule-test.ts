import { describe, expect, it } from "vitest";
import { judge, judgeStack, settingsOf } from "../../policies/judge.js";
import { isStackRule, type ResourceRule, type Rule, type StackRule, type Verdict } from "../../policies/rule.js";
import { type Sample, type Samples, type StackSample, stackOf, subjectOf } from "./samples.js";

type Found = Verdict & { urn?: string };

/** The tests that every rule has: of its facts, and of what it says of its samples. */
export function ruleTest(rule: ResourceRule, samples: Samples): void;
export function ruleTest(rule: StackRule, samples: Samples<StackSample>): void;
export function ruleTest(rule: Rule, samples: Samples | Samples<StackSample>): void {
  const { passing, failing, unknown } = samples as Samples<Sample | StackSample>;
  const verdicts = (sample: Sample | StackSample): Found[] =>
    isStackRule(rule)
      ? judgeStack(rule, stackOf(sample as StackSample), sample.settings)
      : judge(rule, subject(rule, sample as Sample), sample.settings);

  describe(rule.id, () => {
    it("says what it demands, why and what to do", () => {
      expect(rule.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
      for (const text of [rule.title, rule.why, rule.fix]) expect(text).toMatch(/^\S.{10,}\S$/s);
      expect(rule.title).not.toMatch(/[.\n]$/);
      for (const [name, { default: value, description }] of Object.entries(rule.settings ?? {})) {
        expect(value, name).toBeDefined();
        expect(description, name).toMatch(/\S/);
      }
    });

    it("has samples of all kinds, with names of their own", () => {
      for (const kind of [passing, failing, unknown]) expect(kind).not.toEqual([]);
      const all = [...passing, ...failing, ...unknown].map(({ name }) => name);
      expect(all).toEqual([...new Set(all)]);
    });

    it.each(passing)("passes: $name", (sample) => {
      expect(verdicts(sample)).toEqual([]);
    });

    it.each(failing)("fails: $name", (sample) => {
      const breaches = verdicts(sample).filter((verdict) => "breach" in verdict);
      expect(breaches).not.toEqual([]);
      for (const { breach } of breaches) expect(breach).toMatch(/[^.\s]$/);
      expectSaid(
        sample,
        breaches,
        breaches.map(({ breach }) => breach),
      );
    });

    it.each(unknown)("cannot tell: $name", (sample) => {
      const found = verdicts(sample);
      expect(found.filter((verdict) => "breach" in verdict)).toEqual([]);
      const unknowns = found.filter((verdict) => "unknown" in verdict);
      expect(unknowns).not.toEqual([]);
      expectSaid(
        sample,
        unknowns,
        unknowns.map(({ unknown }) => unknown),
      );
    });

    if (isStackRule(rule) || rule.remedy === undefined) return;
    const remedy = rule.remedy.bind(rule);

    it.each((samples as Samples).failing.filter(({ remedied }) => remedied))("mends: $name", (sample) => {
      const before = subject(rule, sample);
      const props = remedy(before, settingsOf(rule, sample.settings));
      expect(props).toMatchObject(sample.remedied!);
      expect(judge(rule, { ...before, props: props! }, sample.settings)).toEqual([]);
    });

    it.each((samples as Samples).passing)("has nothing to mend: $name", (sample) => {
      expect(remedy(subject(rule, sample), settingsOf(rule, sample.settings))).toBeUndefined();
    });

    it("has samples of what it mends", () => {
      expect((samples as Samples).failing.filter(({ remedied }) => remedied)).not.toEqual([]);
    });
  });
}

const subject = (rule: ResourceRule, sample: Sample) => subjectOf(sample, sample.type ?? rule.types[0]!);

function expectSaid({ says, ...sample }: Sample | StackSample, found: Found[], texts: string[]): void {
  if (says !== undefined) {
    const said = texts.some((text) => (typeof says === "string" ? text.includes(says) : says.test(text)));
    expect(said, `${JSON.stringify(texts)} should say ${says}`).toBe(true);
  }
  if ("about" in sample) {
    const names = new Set(found.map(({ urn }) => urn?.split("::").at(-1)));
    expect([...names].sort()).toEqual([...sample.about!].sort());
  }
}
