import { performance } from "node:perf_hooks";
import type { EngineEvent, StepOp } from "../../events.js";
import { type DiffKind, type DiffResult, PartialFailure, type PropertyDiff, type ReadResult } from "../../provider.js";
import type { Cancellation } from "../../run.js";
import type { ResourceState, Snapshot } from "../../state/types.js";
import { untilAborted } from "../execution/interrupt.js";
import { timestamp } from "../execution/outcome.js";
import { Semaphore } from "../execution/semaphore.js";
import { settleOutputs } from "../execution/settle.js";
import type { Selection } from "../goals/selection.js";
import { isDefaultProvider, isProviderType } from "../goals/urn.js";
import { messageOf } from "../message.js";
import { sameValue } from "../properties/property-tools.js";
import { structuralDiff } from "../properties/structural-diff.js";
import type { BoundProvider } from "../providers/bound-provider.js";
import type { ProviderRegistry } from "../providers/provider-registry.js";
import { inputsDiff } from "../steps/decide.js";
import { type Step, stepInfo } from "../steps/step.js";
import { withoutGone } from "./rebuild.js";
import { INTERRUPTED } from "./recovery.js";
import { sameStored } from "./state-differs.js";

export interface RefreshOptions {
  parallel: number;
  onEvent: (event: EngineEvent) => void;
  cancellation: Cancellation;
  selection: Selection;
  /** True if the refresh is the whole operation; false if it comes before another one, whose steps these are not. */
  alone: boolean;
  /** Only resources whose provider asked for it. */
  onlyBeforeUpdate?: boolean;
}

export interface RefreshResult {
  snapshot: Snapshot;
  changes: Partial<Record<StepOp, number>>;
  errors: string[];
}

/** True if any resource must be read before it is updated. */
export function needsRefresh(snapshot: Snapshot): boolean {
  return snapshot.resources.some((resource) => resource.refreshBeforeUpdate);
}

/** Reads every object and takes its real state over: changed outputs, or that it is gone. Nothing outside is changed. */
export async function refresh(
  snapshot: Snapshot,
  providers: ProviderRegistry,
  options: RefreshOptions,
): Promise<RefreshResult> {
  const slots = new Semaphore(options.parallel);
  const changes: RefreshResult["changes"] = {};
  const errors: string[] = [];
  const selected = options.selection.refreshed(snapshot.resources);
  const gone = new Set<ResourceState>();
  const resources = await Promise.all(
    snapshot.resources.map(async (old): Promise<ResourceState> => {
      if (!selected.has(old) || (options.onlyBeforeUpdate && !old.refreshBeforeUpdate)) return old;
      const release = await slots.acquire();
      try {
        if (options.cancellation.graceful.aborted) return old;
        const next = await refreshOne(old, providers, options, changes);
        if (next === undefined) gone.add(old);
        return next ?? old;
      } catch (error) {
        const message = `refresh ${old.urn}: ${messageOf(error)}`;
        errors.push(message);
        options.onEvent({ kind: "diagnostic", severity: "error", urn: old.urn, message });
        return old;
      } finally {
        release();
      }
    }),
  );
  return { snapshot: { ...snapshot, resources: withoutGone(resources, gone) }, changes, errors };
}

interface RefreshDiff {
  changed: boolean;
  diffs?: string[];
  detailedDiff?: Record<string, PropertyDiff>;
}

async function refreshOne(
  old: ResourceState,
  providers: ProviderRegistry,
  options: RefreshOptions,
  changes: RefreshResult["changes"],
): Promise<ResourceState | undefined> {
  const started = performance.now();
  const base = { urn: old.urn, type: old.type, custom: old.custom, provider: old.provider, old };
  const done = (result: "same" | "update" | "delete", next?: ResourceState, diff?: RefreshDiff) => {
    if (isDefaultProvider(old.urn)) return;
    changes[result] = (changes[result] ?? 0) + 1;
    const op: StepOp = options.alone ? result : "refresh";
    const step: Step = { ...base, op, draft: next, diffs: diff?.diffs, detailedDiff: diff?.detailedDiff };
    const info = stepInfo(step);
    options.onEvent({ kind: "step-start", step: info });
    options.onEvent({ kind: "step-done", step: info, seconds: (performance.now() - started) / 1000 });
  };
  // Components and providers have nothing outside; what waits for its replacement is gone already.
  if (!old.custom || isProviderType(old.type) || old.provider === undefined || old.pendingReplacement) {
    done("same", old);
    return old;
  }
  const provider = await providers.get(old.provider);
  const live = await read(old, provider, options);
  if (live.id === "") {
    done("delete");
    return undefined;
  }
  // Read by its name, it may be its replacement that was found: what waits for its deletion stays what it was.
  if (old.delete) {
    done("same", old);
    return old;
  }
  const next = stateOf(old, live);
  const diff = await difference(old, next, provider, options);
  done(diff.changed ? "update" : "same", next, diff);
  return next;
}

