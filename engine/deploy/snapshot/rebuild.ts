import type { ResourceState } from "../../state/types.js";
import { ROOT_STACK_TYPE } from "../goals/urn.js";

/**
 * The resources without those that are gone, and with what referred to them mended: dependencies drop them, children go to the
 * nearest ancestor that is left. By position, not by URN alone: several objects can share a URN while one replaces another, and a
 * reference means one that stands before it. States that need no mending are given back as they are.
 */
export function withoutGone(resources: ResourceState[], gone: ReadonlySet<ResourceState>): ResourceState[] {
  if (gone.size === 0) return resources;
  const present = new Set<string>();
  /** Of every URN so far, gone or not: where its children belong if it is gone. */
  const parents = new Map<string, string | undefined>();
  const result: ResourceState[] = [];
  for (const resource of resources) {
    const parent = nearest(resource.parent, present, parents);
    parents.set(resource.urn, parent);
    if (gone.has(resource)) continue;
    result.push(mend(resource, parent, present));
    present.add(resource.urn);
  }
  return result;
}

/** The resources and one more behind them, which lets go of what is not there; a child of what is gone goes to the root stack. */
export function withReturned(resources: ResourceState[], returned: ResourceState): ResourceState[] {
  const present = new Set(resources.map((item) => item.urn));
  const root = resources.find((item) => item.type === ROOT_STACK_TYPE)?.urn;
  const parent = returned.parent !== undefined && present.has(returned.parent) ? returned.parent : root;
  return [...resources, mend(returned, parent, present)];
}

function nearest(
  urn: string | undefined,
  present: ReadonlySet<string>,
  parents: ReadonlyMap<string, string | undefined>,
): string | undefined {
  let parent = urn;
  while (parent !== undefined && !present.has(parent)) parent = parents.get(parent);
  return parent;
}

function mend(resource: ResourceState, parent: string | undefined, present: ReadonlySet<string>): ResourceState {
  const { dependencies, propertyDependencies, deletedWith, replaceWith } = resource;
  const listed = [dependencies, ...Object.values(propertyDependencies), replaceWith ?? []].flat();
  const dangles = (urn: string | undefined) => urn !== undefined && !present.has(urn);
  if (resource.parent === parent && !dangles(deletedWith) && !listed.some(dangles)) return resource;
  const kept = (urns: string[]) => urns.filter((urn) => present.has(urn));
  const mended: ResourceState = { ...resource, dependencies: kept(dependencies) };
  mended.propertyDependencies = Object.fromEntries(
    Object.entries(propertyDependencies).map(([key, urns]) => [key, kept(urns)]),
  );
  if (parent === undefined) delete mended.parent;
  else mended.parent = parent;
  if (dangles(deletedWith)) delete mended.deletedWith;
  if (replaceWith !== undefined) mended.replaceWith = kept(replaceWith);
  return mended;
}
