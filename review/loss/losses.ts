import type { Kept, Loss, PlannedStep, ReviewedResource } from "../types.js";
import { dataHolder } from "./holders.js";

/**
 * The data that a plan loses, and what it drops and yet keeps. To delete what is retained leaves the object in place, to be found
 * again; to replace it loses the data all the same, since the fleet goes on with a new and empty one. What lives on something that
 * goes is gone with it, retained or not.
 *
 * @param before the stack's resources before the plan, where they are known: their inputs tell who has no data after all
 */
export function lossesOf(
  steps: PlannedStep[],
  before: readonly ReviewedResource[] = [],
): { losses: Loss[]; kept: Kept[] } {
  const inputs = new Map(before.map((resource) => [resource.urn, resource.inputs]));
  const goes = new Set(steps.filter((step) => isRemoval(step) && !step.retained).map(({ urn }) => urn));
  const losses: Loss[] = [];
  const kept: Kept[] = [];
  for (const step of steps) {
    if (!step.custom || !isRemoval(step)) continue;
    const { urn, type, name, op, replaceKeys, retained, deletedWith, formerUrn } = step;
    const what = dataHolder(step, inputs.get(formerUrn ?? urn));
    if (what === undefined) continue;
    const found: Kept = { urn, type, name, op, what, keys: op === "replace" ? [...replaceKeys] : [] };
    const host = deletedWith !== undefined && goes.has(deletedWith) ? deletedWith : undefined;
    if (op === "delete" && retained && host === undefined) kept.push(found);
    else
      losses.push({
        ...found,
        ...(host !== undefined && { goesWith: host }),
        ...(retained && host === undefined && { staysBehind: true }),
      });
  }
  return { losses, kept };
}

const isRemoval = (step: PlannedStep): step is PlannedStep & { op: Loss["op"] } =>
  step.op === "delete" || step.op === "replace";
