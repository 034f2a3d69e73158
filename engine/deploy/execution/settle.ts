import type { ResourceState } from "../../state/types.js";
import { type PropertyMap, Secret } from "../../values.js";
import { keepMapCiphertexts } from "../properties/property-tools.js";

/**
 * Outputs as they go into the state: secret where the program asks for it, and where the input of the same name is a secret.
 * An id is never one. Secrets that did not change keep the ciphertext that they had in `old`.
 */
export function settleOutputs(state: ResourceState, outputs: PropertyMap, old: PropertyMap = {}): PropertyMap {
  const result = { ...outputs };
  for (const [key, value] of Object.entries(result)) {
    if (key === "id" || value instanceof Secret) continue;
    const asked = state.additionalSecretOutputs?.includes(key) ?? false;
    if (asked || state.inputs[key] instanceof Secret) result[key] = new Secret(value);
  }
  return keepMapCiphertexts(result, old);
}
