import { type Finding, Judgement, levelOf } from "./judgement.js";
import { EXCEPTIONS_POLICY, PACK, SETTINGS_POLICY } from "./own-policies.js";
import { isStackRule, type Props, type Stack, UNKNOWN } from "./rule.js";
import { type FoundRule, loadRules } from "./rules.js";
import { readStackSettings } from "./stack-settings.js";

/** A resource as plain JSON: a secret reads "[secret]" in it, and what is known only later "[unknown]". */
export interface PlainResource {
  urn: string;
  type: string;
  name: string;
  parent?: string;
  inputs: Props;
  outputs: Props;
  dependencies: string[];
  protect: boolean;
  retainOnDelete: boolean;
}

/** As engines tell of it. */
export interface PlainFinding {
  policy: string;
  pack: string;
  level: "advisory" | "mandatory";
  severity: "low" | "medium" | "high" | "critical";
  urn: string;
  message: string;
}

/**
 * The same rules without an engine: gives a function that judges a stack's resources, which are there already.
 *
 * @returns with `section`: what the stack's file says under `fleet:policies`
 */
export async function evaluator(): Promise<(resources: PlainResource[], section: unknown) => PlainFinding[]> {
  const found = await loadRules();
  return (resources, section) => evaluate(found, resources, section);
}

function evaluate(found: FoundRule[], resources: PlainResource[], section: unknown): PlainFinding[] {
  const settings = readStackSettings(
    section,
    found.map(({ rule }) => rule),
  );
  const judgement = new Judgement(settings);
  const stack: Stack = { resources: resources.map(subjectOf) };
  const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn ?? "";
  const byRule = found.flatMap(({ rule }) => {
    const { level = levelOf(rule), settings: given = {} } = settings.rules.get(rule.id) ?? {};
    if (level === "disabled") return [];
    const findings = isStackRule(rule)
      ? judgement.ofStack(rule, stack, given)
      : stack.resources.flatMap((subject) => judgement.ofResource(rule, subject, given));
    const facts = { name: rule.id, severity: rule.severity, enforcementLevel: level };
    return findings.map((finding) => plain(facts, finding));
  });
  return [
    ...judgement.ofSettings(root).map((finding) => plain(SETTINGS_POLICY, finding)),
    ...byRule,
    ...judgement.ofExceptions(root).map((finding) => plain(EXCEPTIONS_POLICY, finding)),
  ];
}

function plain(
  policy: { name: string; severity: PlainFinding["severity"]; enforcementLevel: string },
  { urn, message, isAdvice }: Finding,
): PlainFinding {
  const { name, severity, enforcementLevel } = policy;
  const level = isAdvice || enforcementLevel === "advisory" ? "advisory" : "mandatory";
  return { policy: name, pack: PACK, level, severity, urn, message };
}

function subjectOf(resource: PlainResource): Stack["resources"][number] {
  const { urn, type, name, inputs, outputs, dependencies, parent, protect, retainOnDelete } = resource;
  return {
    urn,
    type,
    name,
    props: withUnknowns(inputs) as Props,
    outputs: withUnknowns(outputs) as Props,
    options: { protect, retainOnDelete, parent },
    dependencies,
  };
}

function withUnknowns(value: unknown): unknown {
  if (value === "[unknown]") return UNKNOWN;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withUnknowns);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withUnknowns(inner)]));
}
