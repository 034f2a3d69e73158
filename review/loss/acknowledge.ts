import type { Loss } from "../types.js";

/** That a loss is meant: of which URN, why, and who says so. */
export interface Acknowledgement {
  urn: string;
  /** In words; one that is blank counts for nothing. */
  reason: string;
  by: NonNullable<Loss["acknowledged"]>["by"];
}

/** The losses, each with the first acknowledgement of exactly its URN. */
export function acknowledge(losses: readonly Loss[], acknowledgements: readonly Acknowledgement[]): Loss[] {
  return losses.map((loss) => {
    const found = acknowledgements.find(({ urn, reason }) => urn === loss.urn && reason.trim() !== "");
    return found ? { ...loss, acknowledged: { reason: found.reason, by: found.by } } : loss;
  });
}

/** Acknowledgements of what is not lost: mistyped, or of something that is long gone and would be excused when it comes back. */
export function staleAcknowledgements(
  losses: readonly Loss[],
  acknowledgements: readonly Acknowledgement[],
): Acknowledgement[] {
  const lost = new Set(losses.map(({ urn }) => urn));
  return acknowledgements.filter(({ urn }) => !lost.has(urn));
}

/** The losses that nobody has acknowledged: a gate stops them. */
export const unacknowledged = (losses: readonly Loss[]): Loss[] =>
  losses.filter(({ acknowledged }) => acknowledged === undefined);
