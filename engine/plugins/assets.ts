import { Archive, Asset, isPropertyMap, type PropertyMap, type PropertyValue, Secret } from "../values.js";

/** Assets that came back as no more than their hash get the contents of those of the same hash in `known`. */
export function restoreAssets(map: PropertyMap, known: PropertyMap): PropertyMap {
  const byHash = new Map<string, Asset | Archive>();
  collect(known, byHash);
  return byHash.size === 0 ? map : (restore(map, byHash) as PropertyMap);
}

function collect(value: PropertyValue, into: Map<string, Asset | Archive>): void {
  if (value instanceof Asset || value instanceof Archive) {
    if (value.hash !== undefined) into.set(value.hash, value);
  } else if (value instanceof Secret) collect(value.value, into);
  else if (Array.isArray(value)) for (const item of value) collect(item, into);
  else if (isPropertyMap(value)) for (const item of Object.values(value)) collect(item, into);
}

function restore(value: PropertyValue, known: Map<string, Asset | Archive>): PropertyValue {
  if (value instanceof Asset || value instanceof Archive) {
    const empty = Object.values(value.content).every((part) => part === undefined || part === "");
    const before = empty && value.hash !== undefined ? known.get(value.hash) : undefined;
    return before?.constructor === value.constructor ? before : value;
  }
  if (value instanceof Secret) return new Secret(restore(value.value, known), value.ciphertext);
  if (Array.isArray(value)) return value.map((item) => restore(item, known));
  if (!isPropertyMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restore(item, known)]));
}
