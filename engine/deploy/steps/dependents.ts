import type { ResourceState } from "../../state/types.js";
import { UNKNOWN } from "../../values.js";
import { isProviderType, splitProviderRef } from "../goals/urn.js";
import { messageOf } from "../message.js";
import { applyIgnoreChanges } from "../properties/paths.js";
import type { ProviderRegistry } from "../providers/provider-registry.js";
import { providerDecision } from "./decide.js";

export interface DependentsOptions {
  warn: (urn: string, message: string) => void;
  signal: AbortSignal;
  /** URNs that the run has come to already: those are decided on. */
  skip: (urn: string) => boolean;
}

/**
 * The cascade of a deletion before a replacement: old resources that would themselves have to be replaced once `root` is gone, in
 * the order of the state. Those that could live on with another value of what they depend on are not among them.
 */
export async function dependentsToReplace(
  root: ResourceState,
  resources: ResourceState[],
  providers: ProviderRegistry,
  options: DependentsOptions,
): Promise<ResourceState[]> {
  const gone = new Set([root.urn]);
  const found: ResourceState[] = [];
  for (const resource of resources.slice(resources.indexOf(root) + 1)) {
    if (!resource.custom || resource.delete || resource.external || resource.pendingReplacement) continue;
    if (isProviderType(resource.type) || options.skip(resource.urn)) continue;
    if (!(await needsReplacement(resource, gone, providers, options))) continue;
    gone.add(resource.urn);
    found.push(resource);
  }
  return found;
}

async function needsReplacement(
  resource: ResourceState,
  gone: Set<string>,
  providers: ProviderRegistry,
  { warn, signal }: DependentsOptions,
): Promise<boolean> {
  if (resource.provider !== undefined && gone.has(splitProviderRef(resource.provider).urn)) return true;
  if (resource.deletedWith !== undefined && gone.has(resource.deletedWith)) return true;
  if (resource.replaceWith?.some((urn) => gone.has(urn))) return true;
  const affected = Object.entries(resource.propertyDependencies).filter(([, urns]) =>
    urns.some((urn) => gone.has(urn)),
  );
  if (affected.length === 0 || resource.provider === undefined) return false;
  const inputs = { ...resource.inputs };
  for (const [key] of affected) inputs[key] = UNKNOWN;
  const { ignoreChanges = [], replaceOnChanges = [] } = resource;
  const news = applyIgnoreChanges(inputs, resource.inputs, ignoreChanges);
  try {
    const provider = await providers.get(resource.provider);
    const decision = await providerDecision(provider, resource, news, { ignoreChanges, replaceOnChanges }, signal);
    return decision.change === "replace";
  } catch (error) {
    warn(resource.urn, `cannot tell whether it must be replaced as well: ${messageOf(error)}`);
    return true;
  }
}
