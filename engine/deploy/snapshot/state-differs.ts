import { goJson, type Json } from "../../state/json.js";
import type { ResourceState } from "../../state/types.js";
import { isPropertyMap, OutputValue, type PropertyMap, type PropertyValue, Secret } from "../../values.js";
import { sameValue } from "../properties/property-tools.js";

/**
 * Whether a resource that needed no step must be written all the same: its options, dependencies, parents or provider changed, or a
 * value became a secret. Positions in the source alone are not worth a write.
 */
export function stateDiffers(old: ResourceState, next: ResourceState): boolean {
  return (
    options(old) !== options(next) ||
    !sameStored(old.inputs, next.inputs) ||
    !sameStored(old.outputs, next.outputs) ||
    !sameStored(old.replacementTrigger, next.replacementTrigger)
  );
}

/** Same content, and secret in the same places. */
export function sameStored(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  return sameValue(left, right) && sameSecrecy(left, right);
}

function sameSecrecy(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  const secret = (value: PropertyValue | undefined) =>
    value instanceof Secret || (value instanceof OutputValue && value.secret);
  if (secret(left) || secret(right)) return secret(left) === secret(right);
  if (Array.isArray(left) && Array.isArray(right)) return left.every((item, index) => sameSecrecy(item, right[index]));
  if (isPropertyMap(left) && isPropertyMap(right)) return sameSecretKeys(left, right);
  return true;
}

function sameSecretKeys(left: PropertyMap, right: PropertyMap): boolean {
  return Object.keys({ ...left, ...right }).every((key) => sameSecrecy(left[key], right[key]));
}

/** Everything but values, times and positions, in a form in which equal means equal. */
function options(state: ResourceState): string {
  const { inputs, outputs, replacementTrigger, created, modified, sourcePosition, stackTrace, ...rest } = state;
  // Other engines write dependencies in no particular order.
  const dependencies = [...rest.dependencies].sort();
  const propertyDependencies = Object.fromEntries(
    Object.entries(rest.propertyDependencies).map(([key, urns]) => [key, [...urns].sort()]),
  );
  return goJson(defined({ ...rest, dependencies, propertyDependencies }) as Json);
}

function defined(object: object): object {
  return JSON.parse(JSON.stringify(object)) as object;
}
