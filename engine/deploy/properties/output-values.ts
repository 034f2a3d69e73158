import {
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
  Unknown,
} from "../../values.js";

/** Secrets and unknowns become output values, the form in which programs can compute with them. */
export function toOutputValue(value: PropertyValue): PropertyValue {
  if (value instanceof Unknown) return new OutputValue(undefined, false, []);
  if (value instanceof Secret) return merged(toOutputValue(value.value), true, []);
  if (value instanceof OutputValue) {
    if (value.value === undefined) return value;
    return merged(toOutputValue(value.value), value.secret, value.dependencies);
  }
  if (Array.isArray(value)) return value.map(toOutputValue);
  if (!isPropertyMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toOutputValue(item)]));
}

/** Makes each property carry the resources that it depends on. */
export function withDependencies(map: PropertyMap, dependencies: Record<string, string[]>): PropertyMap {
  const result: PropertyMap = {};
  for (const [key, item] of Object.entries(map)) {
    const value = toOutputValue(item);
    const wanted = dependencies[key] ?? [];
    const has = new Set(dependenciesIn(value));
    result[key] = wanted.every((urn) => has.has(urn)) ? value : merged(value, false, wanted);
  }
  return result;
}

/** All resources that the output values in a property come from, each once, sorted. */
export function dependenciesIn(value: PropertyValue | undefined): string[] {
  const found = new Set<string>();
  const visit = (item: PropertyValue | undefined): void => {
    if (item instanceof OutputValue) {
      for (const urn of item.dependencies) found.add(urn);
      visit(item.value);
    } else if (item instanceof Secret) visit(item.value);
    else if (Array.isArray(item)) item.forEach(visit);
    else if (!(item instanceof ResourceReference) && isPropertyMap(item)) Object.values(item).forEach(visit);
  };
  visit(value);
  return [...found].sort();
}

/** One output value for a value that may be one already. */
function merged(value: PropertyValue, secret: boolean, dependencies: string[]): OutputValue {
  if (!(value instanceof OutputValue)) return new OutputValue(value, secret, dependencies);
  const all = [...new Set([...value.dependencies, ...dependencies])];
  return new OutputValue(value.value, secret || value.secret, all);
}
