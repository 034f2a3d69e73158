import type { ResourceState } from "../../state/types.js";
import { splitProviderRef } from "../goals/urn.js";

/** What both a goal and a state say of the resources that they stand on. */
export type Referring = Pick<
  ResourceState,
  "parent" | "dependencies" | "propertyDependencies" | "deletedWith" | "replaceWith" | "provider"
>;

/** URNs of everything but the provider that a resource refers to: parent, dependencies, deletedWith, replaceWith. */
export function referencesOf(resource: Referring): string[] {
  const urns = new Set([...resource.dependencies, ...Object.values(resource.propertyDependencies).flat()]);
  for (const urn of [resource.parent, resource.deletedWith, ...(resource.replaceWith ?? [])]) if (urn) urns.add(urn);
  return [...urns];
}

/** URN of a resource's provider; undefined for components and provider resources. */
export function providerUrnOf({ provider }: Referring): string | undefined {
  return provider ? splitProviderRef(provider).urn : undefined;
}

/** {@link referencesOf} and the provider. */
export function allReferencesOf(resource: Referring): string[] {
  const provider = providerUrnOf(resource);
  return provider === undefined ? referencesOf(resource) : [...referencesOf(resource), provider];
}
