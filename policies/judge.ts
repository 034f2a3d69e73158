import type { Props, ResourceRule, Rule, Stack, StackRule, Subject, Verdict } from "./rule.js";
import { plainType } from "./rules/_types.js";

/** A rule's settings: its defaults, over them what is given. */
export function settingsOf(rule: Rule, given: Props = {}): Props {
  const defaults = Object.entries(rule.settings ?? {}).map(([name, { default: value }]) => [name, value]);
  return { ...Object.fromEntries(defaults), ...given };
}

/** Whether a rule looks at resources of a type, in whichever version of its API. */
export function looksAt({ types }: ResourceRule, type: string): boolean {
  return types.includes(type) || types.includes(plainType(type));
}

/** What a rule says of a resource; nothing if it does not look at its type. */
export function judge(rule: ResourceRule, subject: Subject, given?: Props): Verdict[] {
  return looksAt(rule, subject.type) ? rule.check(subject, settingsOf(rule, given)) : [];
}

/** What a rule says of a stack. */
export function judgeStack(rule: StackRule, stack: Stack, given?: Props): (Verdict & { urn: string })[] {
  return rule.checkStack(stack, settingsOf(rule, given));
}