/** The state with what was read; the very same one if nothing of it is new. */
function stateOf(old: ResourceState, live: ReadResult & { initErrors?: string[] }): ResourceState {
  const inputs = live.inputs ?? old.inputs;
  const outputs = settleOutputs({ ...old, inputs }, live.outputs, old.outputs);
  const initErrors = live.initErrors ?? old.initErrors?.filter((reason) => reason === INTERRUPTED);
  const next: ResourceState = { ...old, id: live.id, inputs, outputs };
  if (initErrors?.length) next.initErrors = initErrors;
  else delete next.initErrors;
  if (live.refreshBeforeUpdate !== undefined) next.refreshBeforeUpdate = live.refreshBeforeUpdate || undefined;
  const changed = !sameValue(old.outputs, outputs) || !sameValue(old.inputs, inputs);
  if (changed) next.modified = timestamp();
  const kept =
    !changed &&
    live.id === old.id &&
    (old.refreshBeforeUpdate ?? false) === (next.refreshBeforeUpdate ?? false) &&
    sameReasons(old.initErrors, next.initErrors) &&
    sameStored(old.outputs, outputs);
  return kept ? old : next;
}

/**
 * What is shown as changed: what the next update would put right, the other way round. So what the provider does not care about is
 * no change. Of what belongs to somebody else the outputs are compared.
 */
async function difference(
  old: ResourceState,
  next: ResourceState,
  provider: BoundProvider,
  { cancellation }: RefreshOptions,
): Promise<RefreshDiff> {
  if (old.external) {
    const { diffs, detailedDiff } = structuralDiff(old.outputs, next.outputs);
    return { changed: diffs.length > 0, diffs, detailedDiff };
  }
  const ignoreChanges = old.ignoreChanges ?? [];
  const signal = cancellation.abort;
  const diff = await untilAborted(signal, () => inputsDiff(provider, next, old.inputs, ignoreChanges, signal));
  return inverted(diff);
}

const INVERSE: Record<DiffKind, DiffKind> = {
  add: "delete",
  "add-replace": "delete-replace",
  delete: "add",
  "delete-replace": "add-replace",
  update: "update",
  "update-replace": "update-replace",
};

function inverted({ changes, diffs, detailedDiff }: DiffResult): RefreshDiff {
  const entries = Object.entries(detailedDiff ?? {}).map(([path, { kind, inputDiff }]) => {
    return [path, { kind: INVERSE[kind], inputDiff }] as const;
  });
  return { changed: changes === "some", diffs, detailedDiff: detailedDiff && Object.fromEntries(entries) };
}

/** What there is now. An object that is there but not right is read too, with a warning and the reasons. */
async function read(
  old: ResourceState,
  provider: BoundProvider,
  { onEvent, cancellation }: RefreshOptions,
): Promise<ReadResult & { initErrors?: string[] }> {
  const call = { urn: old.urn, type: old.type, signal: cancellation.abort };
  try {
    return await untilAborted(cancellation.abort, () => provider.read(call, old.id ?? "", old.inputs, old.outputs));
  } catch (error) {
    if (!(error instanceof PartialFailure) || error.id === "") throw error;
    onEvent({ kind: "diagnostic", severity: "warning", urn: old.urn, message: error.message });
    return { id: error.id, outputs: error.outputs, initErrors: error.reasons };
  }
}

function sameReasons(left: string[] = [], right: string[] = []): boolean {
  return left.length === right.length && left.every((reason, index) => reason === right[index]);
}
