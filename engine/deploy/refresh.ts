import type { EngineEvent, StepOp } from "../events.js";
import type { ResourceState, Snapshot } from "../state/types.js";
import { timestamp } from "./executor.js";
import { sameValue } from "./property-tools.js";
import type { ProviderRegistry } from "./provider-registry.js";
import { removeAt } from "./recovery.js";
import { Semaphore } from "./semaphore.js";
import { stepInfo } from "./step.js";
import { structuralDiff } from "./structural-diff.js";
import { isProviderType } from "./urn.js";

export interface RefreshResult {
  snapshot: Snapshot;
  changes: Partial<Record<StepOp, number>>;
  errors: string[];
}

/** Reads every object and takes its real state over: changed outputs, or that it is gone. Nothing outside is changed. */
export async function refresh(
  snapshot: Snapshot,
  providers: ProviderRegistry,
  options: { parallel: number; onEvent: (event: EngineEvent) => void; signal: AbortSignal },
): Promise<RefreshResult> {
  const slots = new Semaphore(options.parallel);
  const changes: RefreshResult["changes"] = {};
  const errors: string[] = [];
  const refreshed = await Promise.all(
    snapshot.resources.map(async (old): Promise<ResourceState | undefined> => {
      if (!old.custom || isProviderType(old.type) || old.provider === undefined || old.pendingReplacement) return old;
      const release = await slots.acquire();
      try {
        if (options.signal.aborted) return old;
        return await refreshOne(old, providers, options, changes);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        errors.push(`refresh ${old.urn}: ${message}`);
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
  options: { onEvent: (event: EngineEvent) => void; signal: AbortSignal },
  changes: RefreshResult["changes"],
): Promise<ResourceState | undefined> {
  const started = performance.now();
  const provider = await providers.get(old.provider as string);
  const live = await provider.read(
    { urn: old.urn, type: old.type, signal: options.signal },
    old.id ?? "",
    old.inputs,
    old.outputs,
  );
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
  const inputs = live.inputs ?? old.inputs;
  if (live.id === old.id && sameValue(old.outputs, live.outputs) && sameValue(old.inputs, inputs)) {
    done("same", old);
    return old;
  }
  const next: ResourceState = { ...old, id: live.id, inputs, outputs: live.outputs, modified: timestamp() };
  done("update", next);
  return next;
}
