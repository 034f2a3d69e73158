import type { StepInfo } from "../events.js";
import { SECRET_SIGNATURE, SIGNATURE_KEY } from "../signatures.js";
import type { Json } from "../state/json.js";
import { encodeProperties } from "../state/properties.js";
import { encodeResource } from "../state/resource.js";
import type { ResourceState } from "../state/types.js";
import type { PropertyMap } from "../values.js";
import { MASK, type Masker } from "./mask.js";

type JsonMap = { [key: string]: Json };

/** What names things rather than holding values: never changed by masking, so that programs can rely on it. */
const IDENTIFIERS = new Set([
  "urn",
  "type",
  "parent",
  "provider",
  "dependencies",
  "propertyDependencies",
  "aliases",
  "deletedWith",
  "replaceWith",
  "created",
  "modified",
  "sourcePosition",
  "stackTrace",
]);

/**
 * A resource as checkpoints have it, secrets hidden: `text` puts "[secret]" in their place (previews), `signature` keeps the marking
 * object with "[secret]" as ciphertext (event logs).
 */
export function stateJson(state: ResourceState, masker: Masker, form: "text" | "signature"): JsonMap {
  const json = JSON.parse(encodeResource(state, () => MASK)) as JsonMap;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key, IDENTIFIERS.has(key) ? value : hide(value, masker, form)]),
  );
}

/** Properties as JSON for people's programs: "[secret]" in the place of secrets, or within the object that marks them. */
export function propertiesJson(properties: PropertyMap, masker: Masker, form: "text" | "signature" = "text"): JsonMap {
  return hide(JSON.parse(encodeProperties(properties, () => MASK)) as Json, masker, form) as JsonMap;
}

/** The new side as it is before the step: what only the provider will give is not there yet. */
export function plannedState({ op, new: state }: StepInfo): ResourceState | undefined {
  if (state === undefined || /^(read|refresh|import)/.test(op)) return state;
  // The new object of a replacement was made before the replacement is told as a whole.
  if (op === "replace") return state;
  return { ...state, id: undefined, outputs: {} };
}

/** Knows which old objects wait for their deletion, since their replacement was made first. */
export class Replacements {
  readonly #made = new Set<string>();

  onDone({ op, urn }: StepInfo): void {
    if (op === "create-replacement") this.#made.add(urn);
  }

  /** The old side of a step as the checkpoint has it by then. */
  old({ op, urn, old }: StepInfo): ResourceState | undefined {
    const waits = op === "create-replacement" || op === "replace" || op === "delete-replaced";
    return old !== undefined && waits && this.#made.has(urn) ? { ...old, delete: true } : old;
  }
}

function hide(value: Json, masker: Masker, form: "text" | "signature"): Json {
  if (typeof value === "string") return masker.mask(value);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((element) => hide(element, masker, form));
  if (value[SIGNATURE_KEY] === SECRET_SIGNATURE) return form === "text" ? MASK : value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, hide(member, masker, form)]));
}
