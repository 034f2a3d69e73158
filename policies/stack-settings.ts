import type { EnforcementLevel } from "@pulumi/policy";
import type { Exception } from "./exceptions.js";
import { isStackRule, type Props, type Rule } from "./rule.js";

/** What a stack's own file says of a rule, under `fleet:policies`. */
export interface RuleSettings {
  level?: EnforcementLevel;
  settings: Props;
  exceptions: Exception[];
}

export interface StackSettings {
  rules: Map<string, RuleSettings>;
  /** What is wrong, each with its place: `fleet:policies.container-nonroot: there is no such rule`. */
  faults: string[];
}

const LEVELS = ["advisory", "mandatory", "disabled"];
const KEYS = ["level", "settings", "exceptions"];
/** An unquoted date reaches the program with a time, if Pulumi itself has read the file. */
const DATE = /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?:T00:00:00Z)?$/;

/** Reads the section as the stack's config has it. What is wrong counts as not said. */
export function readStackSettings(section: unknown, known: Rule[]): StackSettings {
  const ids = known.map(({ id }) => id);
  const rules = new Map<string, RuleSettings>();
  const faults: string[] = [];
  if (section === undefined || section === null) return { rules, faults };
  if (!isMap(section)) return { rules, faults: ["fleet:policies should be a map of rules"] };
  for (const [id, value] of Object.entries(section)) {
    const place = `fleet:policies.${id}`;
    const fault = (message: string) => faults.push(`${place}${message}`);
    const rule = known.find((one) => one.id === id);
    if (rule === undefined) fault(`: there is no such rule${meant(id, ids)}`);
    else if (!isMap(value)) fault(" should be a map of level, settings and exceptions");
    else rules.set(id, readRule(rule, value, fault));
  }
  return { rules, faults };
}

function readRule(rule: Rule, value: Props, fault: (message: string) => void): RuleSettings {
  const { level, settings = {}, exceptions = [] } = value;
  for (const key of Object.keys(value)) {
    if (!KEYS.includes(key)) fault(`.${key}: there is no such key${meant(key, KEYS)}`);
  }
  if (level !== undefined && !LEVELS.includes(level)) fault(`.level should be one of ${LEVELS.join(", ")}`);
  if (!isMap(settings)) fault(".settings should be a map");
  if (!Array.isArray(exceptions)) fault(".exceptions should be a list");
  const { remediate = false, ...own } = isMap(settings) ? settings : {};
  const names = Object.keys(rule.settings ?? {});
  for (const name of Object.keys(own)) {
    if (!names.includes(name)) fault(`.settings.${name}: the rule has no such setting${meant(name, names)}`);
  }
  const mends = !isStackRule(rule) && rule.remedy !== undefined;
  if (remediate !== false && !mends) fault(".settings.remediate: the rule can mend nothing by itself");
  const given = LEVELS.includes(level) ? (level as EnforcementLevel) : undefined;
  return {
    level: remediate === true && mends && given !== "disabled" ? "remediate" : given,
    settings: own,
    exceptions: readExceptions(Array.isArray(exceptions) ? exceptions : [], fault),
  };
}

function readExceptions(list: unknown[], fault: (message: string) => void): Exception[] {
  return list.flatMap((entry, index) => {
    const wrong = faultOf(entry);
    if (wrong !== undefined) fault(`.exceptions[${index}] ${wrong}`);
    if (wrong !== undefined) return [];
    const { resource, reason, expires } = entry as Exception;
    return [{ resource, reason, expires: DATE.exec(expires)![1]! }];
  });
}

function faultOf(entry: unknown): string | undefined {
  if (!isMap(entry)) return "should be a map of resource, reason and expires";
  for (const key of ["resource", "reason", "expires"]) {
    if (typeof entry[key] !== "string" || entry[key].trim() === "") return `should have ${key}`;
  }
  return DATE.test(entry.expires) ? undefined : "should expire on a day, such as 2027-06-30";
}

function isMap(value: unknown): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** ` (did you mean …?)`, if a known word is near. */
function meant(word: string, known: string[]): string {
  const [nearest] = known
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, candidate.length / 3))
    .sort((one, other) => one.distance - other.distance);
  return nearest === undefined ? "" : ` (did you mean ${nearest.candidate}?)`;
}

/** Letters to change, add or take out. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [column, against] of [...other].entries()) {
      next.push(Math.min(next[column]! + 1, row[column + 1]! + 1, row[column]! + (letter === against ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1)!;
}
