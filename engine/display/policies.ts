import { type PolicyRemediation, type PolicyViolation, violationError } from "../policy/types.js";
import type { Masker } from "./mask.js";
import type { PolicyEvent } from "./policy-json.js";
import { changedBetween } from "./property-diff.js";
import { type Paint, plainText, plural, shortType, urnName, urnType } from "./style.js";

/** Of so many resources in which a policy found something each is told, of further ones only how many there are. */
const TOLD = 5;

type Finding = { kind: "violation"; of: PolicyViolation } | { kind: "remediation"; of: PolicyRemediation };

/** Collects what the policies found, to be told at the end of a run. */
export class PolicyView {
  readonly #findings: Finding[] = [];
  /** Mandatory violations as the run's errors have them. */
  readonly errors = new Set<string>();

  onEvent(event: PolicyEvent, masker: Masker): void {
    if (event.kind === "policy-violation") {
      this.#findings.push({ kind: "violation", of: event });
      if (event.level === "mandatory") this.errors.add(violationError(event));
    } else if (event.kind === "policy-remediation") {
      masker.learn(event.before);
      masker.learn(event.after);
      this.#findings.push({ kind: "remediation", of: event });
    }
  }

  /** What was found, pack by pack: first what fails the run. `full`: of every resource. `packs`: name to version. */
  render(packs: Record<string, string>, paint: Paint, masker: Masker, full: boolean): string {
    const names = Object.keys(packs);
    if (names.length === 0) return "";
    const lines = names.flatMap((pack) => {
      const own = this.#findings.filter(({ of }) => of.pack === pack);
      const bad = own.some(({ kind, of }) => kind === "violation" && (of as PolicyViolation).level === "mandatory");
      const mark = bad ? paint.red("✗") : own.length > 0 ? paint.yellow("!") : paint.green("✓");
      const title = `  ${mark} ${paint.bold(`${pack}@v${packs[pack]}`)}${own.length === 0 ? paint.dim("  satisfied") : ""}`;
      return [title, ...byPolicy(own).flatMap((group) => policyLines(group, paint, masker, full))];
    });
    return `${["Policies:", ...lines].join("\n")}\n\n`;
  }
}

function byPolicy(findings: Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${rank(finding)} ${finding.of.policy}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

const rank = (finding: Finding): number =>
  finding.kind === "remediation" ? 2 : finding.of.level === "mandatory" ? 0 : 1;

function policyLines(group: Finding[], paint: Paint, masker: Masker, full: boolean): string[] {
  const [first] = group as [Finding];
  const severity = first.kind === "violation" && first.of.severity ? paint.dim(` (severity ${first.of.severity})`) : "";
  const told = full || group.length <= TOLD + 1 ? group : group.slice(0, TOLD);
  const rest = group.slice(told.length).map(({ of }) => urnName(of.urn));
  return [
    `    ${label(first, paint)}  ${paint.bold(plainText(first.of.policy))}${severity}`,
    ...told.flatMap((finding) => findingLines(finding, paint, masker)),
    ...(rest.length > 0
      ? [paint.dim(`      … and ${plural(rest.length, "more resource")}, up to ${masker.mask(rest.at(-1)!)}`)]
      : []),
  ];
}

function label(finding: Finding, paint: Paint): string {
  if (finding.kind === "remediation") return paint.cyan("remediated");
  return finding.of.level === "mandatory" ? paint.red("mandatory ") : paint.yellow("advisory  ");
}

function findingLines(finding: Finding, paint: Paint, masker: Masker): string[] {
  const { urn } = finding.of;
  const subject = `      ${masker.mask(urnName(urn))}  ${paint.dim(shortType(urnType(urn)))}`;
  const lines =
    finding.kind === "remediation"
      ? changedBetween(finding.of.before, finding.of.after, paint, masker)
      : plainText(masker.mask(finding.of.message.trim())).split("\n");
  return [subject, ...lines.map((line) => `        ${line}`)];
}
