import { matches, mismatches, show, unequal } from "./match.js";
import type { Expectation, Observation, ObservedStep, ProviderCall, StepExpectation } from "./types.js";
import { isShown, named, nameOf } from "./world.js";

const EFFECTS = new Set(["create", "update", "delete", "read"]);

/** What of an expectation a run did not meet, one line each. */
export function judge(observation: Observation, expected: Expectation): string[] {
  return [
    ...outcome(observation, expected),
    ...(expected.plan ? plan(observation.steps, expected.plan) : []),
    ...(expected.calls ? unequal(effects(observation).sort(), [...expected.calls].sort(), "calls") : []),
    ...(expected.order ?? []).flatMap((chain) => order(effects(observation), chain, expected.order as string[])),
    ...(expected.provider ?? []).filter((call) => !made(observation, call)).map((call) => missing(observation, call)),
    ...(expected.providerNot ?? [])
      .filter((call) => made(observation, call))
      .map((call) => `provider: was called with ${show(call)}`),
    ...state(observation, expected),
    ...(expected.violations ? unequal(policies(observation), [...expected.violations].sort(), "violations") : []),
    ...(expected.remediations
      ? unequal([...observation.remediations].sort(), [...expected.remediations].sort(), "remediations")
      : []),
    ...(expected.nowhere ? nowhere(observation, expected.nowhere) : []),
  ];
}

/** What was asked of the cloud, `create a`. */
export function effects({ calls }: Observation): string[] {
  return calls
    .filter(({ method, preview }) => EFFECTS.has(method) && !preview)
    .map(({ method, name }) => `${method} ${name}`);
}

/** Without what they say. */
function policies({ violations }: Observation): string[] {
  return violations.map((violation) => violation.split(": ")[0] as string).sort();
}

function outcome({ outcome, errors, warnings, exitCode }: Observation, expected: Expectation): string[] {
  const problems: string[] = [];
  const wanted = expected.outcome ?? "succeeded";
  if (outcome !== wanted)
    problems.push(`outcome: ${outcome} (exit code ${exitCode}), expected ${wanted}; errors: ${show(errors)}`);
  for (const pattern of expected.errors ?? [])
    if (!errors.some((message) => pattern.test(message)))
      problems.push(`errors: none matches ${pattern} among ${show(errors)}`);
  if (wanted === "succeeded" && expected.errors === undefined && errors.length > 0)
    problems.push(`errors: ${show(errors)}`);
  for (const pattern of expected.warnings ?? [])
    if (!warnings.some((message) => pattern.test(message)))
      problems.push(`warnings: none matches ${pattern} among ${show(warnings)}`);
  return problems;
}

function plan(steps: ObservedStep[], expected: NonNullable<Expectation["plan"]>): string[] {
  const problems: string[] = [];
  const left = new Set(steps.filter((step) => step.logical));
  for (const [name, wanted] of Object.entries(expected)) {
    const list = Array.isArray(wanted) ? wanted : [wanted];
    const found = [...left].filter((step) => named(step.urn, name));
    for (const step of found) left.delete(step);
    for (const item of list) {
      const op = typeof item === "string" ? item : item.op;
      const at = found.findIndex((step) => step.op === op);
      if (at < 0) problems.push(`plan: no ${op} of ${name}, but ${show(found.map((step) => step.op))}`);
      else problems.push(...details(found.splice(at, 1)[0] as ObservedStep, item, name));
    }
    for (const step of found)
      if (step.op !== "same") problems.push(`plan: ${step.op} of ${name} beside what was expected`);
  }
  for (const step of left) if (step.op !== "same") problems.push(`plan: unexpected ${step.op} of ${nameOf(step.urn)}`);
  return problems;
}

function details(step: ObservedStep, expected: StepExpectation, name: string): string[] {
  if (typeof expected === "string") return [];
  const path = `plan ${name}`;
  return [
    ...(expected.keys ? unequal(step.keys, [...expected.keys].sort(), `${path} keys`) : []),
    ...(expected.diffs ? unequal(step.diffs, [...expected.diffs].sort(), `${path} diffs`) : []),
    ...(expected.detailedDiff ? unequal(step.detailedDiff, expected.detailedDiff, `${path} detailedDiff`) : []),
    ...(expected.inputs ? mismatches(step.inputs, expected.inputs, `${path} inputs`) : []),
    ...(expected.outputs ? mismatches(step.outputs, expected.outputs, `${path} outputs`) : []),
  ];
}

/** `chain` is one link of a single chain, or a chain of its own. */
function order(done: string[], chain: string | string[], whole: string[]): string[] {
  const links = typeof chain === "string" ? whole : chain;
  if (typeof chain === "string" && chain !== whole[0]) return [];
  let from = 0;
  for (const link of links) {
    const at = done.indexOf(link, from);
    if (at < 0) return [`order: ${show(links)} is not the order in ${show(done)}`];
    from = at + 1;
  }
  return [];
}

const made = ({ calls }: Observation, call: Partial<ProviderCall>) => calls.some((item) => matches(item, call));

function missing({ calls }: Observation, call: Partial<ProviderCall>): string {
  const near = calls.filter(
    (item) => item.method === call.method && (call.name === undefined || item.name === call.name),
  );
  return `provider: no call ${show(call)} among ${show(near)}`;
}

function state({ deployment }: Observation, expected: Expectation): string[] {
  const problems: string[] = [];
  const resources = deployment?.resources ?? [];
  for (const [name, wanted] of Object.entries(expected.state ?? {})) {
    const found = resources.filter((resource) => isShown(resource) && named(resource.urn, name));
    if (wanted === null) {
      if (found.length > 0) problems.push(`state: ${name} is there: ${show(found)}`);
    } else if (Array.isArray(wanted)) {
      problems.push(...mismatches(found, wanted, `state ${name}`));
    } else if (found.length !== 1) problems.push(`state: ${found.length} resources are called ${name}`);
    else problems.push(...mismatches(found[0], wanted, `state ${name}`));
  }
  if (expected.resources) {
    const names = resources.filter((resource) => isShown(resource) && !resource.type.startsWith("pulumi:providers:"));
    problems.push(...unequal(names.map(({ urn }) => nameOf(urn)).sort(), [...expected.resources].sort(), "resources"));
  }
  if (expected.pending) {
    const pending = (deployment?.pending_operations ?? []).map(
      ({ type, resource }) => `${type} ${nameOf(resource.urn)}`,
    );
    problems.push(...unequal(pending.sort(), [...expected.pending].sort(), "pending"));
  }
  if (expected.outputs) {
    const root = resources.find((resource) => resource.type === "pulumi:pulumi:Stack");
    problems.push(...unequal(root?.outputs ?? {}, expected.outputs, "outputs"));
  }
  return problems;
}

function nowhere({ shown, stored }: Observation, pattern: RegExp): string[] {
  const problems: string[] = [];
  if (pattern.test(shown)) problems.push(`nowhere: ${pattern} was shown`);
  if (pattern.test(stored)) problems.push(`nowhere: ${pattern} is in the state in clear`);
  return problems;
}
