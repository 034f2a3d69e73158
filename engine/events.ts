import type { PolicyInfo, PolicyRemediation, PolicySummary, PolicyViolation } from "./policy/types.js";
import type { PropertyDiff } from "./provider.js";
import type { ResourceState } from "./state/types.js";

/** What a step does, in Pulumi's words. */
export type StepOp =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "read"
  | "read-replacement"
  | "refresh"
  | "discard"
  | "discard-replaced"
  | "remove-pending-replace"
  | "import"
  | "import-replacement";

/** A step as displays see it. States may hold Secret values: a display must mask them. */
export interface StepInfo {
  op: StepOp;
  urn: string;
  type: string;
  /** The URN's last part. */
  name: string;
  custom: boolean;
  /** Provider reference, absent for components. */
  provider?: string;
  old?: ResourceState;
  /** In a preview its outputs may hold UNKNOWN. */
  new?: ResourceState;
  /** Top-level keys that differ. */
  diffs?: string[];
  /** Keys that force the replacement. */
  replaceKeys?: string[];
  detailedDiff?: Record<string, PropertyDiff>;
  /** True if deletion leaves the object in place (retainOnDelete). */
  retained?: boolean;
  /** False for steps that only carry out part of a replacement and are not shown or counted on their own. */
  logical: boolean;
}

export type Severity = "debug" | "info" | "warning" | "error";

export type EngineEvent =
  | {
      kind: "start";
      stack: string;
      project: string;
      operation: Operation;
      preview: boolean;
      config: Record<string, string>;
    }
  /** A step is about to run (or, in a preview, is planned). */
  | { kind: "step-start"; step: StepInfo }
  | { kind: "step-done"; step: StepInfo; seconds: number }
  | { kind: "step-failed"; step: StepInfo; error: string }
  /** A component, or the root stack, has registered its outputs: `step.new` has them. */
  | { kind: "outputs"; step: StepInfo }
  /** Live progress of a running step; replaces the previous line of that URN. */
  | { kind: "progress"; urn: string; message: string }
  | { kind: "diagnostic"; severity: Severity; message: string; urn?: string; ephemeral?: boolean }
  /** A policy pack is being started. */
  | { kind: "policy-load" }
  /** A policy pack is ready to look at resources. */
  | { kind: "pack-ready"; pack: string; packVersion: string; policies: PolicyInfo[] }
  | ({ kind: "policy-violation" } & PolicyViolation)
  /** A policy changed the inputs of a resource. They may hold Secret values: a display must mask them. */
  | ({ kind: "policy-remediation" } & PolicyRemediation)
  | ({ kind: "policy-summary" } & PolicySummary)
  /** A line that the program, or a policy pack, printed. */
  | { kind: "output"; stream: "stdout" | "stderr"; line: string }
  /** The first Ctrl-C was seen (`graceful`) or the second. */
  | { kind: "cancel"; graceful: boolean }
  | { kind: "summary"; result: RunResult };

export type Operation = "preview" | "update" | "refresh" | "destroy" | "import";

/** What a run ends with. */
export interface RunResult {
  operation: Operation;
  preview: boolean;
  outcome: "succeeded" | "failed" | "cancelled";
  /** Counts by operation as Pulumi counts them: `same`, `create`, `update`, `delete`, `replace`, … */
  changes: Partial<Record<StepOp, number>>;
  durationSeconds: number;
  /** Root stack outputs after the run (secrets as Secret). */
  outputs: import("./values.js").PropertyMap;
  /** Error messages, each once. */
  errors: string[];
  /** The policy packs that it was held to, name to version; absent where there were none. */
  policyPacks?: Record<string, string>;
  /** A step's true outcome is not known (the process was stopped within a provider call). */
  maybeCorrupt: boolean;
  /** What an import has taken into the state. */
  imported?: ResourceState[];
  /** Ids of what was left in place by retainOnDelete in this run. */
  retained: { urn: string; type: string; id: string }[];
}

/** What counts as no change: to look at what others own is none. */
const UNCHANGED = new Set<string>(["same", "read", "discard", "read-replacement"] satisfies StepOp[]);

/** True if a plan has anything to do, or a run has done anything. */
export function hasChanges({ changes }: Pick<RunResult, "changes">): boolean {
  return Object.entries(changes).some(([op, count]) => !UNCHANGED.has(op) && count > 0);
}
