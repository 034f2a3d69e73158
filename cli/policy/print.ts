import pc from "picocolors";
import { table } from "../table.js";
import type { StackFindings } from "./check.js";
import { type Outcome, type ReadFinding, readFinding } from "./finding.js";

const ORDER: Outcome[] = ["failing", "advice", "could not tell", "excepted"];

const PAINT: Record<Outcome, (text: string) => string> = {
  failing: pc.red,
  advice: pc.yellow,
  "could not tell": pc.yellow,
  excepted: pc.dim,
};

/** What policies found as people read it: a table for each outcome, and what to do about what fails. */
export function findingsText(stacks: StackFindings[]): string {
  const all = stacks.flatMap(({ stack, findings }) => findings.map((finding) => ({ stack, ...readFinding(finding) })));
  const parts = ORDER.flatMap((outcome) => {
    const own = all.filter((finding) => finding.outcome === outcome);
    return own.length === 0 ? [] : [section(outcome, own, stacks.length > 1)];
  });
  const errors = stacks.flatMap(({ stack, errors }) =>
    errors.map((error) => `${pc.bold(stack)}: ${pc.red("error:")} ${error}\n`),
  );
  return [...parts, ...(errors.length > 0 ? [errors.join("")] : []), summary(stacks, all)].join("\n");
}

type Row = ReadFinding & { stack: string };

function section(outcome: Outcome, findings: Row[], withStack: boolean): string {
  const rows = findings.map(({ policy, severity = "-", stack, name, said, at, reason, until }) => [
    policy,
    severity,
    ...(withStack ? [stack] : []),
    name,
    outcome === "excepted" ? `${said} (until ${until}: ${reason})` : `${said}${at ? ` (${at})` : ""}`,
  ]);
  const head = ["RULE", "SEVERITY", ...(withStack ? ["STACK"] : []), "RESOURCE", "WHAT"];
  const fixes = new Map(
    outcome === "failing" ? findings.flatMap(({ policy, fix }) => (fix ? [[policy, fix]] : [])) : [],
  );
  const advice = [...fixes].map(([policy, fix]) => `${pc.bold(policy)}: fix: ${fix}\n`);
  return `${PAINT[outcome](title(outcome))}\n${table(head, rows)}${advice.length > 0 ? `\n${advice.join("")}` : ""}`;
}

const title = (outcome: Outcome): string => outcome.charAt(0).toUpperCase() + outcome.slice(1);

/** `2 stacks: 1 failing, 3 could not tell, 4 excepted`. */
function summary(stacks: StackFindings[], all: Row[]): string {
  const counts = ORDER.flatMap((outcome) => {
    const count = all.filter((finding) => finding.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${outcome}`];
  });
  const broken = stacks.filter(({ errors }) => errors.length > 0).length;
  if (broken > 0) counts.push(`${broken} not looked at in full`);
  const who = stacks.length === 1 ? stacks[0]!.stack : `${stacks.length} stacks`;
  return `${who}: ${counts.length > 0 ? counts.join(", ") : pc.green("nothing found")}\n`;
}
