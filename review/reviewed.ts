import { planDigest, type StepIdentity } from "./digest.js";
import type { Review, ReviewedOp, Version } from "./types.js";

/** A step of a reviewed plan, as it is written down. */
export interface RecordedStep {
  urn: string;
  op: ReviewedOp;
  /** Top-level keys that force a replacement, sorted. */
  keys: string[];
}

/** What was reviewed: a JSON file that `./fleet diff` makes and `./fleet up` is held to. It has no values, so no secrets. */
export interface PlanRecord {
  version: 1;
  base: Version;
  head: Version;
  /** By stack. One whose preview failed is not in it: nothing of it was reviewed. */
  stacks: Record<string, { digest: string; steps: RecordedStep[] }>;
}

const OPS: Record<ReviewedOp, true> = {
  create: true,
  update: true,
  replace: true,
  delete: true,
  import: true,
  read: true,
  discard: true,
  refresh: true,
};

/** These touch no object, only what the state says of it. */
const HARMLESS: ReadonlySet<ReviewedOp> = new Set(["read", "discard", "refresh"]);

/** The record of all that a review shows. */
export function planRecord(review: Review): PlanRecord {
  const stacks = review.stacks
    .filter(({ plan }) => plan.outcome === "succeeded")
    .map(({ stack, plan }) => {
      const steps = plan.steps.map(({ urn, op, replaceKeys }) => ({ urn, op, keys: [...new Set(replaceKeys)].sort() }));
      return [stack, { digest: planDigest(plan.steps), steps }] as const;
    });
  return { version: 1, base: review.base, head: review.head, stacks: Object.fromEntries(stacks) };
}

/**
 * The steps of a real plan that the reviewed one does not cover. A step is covered
 * - by the same operation on the same URN; a replacement only if no property forces it that did not force the reviewed one;
 * - by a reviewed replacement, if it is an update in place (the object stays) or a creation (the old object is gone already);
 * - always, if it touches no object: read, refresh, discard.
 *
 * Everything else was not reviewed, also what sounds milder: to update what was to be created means that there is an object which
 * the reviewer did not know of, and to create what was to be updated, that the object is gone with all that it held. Steps that
 * were reviewed and are no longer needed are no fault.
 */
export function unreviewedSteps(reviewed: PlanRecord, real: readonly StepIdentity[]): RecordedStep[] {
  const byUrn = new Map<string, RecordedStep[]>();
  for (const { steps } of Object.values(reviewed.stacks)) {
    for (const step of steps) byUrn.set(step.urn, [...(byUrn.get(step.urn) ?? []), step]);
  }
  return real
    .map(({ urn, op, replaceKeys }) => ({ urn, op, keys: [...new Set(replaceKeys)].sort() }))
    .filter((step) => !HARMLESS.has(step.op) && !byUrn.get(step.urn)?.some((known) => covers(known, step)));
}

function covers(known: RecordedStep, real: RecordedStep): boolean {
  if (known.op === "replace") {
    if (real.op === "update" || real.op === "create") return true;
    return real.op === "replace" && real.keys.every((key) => known.keys.includes(key));
  }
  return known.op === real.op;
}

/**
 * Reads a record.
 * @throws Error that says what is wrong with it
 */
export function parsePlanRecord(text: string): PlanRecord {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (error) {
    throw new Error(`not the record of a reviewed plan: it is no JSON (${(error as Error).message})`);
  }
  if (!isMap(found)) throw bad("it is no map");
  if (found.version !== 1) throw bad(`its version is ${JSON.stringify(found.version) ?? "missing"}, not 1`);
  if (!isMap(found.stacks)) throw bad("it has no map `stacks`");
  const stacks = Object.entries(found.stacks).map(([stack, value]) => [stack, stackOf(stack, value)] as const);
  return {
    version: 1,
    base: versionOf("base", found.base),
    head: versionOf("head", found.head),
    stacks: Object.fromEntries(stacks),
  };
}

function versionOf(key: string, value: unknown): Version {
  if (!isMap(value) || typeof value.commit !== "string" || typeof value.name !== "string")
    throw bad(`\`${key}\` has no \`commit\` and \`name\``);
  return { commit: value.commit, name: value.name };
}

function stackOf(stack: string, value: unknown): PlanRecord["stacks"][string] {
  const where = `stack ${JSON.stringify(stack)}`;
  if (!isMap(value) || !Array.isArray(value.steps)) throw bad(`${where} has no list \`steps\``);
  const steps = value.steps.map((step: unknown, index) => {
    if (isMap(step) && typeof step.urn === "string" && isOp(step.op) && isTexts(step.keys))
      return { urn: step.urn, op: step.op, keys: step.keys };
    throw bad(`${where}, step ${index + 1}: needs \`urn\`, \`op\` and \`keys\``);
  });
  const digest = planDigest(steps.map(({ urn, op, keys }) => ({ urn, op, replaceKeys: keys })));
  if (value.digest !== digest) throw bad(`${where}: its digest is not that of its steps, so it was changed`);
  return { digest, steps };
}

const bad = (why: string): Error => new Error(`not the record of a reviewed plan: ${why}`);
const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");
const isOp = (value: unknown): value is ReviewedOp => typeof value === "string" && Object.hasOwn(OPS, value);
