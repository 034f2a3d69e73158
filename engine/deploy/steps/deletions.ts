import { EngineError } from "../../errors.js";
import type { ResourceState } from "../../state/types.js";
import { type Executor, RunEnding, StepFailed } from "../execution/executor.js";
import type { Selection } from "../goals/selection.js";
import { isProviderType, splitProviderRef } from "../goals/urn.js";
import type { SnapshotManager } from "../snapshot/snapshot-manager.js";
import type { Step } from "./step.js";
import { deletion, goneUrns, protectedError } from "./step-generator.js";

export interface DeletionPlan {
  selection: Selection;
  /** Whether the run may delete a resource of the old state at all. */
  permits: (old: ResourceState) => boolean;
}

/**
 * What is left of the old state once the program has ended and must go. Nothing is returned, and an error thrown, if any of it
 * is protected: half a deletion helps nobody. `unnamed` is an error if more would go than was asked for.
 */
export function planDeletions(
  snapshots: SnapshotManager,
  { selection, permits, claimed }: DeletionPlan & { claimed: (urn: string) => boolean },
): { steps: Step[]; unnamed?: EngineError } {
  const steps: Step[] = [];
  const needed = neededByWhatStays(snapshots, claimed);
  const leaving = snapshots.remaining().filter((old) => {
    if (!permits(old) || needed.has(old.urn)) return false;
    return snapshots.currentOf(old).delete || !claimed(old.urn);
  });
  const now = leaving.map((old) => snapshots.currentOf(old));
  const replaced = goneUrns(now);
  // What is deleted for good goes with another only if that one is deleted for good too, and does not live on under its URN.
  const gone = goneUrns(now.filter((old) => !old.delete));
  const replacements = snapshots.snapshot().resources.filter((item) => !item.delete && !item.pendingReplacement);
  // A replacement that came to the very same object (an image that was built again): deleting the old would take the new away.
  const livesOn = (old: ResourceState) =>
    replacements.some(({ urn, id, provider }) => urn === old.urn && id === old.id && provider === old.provider);
  for (const original of leaving) {
    const old = snapshots.currentOf(original);
    // What a replacement that did not come about was deleted for is already gone.
    if (old.pendingReplacement) steps.push(deletion("remove-pending-replace", original));
    else if (old.external) steps.push(deletion(old.delete ? "discard-replaced" : "discard", original));
    else if (old.delete && old.custom && livesOn(old)) steps.push(deletion("discard-replaced", original));
    else if (old.delete) steps.push(deletion("delete-replaced", original, replaced));
    else steps.push(deletion("delete", original, gone));
  }
  const guarded = steps
    .filter((step) => step.op === "delete")
    .map((step) => snapshots.currentOf(step.old as ResourceState))
    .filter((old) => old.protect);
  if (guarded.length > 0) throw protectedError(guarded, "deleted");
  const unnamed = selection.unnamed(leaving);
  return { steps, unnamed: unnamed.length > 0 ? unnamedError(unnamed) : undefined };
}

function unnamedError(resources: ResourceState[]): EngineError {
  return new EngineError(
    `resources that are no targets would be deleted, because they depend on targets:\n${resources
      .map(({ urn }) => `  ${urn}`)
      .join("\n")}`,
    "target them too, or add --target-dependents",
    1,
  );
}

/**
 * What the resources stand on that the program registered but whose steps failed: they are as they were. There are such only in a
 * run that goes on after errors.
 */
function neededByWhatStays(snapshots: SnapshotManager, claimed: (urn: string) => boolean): Set<string> {
  const olds = snapshots.remaining();
  const byUrn = new Map<string, ResourceState[]>();
  for (const old of olds) byUrn.set(old.urn, [...(byUrn.get(old.urn) ?? []), old]);
  const needed = new Set<string>();
  const visit = (old: ResourceState): void => {
    const provider = old.provider ? [splitProviderRef(old.provider).urn] : [];
    const urns = [old.parent, old.deletedWith, ...provider, ...old.dependencies];
    for (const urn of [...urns, ...Object.values(old.propertyDependencies).flat()]) {
      if (urn === undefined || needed.has(urn)) continue;
      needed.add(urn);
      byUrn.get(urn)?.forEach(visit);
    }
  };
  for (const old of olds) if (claimed(old.urn) && !snapshots.currentOf(old).delete) visit(old);
  return needed;
}

/** Runs deletions, each as soon as nothing that is left depends on it. */
export async function runDeletions(steps: Step[], executor: Executor): Promise<void> {
  const dependents = dependentsOf(steps);
  const done = new Map<Step, Promise<boolean>>();
  const run = (step: Step): Promise<boolean> => {
    const known = done.get(step);
    if (known !== undefined) return known;
    const result = (async () => {
      const before = await Promise.all([...(dependents.get(step) ?? [])].map(run));
      if (before.includes(false)) return false;
      try {
        await executor.runChain([step]);
        return true;
      } catch (error) {
        if (!(error instanceof RunEnding || error instanceof StepFailed) && !executor.failed) throw error;
        return false;
      }
    })();
    done.set(step, result);
    return result;
  };
  await Promise.all(steps.map(run));
}

/** For each step, those that must be deleted before it. */
function dependentsOf(steps: Step[]): Map<Step, Set<Step>> {
  const byUrn = new Map<string, Step[]>();
  for (const step of steps) byUrn.set(step.urn, [...(byUrn.get(step.urn) ?? []), step]);
  const children = new Map<string, Step[]>();
  for (const step of steps) {
    const parent = step.old?.parent;
    if (parent) children.set(parent, [...(children.get(parent) ?? []), step]);
  }
  const result = new Map<Step, Set<Step>>();
  const index = new Map(steps.map((step, at) => [step, at]));
  const addEdge = (target: Step, dependent: Step) => {
    // References point backwards in the state; this keeps a broken state from deadlocking the run.
    if (target === dependent || (index.get(target) ?? 0) > (index.get(dependent) ?? 0)) return;
    const set = result.get(target) ?? new Set();
    set.add(dependent);
    result.set(target, set);
  };
  const descendants = (urn: string): Step[] =>
    (children.get(urn) ?? []).flatMap((child) => [child, ...descendants(child.urn)]);
  for (const step of steps) {
    const old = step.old as ResourceState;
    const urns = new Set([
      ...old.dependencies,
      ...Object.values(old.propertyDependencies).flat(),
      ...(old.replaceWith ?? []),
    ]);
    if (old.deletedWith) urns.add(old.deletedWith);
    for (const urn of urns) {
      for (const target of byUrn.get(urn) ?? []) {
        addEdge(target, step);
        // Depending on a component means depending on what is in it.
        if (!target.custom)
          for (const child of descendants(urn)) if (!isAncestor(child.urn, old, byUrn)) addEdge(child, step);
      }
    }
    if (old.parent) for (const target of byUrn.get(old.parent) ?? []) addEdge(target, step);
    if (old.provider) for (const target of byUrn.get(splitProviderRef(old.provider).urn) ?? []) addEdge(target, step);
  }
  // Providers go last: whatever they made must be gone, or retained, first.
  for (const step of steps)
    if (isProviderType(step.type)) for (const other of steps) if (!isProviderType(other.type)) addEdge(step, other);
  return result;
}

function isAncestor(urn: string, resource: ResourceState, byUrn: Map<string, Step[]>): boolean {
  for (let parent = resource.parent; parent; parent = byUrn.get(parent)?.[0]?.old?.parent)
    if (parent === urn) return true;
  return false;
}
