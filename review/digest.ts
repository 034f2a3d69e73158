import { createHash } from "node:crypto";
import type { PlannedStep } from "./types.js";

/** What of a step is bound to its review: what is done to which resource, and what forces it. No values. */
export type StepIdentity = Pick<PlannedStep, "urn" | "op" | "replaceKeys">;

/**
 * SHA-256, in hex, of what a plan does: URN, operation and replacing properties of each step. Neither their order nor any value
 * counts, so that two previews of one change agree even where a value is made anew each time.
 */
export function planDigest(steps: readonly StepIdentity[]): string {
  const lines = steps.map(({ urn, op, replaceKeys }) => JSON.stringify([urn, op, [...new Set(replaceKeys)].sort()]));
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
}

/** As a digest is shown: its first twelve digits. */
export const shortDigest = (digest: string): string => digest.slice(0, 12);
