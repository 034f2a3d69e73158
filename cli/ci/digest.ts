import { z } from "zod";
import { urnName, urnType } from "../../engine/display/style.js";
import type { JsonMap, PlannedStep, ReviewedOp, ReviewedResource } from "../../review/types.js";
import { FleetError } from "../errors.js";

const state = z.object({
  type: z.string(),
  custom: z.boolean().default(false),
  inputs: z.record(z.string(), z.unknown()).default({}),
  parent: z.string().optional(),
  protect: z.boolean().default(false),
  retainOnDelete: z.boolean().default(false),
  deletedWith: z.string().optional(),
});

/** What `pulumi preview --json` prints, as far as it matters here. Source: PreviewDigest in Pulumi's sdk/go/common/display. */
const digest = z.object({
  steps: z
    .array(
      z.object({
        op: z.string(),
        urn: z.string(),
        oldState: state.nullish(),
        newState: state.nullish(),
        diffReasons: z.array(z.string()).nullish(),
        replaceReasons: z.array(z.string()).nullish(),
        detailedDiff: z.record(z.string(), z.object({ kind: z.string() })).nullish(),
      }),
    )
    .default([]),
});

type Step = z.output<typeof digest>["steps"][number];

/** Parts of one replacement are told as one. */
const OPS: Record<string, ReviewedOp | undefined> = {
  create: "create",
  update: "update",
  delete: "delete",
  import: "import",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "import-replacement": "replace",
};
/** These touch no object. What is read or refreshed is told each time, whether it differs or not. */
const NOTHING = new Set([
  "same",
  "read",
  "read-replacement",
  "read-discard",
  "discard-replaced",
  "refresh",
  "remove-pending-replace",
]);

/** A plan of the real engine. No value is in it. */
export interface RealPlan {
  steps: PlannedStep[];
  /** What the steps find there, with inputs: for the loss gate alone, never to be shown. */
  before: ReviewedResource[];
}

/** Reads what `pulumi preview --json` printed. Throws FleetError if it is something else. */
export function readDigest(text: string): RealPlan {
  const read = digest.safeParse(json(text));
  if (!read.success)
    throw new FleetError("Pulumi's plan has another shape than expected", "use the version in docs/ci.md", 1);
  const steps = new Map<string, PlannedStep>();
  const before = new Map<string, ReviewedResource>();
  for (const step of read.data.steps) {
    const op = opOf(step);
    if (op === undefined) continue;
    const key = `${op} ${step.urn}`;
    steps.set(key, merged(steps.get(key), planned(step, op)));
    if (step.oldState) before.set(step.urn, resource(step.urn, step.oldState));
  }
  return { steps: [...steps.values()], before: [...before.values()] };
}

function opOf({ op, urn }: Step): ReviewedOp | undefined {
  if (NOTHING.has(op) || urnType(urn).startsWith("pulumi:providers:")) return undefined;
  const known = OPS[op];
  if (known) return known;
  throw new FleetError(`Pulumi's plan has a step "${op}", which is not known here`, "use the version in docs/ci.md", 1);
}

function planned(step: Step, op: ReviewedOp): PlannedStep {
  const { urn, oldState, newState, replaceReasons, diffReasons, detailedDiff } = step;
  const { custom = false, deletedWith } = oldState ?? newState ?? {};
  const paths = Object.entries(
    detailedDiff ?? Object.fromEntries((diffReasons ?? []).map((key) => [key, { kind: "update" }])),
  );
  return {
    op,
    urn,
    type: urnType(urn),
    name: urnName(urn),
    custom,
    replaceKeys: replaceReasons ?? [],
    changes: paths.map(([path, { kind }]) => ({
      path,
      kind: kind.startsWith("add") ? "add" : kind.startsWith("delete") ? "delete" : "update",
      replaces: kind.endsWith("-replace"),
      secret: false,
    })),
    retained: oldState?.retainOnDelete ?? false,
    ...(deletedWith && { deletedWith }),
  };
}

/** The same replacement, told in parts: what any of them says of it. */
function merged(one: PlannedStep | undefined, other: PlannedStep): PlannedStep {
  if (one === undefined) return other;
  return {
    ...one,
    replaceKeys: [...new Set([...one.replaceKeys, ...other.replaceKeys])],
    changes: one.changes.length > 0 ? one.changes : other.changes,
    retained: one.retained || other.retained,
    ...(other.deletedWith !== undefined && { deletedWith: other.deletedWith }),
  };
}

const resource = (urn: string, old: z.output<typeof state>): ReviewedResource => ({
  urn,
  type: old.type,
  name: urnName(urn),
  custom: old.custom,
  ...(old.parent && { parent: old.parent }),
  inputs: old.inputs as JsonMap,
  outputs: {},
  dependencies: [],
  protect: old.protect,
  retainOnDelete: old.retainOnDelete,
});

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
