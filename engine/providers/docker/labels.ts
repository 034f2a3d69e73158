import { ProviderError, type ReadRequest } from "../../provider.js";
import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../values.js";
import { stackOf } from "../shared/plain.js";

/** Labels by which a fleet knows its own objects. Frozen: objects that exist carry them. */
export const OWNER_LABELS = ["fleet.stack", "fleet.entry"] as const;

/**
 * Marks a container through which files are written into volumes. It is gone when its command is; a run that was killed leaves
 * it, and it holds the volume.
 */
export const TEMPORARY_LABEL = "fleet.temporary";

export type Labels = Record<string, string>;

/** `[{label, value}]` of the inputs as Docker has them. */
export function toLabels(value: PropertyValue | undefined): Labels {
  const labels: Labels = {};
  for (const item of Array.isArray(value) ? value : []) {
    if (isPropertyMap(item)) labels[String(item.label)] = String(item.value ?? "");
  }
  return labels;
}

/** Docker's labels as the vendor's outputs have them, sorted by name. */
export function fromLabels(labels: Labels | null | undefined): PropertyMap[] {
  return Object.entries(labels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => ({ label, value }));
}

/** True if the inputs name an owner and the live object has the very same one. */
export function sameOwner(asked: Labels, live: Labels | null | undefined): boolean {
  return OWNER_LABELS.every((label) => asked[label] !== undefined && asked[label] === live?.[label]);
}

/** "owned by web of stack prod" or "which no fleet owns". */
export function describeOwner(live: Labels | null | undefined): string {
  const [stack, entry] = OWNER_LABELS.map((label) => live?.[label]);
  if (stack === undefined && entry === undefined) return "which no fleet owns";
  return `which belongs to ${entry ?? "an unnamed entry"} of stack ${stack ?? "unknown"}`;
}

/**
 * Throws if an object that is to become a stack's own is labelled as another stack's, or as another entry's than the program asks
 * for. What has no such labels is nobody's. `what` names the object: `volume "data"`.
 */
export function assertImportable(
  what: string,
  { urn, import: imported }: ReadRequest,
  live: Labels | null | undefined,
): void {
  if (imported === undefined) return;
  const ours: Labels = { "fleet.stack": stackOf(urn), ...toLabels(imported.asked?.labels) };
  const foreign = OWNER_LABELS.some(
    (label) => live?.[label] !== undefined && ours[label] !== undefined && live[label] !== ours[label],
  );
  if (!foreign) return;
  throw new ProviderError(
    `cannot take up ${what}, ${describeOwner(live)}. It was not touched`,
    "let that one give it up first, or leave it where it is and choose another name",
  );
}

/** Throws if the live object does not carry the owner that the state says. `what` names the object: `volume "data"`. */
export function assertStillOurs(what: string, inputs: PropertyMap, live: Labels | null | undefined): void {
  const asked = toLabels(inputs.labels);
  const lost = OWNER_LABELS.find((label) => asked[label] !== undefined && asked[label] !== live?.[label]);
  if (lost === undefined) return;
  throw new ProviderError(
    `${what} is not the object that this stack made: its label ${lost} should be "${asked[lost]}", and it is ${
      live?.[lost] === undefined ? "missing" : `"${live[lost]}"`
    }. It was not touched`,
    "run `fleet refresh` so that the state learns what is there, and rename or remove the foreign object",
  );
}
