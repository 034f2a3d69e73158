import type { PolicyFinding, StackReview } from "../types.js";
import { type Alike, alike, ofStacks, total } from "./alike.js";
import { code, prose } from "./escape.js";
import { type FindingsDelta, findingsDelta } from "./findings.js";
import { counted, number, shortUrn } from "./names.js";
import type { View } from "./view.js";

const SEVERITIES = ["critical", "high", "medium", "low"] as const;

/** What the policies say: new findings in the open, what was there and what is fixed folded. */
export function policySection(view: View): string {
  const of = (kind: keyof FindingsDelta) =>
    alike<PolicyFinding>(view.review.stacks, (review: StackReview) => findingsDelta(review)?.[kind] ?? []).sort(
      bySeverity,
    );
  const [fresh, existing, fixed, excepted] = [of("fresh"), of("existing"), of("fixed"), of("excepted")];
  if (fresh.length + existing.length + fixed.length + excepted.length === 0) return "";
  const parts = ["### Policy findings"];
  if (fresh.length > 0) parts.push(`**${counted(total(fresh), "new finding")}**\n\n${list(fresh, view, true)}`);
  else parts.push("No new findings.");
  if (excepted.length > 0)
    parts.push(folded(`${total(excepted)} new, and let pass by the stack file`, list(excepted, view)));
  if (fixed.length > 0) parts.push(folded(`${total(fixed)} fixed by this change`, list(fixed, view)));
  if (existing.length > 0) parts.push(folded(`${total(existing)} known before this change`, list(existing, view)));
  return parts.join("\n\n");
}

const folded = (summary: string, body: string): string =>
  `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;

/** `withFix`: what to do about it is told with the first finding of each policy. */
function list(all: readonly Alike<PolicyFinding>[], { most, longest, longestText }: View, withFix = false): string {
  const told = new Set<string>();
  const lines = all.slice(0, most).flatMap((found) => {
    const { policy, level, severity, urn, message } = found[0].item;
    const weight = [severity && SEVERITIES.includes(severity) ? severity : undefined, level].filter(Boolean).join(", ");
    const sign = level === "mandatory" ? "⛔" : "⚠️";
    const where = `${code(shortUrn(urn), longest)} ${ofStacks(found, longest)}`;
    const { said, fix } = readMessage(message);
    const line = `- ${sign} ${code(policy, longest)} (${weight}) on ${where}: ${prose(said, longestText)}`;
    if (!withFix || fix === undefined || told.has(policy)) return [line];
    told.add(policy);
    return [line, `  - Fix: ${prose(fix, longestText)}`];
  });
  const hidden = total(all.slice(most));
  if (hidden > 0) lines.push(`- … and ${number(hidden)} more`);
  return lines.join("\n");
}

/** Our own rules end what they say with lines of `fix:` and `benchmarks:`; other packs' messages stay whole. */
function readMessage(message: string): { said: string; fix?: string } {
  const lines = message.split("\n");
  const fix = lines.find((line) => line.startsWith("fix: "))?.slice("fix: ".length);
  const said = lines.filter((line) => !/^(fix|benchmarks): /.test(line)).join("\n");
  // Words that look like code are marked as such anyhow.
  return { said: said || message, ...(fix !== undefined && { fix: fix.replaceAll("`", "") }) };
}

/** The worst first, mandatory ones before others. */
export function bySeverity([{ item: a }]: Alike<PolicyFinding>, [{ item: b }]: Alike<PolicyFinding>): number {
  const rank = ({ level, severity }: PolicyFinding) =>
    (level === "mandatory" ? 0 : SEVERITIES.length + 1) + (severity ? SEVERITIES.indexOf(severity) : SEVERITIES.length);
  return rank(a) - rank(b);
}
