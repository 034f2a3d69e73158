import { beforeAll, describe, expect, it, vi } from "vitest";
import { inTurns } from "../../cli/turns.js";
import { judge, judgeStack } from "../../policies/judge.js";
import { messageOf } from "../../policies/message.js";
import type { Props, ResourceRule, StackRule } from "../../policies/rule.js";
import type { PolicyFinding } from "../../review/types.js";
import { allSamples, type RuleSample } from "./all-samples.js";
import { type EngineResource, findingsInEngine } from "./engine-run.js";
import { type Sample, type StackSample, stackOf, subjectOf } from "./samples.js";

// Every sample of every rule once more: registered by a program, judged by the pack in its process, in few runs.

/** Runs at a time. */
const AT_ONCE = 2;

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const { resources, stacks, without } = await allSamples();

it("has samples of every rule", () => {
  expect(without).toEqual([]);
  expect(new Set([...resources, ...stacks].map(({ rule }) => rule.id)).size).toBeGreaterThanOrEqual(28);
});

/** Findings of a run, by policy and by the last part of the URN. */
type Found = Map<string, PolicyFinding[]>;

function byResource(findings: PolicyFinding[]): Found {
  const found: Found = new Map();
  for (const finding of findings) {
    const key = `${finding.policy} ${finding.urn.split("::").at(-1)}`;
    found.set(key, [...(found.get(key) ?? []), finding]);
  }
  return found;
}

describe("resource rules say the same in the engine", () => {
  const runs = inRuns(resources, (one) => JSON.stringify(one.sample.settings ?? {}));
  const found: Found = new Map();
  beforeAll(async () => {
    await inTurns(runs, AT_ONCE, async ({ samples, config }) => {
      const made = samples.map(({ rule, label, sample }) => bare(rule, label, sample));
      for (const [key, value] of byResource(await findingsInEngine(made, { config }))) found.set(key, value);
    });
  });

  it.each(resources)("$rule.id, $kind: $sample.name", ({ rule, label, sample }) => {
    const subject = subjectOf(sample, sample.type ?? rule.types[0]!);
    // Packs are not told of it by Pulumi's protocol.
    const { retainOnDelete: _, ...options } = subject.options;
    const verdicts = judge(rule, { ...subject, options }, sample.settings);
    const expected = verdicts.map((verdict) => ({
      level: "unknown" in verdict ? "advisory" : (rule.level ?? "mandatory"),
      severity: rule.severity,
      message: messageOf(rule, verdict),
    }));
    const given = found.get(`${rule.id} ${label}`) ?? [];
    const told = given.map(({ level, severity, message }) => ({ level, severity, message }));
    expect(sorted(told)).toEqual(sorted(expected));
  });
});

describe("stack rules say the same in the engine", () => {
  const counts = new Map<string, number>();
  // One sample of each rule in a run: two of one rule would be one stack to it.
  const runs = inRuns(stacks, ({ rule, label }) => {
    counts.set(rule.id, (counts.get(rule.id) ?? -1) + 1);
    return label;
  });
  const found: Found = new Map();
  beforeAll(async () => {
    await inTurns(runs, AT_ONCE, async ({ samples, config }) => {
      const made = samples.flatMap(({ label, sample }) => bareStack(label, sample));
      for (const [key, value] of byResource(await findingsInEngine(made, { config }))) found.set(key, value);
    });
  });

  it.each(stacks)("$rule.id, $kind: $sample.name", ({ rule, label, sample }) => {
    const stack = stackOf(sample);
    const expected = judgeStack(rule, stack, sample.settings).map((verdict) => ({
      name: verdict.urn.split("::").at(-1),
      level: "unknown" in verdict ? "advisory" : (rule.level ?? "mandatory"),
      at: verdict.path,
    }));
    const given = sample.resources.flatMap(({ name }) =>
      (found.get(`${rule.id} ${label}-${name}`) ?? []).map(({ level, message }) => ({
        name,
        level,
        at: /^at: (.*)$/m.exec(message)?.[1],
      })),
    );
    expect(sorted(given)).toEqual(sorted(expected));
  });
});

const sorted = (values: object[]): string[] => values.map((value) => JSON.stringify(value)).sort();

/** Samples that can be judged together: each rule has one key, and so one set of settings, in a run. */
function inRuns<R extends ResourceRule | StackRule, S extends Sample | StackSample>(
  samples: RuleSample<R, S>[],
  keyOf: (one: RuleSample<R, S>) => string,
): { samples: RuleSample<R, S>[]; config: Props }[] {
  const keys = new Map<string, string[]>();
  const runs: { samples: RuleSample<R, S>[]; config: Props }[] = [];
  for (const one of samples) {
    const { id } = one.rule;
    const key = keyOf(one);
    const known = keys.get(id) ?? [];
    keys.set(id, known);
    if (!known.includes(key)) known.push(key);
    const index = known.indexOf(key);
    runs[index] ??= { samples: [], config: {} };
    runs[index].samples.push(one);
    if (one.sample.settings) runs[index].config[id] = one.sample.settings;
  }
  return runs;
}

function bare(rule: ResourceRule, label: string, { type, props, options }: Sample): EngineResource {
  return { name: label, type: type ?? rule.types[0]!, props, options };
}

function bareStack(label: string, { resources: all }: StackSample): EngineResource[] {
  const named = (name: string) => `${label}-${name}`;
  return all.map(({ name, type, props, outputs, options, dependsOn = [] }) => ({
    name: named(name),
    type,
    props,
    outputs,
    options: { ...options, ...(options?.parent !== undefined && { parent: named(options.parent) }) },
    dependsOn: dependsOn.map(named),
  }));
}
