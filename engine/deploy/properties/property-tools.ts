import {
  Archive,
  Asset,
  containsSecret,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
  Unknown,
} from "../../values.js";

/** The value without any secret mark, at every depth. */
export function unwrapSecrets(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) return unwrapSecrets(value.value);
  if (Array.isArray(value)) return value.map(unwrapSecrets);
  if (isPropertyMap(value)) return unwrapMap(value);
  return value;
}

/** {@link unwrapSecrets} for a whole map. */
export function unwrapMap(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, item]) => [key, unwrapSecrets(item)]));
}

/**
 * Equality by content: secrets compare by what they hold, a missing key equals null, an unknown equals nothing.
 */
export function sameValue(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  const a = left instanceof Secret ? unwrapSecrets(left) : (left ?? null);
  const b = right instanceof Secret ? unwrapSecrets(right) : (right ?? null);
  if (a instanceof Unknown || b instanceof Unknown) return false;
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return Object.is(a, b);
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (a instanceof Asset || a instanceof Archive) {
    const same = a.constructor === b.constructor;
    const other = b as Asset | Archive;
    return (
      same &&
      (a.hash !== undefined ? a.hash === other.hash : JSON.stringify(a.content) === JSON.stringify(other.content))
    );
  }
  if (a instanceof ResourceReference) return b instanceof ResourceReference && a.urn === b.urn && a.id === b.id;
  if (!isPropertyMap(a) || !isPropertyMap(b)) return false;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (!sameValue(a[key], b[key])) return false;
  }
  return true;
}

/**
 * Marks the outputs of a provider that does not know secrets: a property whose input of the same name holds a secret is
 * secret; where both are maps, only the parts that were.
 */
export function markSecretsLike(inputs: PropertyMap, outputs: PropertyMap): PropertyMap {
  const result: PropertyMap = {};
  for (const [key, output] of Object.entries(outputs)) {
    const input = inputs[key];
    if (output instanceof Secret || input === undefined || !containsSecret(input)) result[key] = output;
    else if (isPropertyMap(input) && isPropertyMap(output)) result[key] = markSecretsLike(input, output);
    else result[key] = reuseCiphertext(input, output);
  }
  return result;
}

function reuseCiphertext(input: PropertyValue, output: PropertyValue): Secret {
  return input instanceof Secret && sameValue(input, output) ? input : new Secret(output);
}

/**
 * An unchanged secret keeps the ciphertext that it had, so that the checkpoint does not change with every run.
 */
export function keepCiphertexts(value: PropertyValue, old: PropertyValue | undefined): PropertyValue {
  if (old === undefined || old === null || value === null || typeof value !== "object") return value;
  if (value instanceof Secret) {
    return value.ciphertext === undefined &&
      old instanceof Secret &&
      old.ciphertext !== undefined &&
      sameValue(value, old)
      ? old
      : value;
  }
  if (Array.isArray(value))
    return Array.isArray(old) ? value.map((item, index) => keepCiphertexts(item, old[index])) : value;
  if (isPropertyMap(value) && isPropertyMap(old)) return keepMapCiphertexts(value, old);
  return value;
}

/** {@link keepCiphertexts} for a whole map. */
export function keepMapCiphertexts(map: PropertyMap, old: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, item]) => [key, keepCiphertexts(item, old[key])]));
}
