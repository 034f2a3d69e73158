import { performance } from "node:perf_hooks";
import type { EngineEvent, StepOp } from "../events.js";
import { PartialFailure, type ReadResult } from "../provider.js";
import type { Cancellation } from "../run.js";
import type { ResourceState, Snapshot } from "../state/types.js";
import { untilAborted } from "./interrupt.js";
import { messageOf } from "./message.js";
import { timestamp } from "./outcome.js";
import { sameValue } from "./property-tools.js";
import type { ProviderRegistry } from "./provider-registry.js";
import { INTERRUPTED, removeAt } from "./recovery.js";
import { Semaphore } from "./semaphore.js";
import { settleOutputs } from "./settle.js";
import { sameStored } from "./state-differs.js";
import { stepInfo } from "./step.js";
import { structuralDiff } from "./structural-diff.js";
import { isProviderType } from "./urn.js";

export interface RefreshOptions {
  parallel: number;
  onEvent: (event: EngineEvent) => void;
  cancellation: Cancellation;
}

export interface RefreshResult {
  snapshot: Snapshot;
  changes: Partial<Record<StepOp, number>>;
  errors: string[];
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
  const refreshed = await Promise.all(
    snapshot.resources.map(async (old): Promise<ResourceState | undefined> => {
      if (!old.custom || isProviderType(old.type) || old.provider === undefined || old.pendingReplacement) return old;
      const release = await slots.acquire();
      try {
        if (options.cancellation.graceful.aborted) return old;
        return await refreshOne(old, providers, options, changes);
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
  let resources = snapshot.resources.map((old, index) => refreshed[index] ?? old);
  // From the end: what goes does not move what stands before it.
  for (let index = refreshed.length - 1; index >= 0; index--) {
    if (refreshed[index] === undefined) resources = removeAt(resources, index);
  }
  return { snapshot: { ...snapshot, resources }, changes, errors };
}

async function refreshOne(
  old: ResourceState,
  providers: ProviderRegistry,
  options: RefreshOptions,
  changes: RefreshResult["changes"],
): Promise<ResourceState | undefined> {
  const started = performance.now();
  const live = await read(old, providers, options);
  const base = { urn: old.urn, type: old.type, custom: true, provider: old.provider, old };
  const done = (op: StepOp, next?: ResourceState) => {
    changes[op] = (changes[op] ?? 0) + 1;
    const diff = next && structuralDiff(old.outputs, next.outputs);
    const step = { ...stepInfo({ ...base, op, draft: next }), diffs: diff?.diffs, detailedDiff: diff?.detailedDiff };
    options.onEvent({ kind: "step-start", step });
    options.onEvent({ kind: "step-done", step, seconds: (performance.now() - started) / 1000 });
  };
  if (live.id === "") {
    done("delete");
    return undefined;
  }
  // Read by its name, it may be its replacement that was found: what waits for its deletion stays what it was.
  if (old.delete) {
    done("same", old);
    return old;
  }
  const inputs = live.inputs ?? old.inputs;
  const outputs = settleOutputs({ ...old, inputs }, live.outputs, old.outputs);
  const initErrors = live.initErrors ?? old.initErrors?.filter((reason) => reason === INTERRUPTED);
  const next: ResourceState = { ...old, id: live.id, inputs, outputs };
  if (initErrors?.length) next.initErrors = initErrors;
  else delete next.initErrors;
  const changed = live.id !== old.id || !sameValue(old.outputs, outputs) || !sameValue(old.inputs, inputs);
  if (changed) next.modified = timestamp();
  done(changed ? "update" : "same", next);
  const kept = !changed && sameReasons(old.initErrors, next.initErrors) && sameStored(old.outputs, outputs);
  return kept ? old : next;
}

/** What there is now. An object that is there but not right is read too, with a warning and the reasons. */
async function read(
  old: ResourceState,
  providers: ProviderRegistry,
  { onEvent, cancellation }: RefreshOptions,
): Promise<ReadResult & { initErrors?: string[] }> {
  const provider = await providers.get(old.provider as string);
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
