import { readFile } from "node:fs/promises";
import { type PlanRecord, parsePlanRecord, type RecordedStep, unreviewedSteps } from "../review/reviewed.js";
import type { PlannedStep } from "../review/types.js";
import { FleetError, REFUSED } from "./errors.js";

/** Reads what `./fleet diff --plan <file>` wrote. Throws FleetError if it cannot be read, or is no such record. */
export async function readPlanRecord(path: string): Promise<PlanRecord> {
  const again = "make it with `./fleet diff --plan <file>`";
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new FleetError(`cannot read ${path}: ${error.code}`, again);
  });
  try {
    return parsePlanRecord(text);
  } catch (error) {
    throw new FleetError(`${path}: ${(error as Error).message}`, again);
  }
}

/** Throws FleetError if a plan has steps that the reviewed one had not. */
export function refuseUnreviewed(record: PlanRecord, stack: string, steps: readonly PlannedStep[]): void {
  const unreviewed = unreviewedSteps(record, steps);
  if (unreviewed.length === 0) return;
  const { head, stacks } = record;
  const lines = unreviewed.map((step) => `\n  ${shown(step)}`).join("");
  const why = Object.hasOwn(stacks, stack) ? "" : `; nothing of ${stack} is in what was reviewed`;
  throw new FleetError(
    `${unreviewed.length} ${unreviewed.length === 1 ? "step was" : "steps were"} not reviewed${why}; nothing was changed:${lines}`,
    `the review was of ${head.name} (${head.commit.slice(0, 12)}), on a stack brought up from its base: ` +
      "bring the stack to that base first, or have this plan reviewed",
    REFUSED,
  );
}

const shown = ({ op, urn, keys }: RecordedStep): string =>
  `${op} ${urn}${keys.length > 0 ? `, because of ${keys.join(", ")}` : ""}`;
