import type { StepInfo, StepOp } from "../../events.js";
import type { PropertyDiff } from "../../provider.js";
import type { ResourceState } from "../../state/types.js";
import type { Goal } from "../goals/goal.js";
import { parseUrn } from "../goals/urn.js";

/** One operation on one resource, decided but not yet done. */
export interface Step {
  op: StepOp;
  urn: string;
  type: string;
  custom: boolean;
  /** Provider reference; undefined for components. */
  provider?: string;
  old?: ResourceState;
  /** What the state will be; id and outputs come from the provider. */
  draft?: ResourceState;
  goal?: Goal;
  diffs?: string[];
  replaceKeys?: string[];
  detailedDiff?: Record<string, PropertyDiff>;
  /** The old object was deleted (or is, ahead in the same chain) before the new one is made. */
  deletedBefore?: boolean;
  /** Steps of other chains, decided on earlier, that must have ended before this one begins. */
  after?: Step[];
  /** The object goes together with another one that is deleted (deletedWith): the provider is not asked. */
  goesWithOther?: boolean;
  /** Not part of the operation: stays as the state has it. */
  untargeted?: boolean;
  /** Not part of the operation and not there yet: is not made, and not put into the state. */
  skippedCreate?: boolean;
}

/** Steps that are only part of a replacement, which is shown and counted once, as `replace`. */
const PARTS: ReadonlySet<StepOp> = new Set([
  "create-replacement",
  "delete-replaced",
  "read-replacement",
  "import-replacement",
  "discard-replaced",
  "remove-pending-replace",
]);

export function stepInfo(step: Step, result?: ResourceState): StepInfo {
  return {
    op: step.op,
    urn: step.urn,
    type: step.type,
    name: parseUrn(step.urn).name,
    custom: step.custom,
    provider: step.provider,
    old: step.old,
    new: result ?? step.draft,
    diffs: step.diffs,
    replaceKeys: step.replaceKeys,
    detailedDiff: step.detailedDiff,
    retained: isDeletion(step.op) && step.old?.retainOnDelete === true,
    logical: !PARTS.has(step.op),
  };
}

export function isDeletion(op: StepOp): boolean {
  return op === "delete" || op === "delete-replaced";
}
