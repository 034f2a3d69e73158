/** Who an object on a machine belongs to. Frozen: a label that changes replaces what carries it, data included. */
export interface Ownership {
  /** Stack name. */
  stack: string;
  /** Name of the stack config's entry: an agent, an edge. */
  entry: string;
}

export const STACK_LABEL = "fleet.stack";
export const ENTRY_LABEL = "fleet.entry";
export const VOLUME_LABEL = "fleet.volume";
export const DATA_LABEL = "fleet.data";

/** Labels as a map. */
export function ownershipLabels(owner: Ownership): Record<string, string> {
  return { [STACK_LABEL]: owner.stack, [ENTRY_LABEL]: owner.entry };
}

/** Labels in the form of the Docker provider, in a fixed order. */
export function dockerLabels(labels: Record<string, string>): { label: string; value: string }[] {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => ({ label, value }));
}
