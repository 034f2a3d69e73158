/** The least that says anything, in characters. */
export const LEAST_REASON = 10;

/** Words that stand where a reason is still to be written. */
const FILLERS =
  /^(a|an|any|because|dummy|fixme|here|n\/?a|none|placeholder|do|reason|tbd|test|the|to|todo|why|write|x+)$/i;

/** Why something is as it is, for whoever reads it later. Undefined for what says nothing: too short, or a placeholder. */
export function readReason(input: string): string | undefined {
  const reason = input.trim();
  if (reason.length < LEAST_REASON || /^<.*>$/s.test(reason) || /^(.)\1*$/su.test(reason)) return undefined;
  const words = reason.split(/[\s.,:;!?…-]+/).filter((word) => word !== "");
  return words.some((word) => /\p{L}/u.test(word) && !FILLERS.test(word)) ? reason : undefined;
}
