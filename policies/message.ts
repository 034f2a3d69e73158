import type { Exception } from "./exceptions.js";
import type { Rule, Verdict } from "./rule.js";

/**
 * What is reported of a verdict: first what it says, then lines of `key: value`. People read it as it is; `./fleet policy` takes it apart.
 *
 * - `could not tell: …` for what is not known; always advice, whatever the rule's level
 * - `excepted: …` for what an exception lets pass; always advice, with `reason:` and `until:`
 */
export function messageOf(
  rule: Rule,
  verdict: Verdict,
  exception?: { exception: Exception; expired: boolean },
): string {
  const said = "breach" in verdict ? verdict.breach : `could not tell: ${verdict.unknown}`;
  const passes = exception !== undefined && !exception.expired;
  const lines = [`${passes ? "excepted: " : ""}${said}`];
  if (verdict.path) lines.push(`at: ${verdict.path}`);
  if (exception) {
    const { reason, expires } = exception.exception;
    if (passes) lines.push(`reason: ${oneLine(reason)}`, `until: ${expires}`);
    else lines.push(`exception expired on ${expires}: ${oneLine(reason)}`);
  }
  lines.push(`fix: ${oneLine(rule.fix)}`);
  if (rule.benchmarks.length > 0) lines.push(`benchmarks: ${rule.benchmarks.join(", ")}`);
  return lines.join("\n");
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ");
