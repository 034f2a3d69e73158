import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isStackRule, type ResourceRule, type Rule, type StackRule } from "../../policies/rule.js";
import { loadRules } from "../../policies/rules.js";
import type { Sample, Samples, StackSample } from "./samples.js";

export type Kind = keyof Samples;
export const KINDS: Kind[] = ["passing", "failing", "unknown"];

/** A sample with the rule that it is of. `label` is unique among all samples. */
export interface RuleSample<R extends Rule = Rule, S = Sample | StackSample> {
  rule: R;
  kind: Kind;
  label: string;
  sample: S;
}

/** Every sample of every rule, and the rules that have none. */
export async function allSamples(): Promise<{
  resources: RuleSample<ResourceRule, Sample>[];
  stacks: RuleSample<StackRule, StackSample>[];
  without: string[];
}> {
  const resources: RuleSample<ResourceRule, Sample>[] = [];
  const stacks: RuleSample<StackRule, StackSample>[] = [];
  const without: string[] = [];
  for (const { rule, area } of await loadRules()) {
    const file = join(import.meta.dirname, "rules", area, `${rule.id}.samples.ts`);
    if (!existsSync(file)) {
      without.push(rule.id);
      continue;
    }
    const { samples } = (await import(pathToFileURL(file).href)) as { samples: Samples | Samples<StackSample> };
    for (const kind of KINDS) {
      samples[kind].forEach((sample, index) => {
        const label = `${rule.id}-${kind}-${index}`;
        if (isStackRule(rule)) stacks.push({ rule, kind, label, sample: sample as StackSample });
        else resources.push({ rule, kind, label, sample: sample as Sample });
      });
    }
  }
  return { resources, stacks, without };
}
