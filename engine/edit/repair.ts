import { parseUrn, ROOT_STACK_TYPE, splitProviderRef } from "../deploy/goals/urn.js";
import { allReferencesOf } from "../deploy/snapshot/references.js";
import { EngineError } from "../errors.js";
import type { ResourceState, Snapshot } from "../state/types.js";
import { verifySnapshot } from "../state/verify.js";

/** One thing that a repair did. */
export type RepairChange =
  | { kind: "moved"; urn: string; from: number; to: number }
  | { kind: "renamed"; urn: string; to: string }
  /** A reference to something that is not there was dropped. */
  | { kind: "dropped"; urn: string; what: string; reference: string };

export interface Repair {
  snapshot: Snapshot;
  /** Empty if nothing was wrong. */
  changes: RepairChange[];
}

/**
 * Puts a state in order that the rules of Pulumi's checkpoints do not allow: resources come after what they refer to, and references
 * to what is not there are dropped; a resource whose parent is not there loses the parent's type in its URN, and what refers to
 * it follows. Throws EngineError for what cannot be mended so: circles, providers that are not there, two live resources of one URN.
 */
export function repairState(snapshot: Snapshot): Repair {
  if (verifySnapshot(snapshot).length === 0) return { snapshot, changes: [] };
  const sorted = sortByReferences(snapshot.resources);
  const changes: RepairChange[] = movesOf(snapshot.resources, sorted);
  const resources = prune(sorted, changes);
  const repaired = { ...snapshot, resources };
  const left = verifySnapshot(repaired);
  if (left.length > 0) throw unmendable(left.map((fault) => `  ${fault}`).join("\n"));
  return { snapshot: repaired, changes };
}

/** Depth first: each resource right after what it refers to, otherwise in the order that there was. */
function sortByReferences(resources: ResourceState[]): ResourceState[] {
  const live = new Map<string, ResourceState>();
  const leaving = new Map<string, ResourceState>();
  for (const resource of resources) (resource.delete ? leaving : live).set(resource.urn, resource);
  // What waits for its deletion was made when its like was still there.
  const lookUp = (urn: string, from: ResourceState) =>
    from.delete ? (leaving.get(urn) ?? live.get(urn)) : (live.get(urn) ?? leaving.get(urn));
  const sorted: ResourceState[] = [];
  const done = new Set<ResourceState>();
  const path: ResourceState[] = [];
  const visit = (resource: ResourceState): void => {
    if (done.has(resource)) return;
    if (path.includes(resource)) {
      const circle = [...path.slice(path.indexOf(resource)), resource].map(({ urn }) => `  ${urn}`);
      throw unmendable(`  these refer to one another in a circle:\n${circle.join("\n")}`);
    }
    path.push(resource);
    for (const urn of allReferencesOf(resource)) {
      const other = lookUp(urn, resource);
      if (other !== undefined) visit(other);
    }
    path.pop();
    done.add(resource);
    sorted.push(resource);
  };
  for (const resource of resources) visit(resource);
  return sorted;
}

function movesOf(before: ResourceState[], after: ResourceState[]): RepairChange[] {
  const places = new Map(before.map((resource, index) => [resource, index]));
  return after.flatMap((resource, to): RepairChange[] => {
    const from = places.get(resource) ?? to;
    return from > to ? [{ kind: "moved", urn: resource.urn, from, to }] : [];
  });
}

function prune(resources: ResourceState[], changes: RepairChange[]): ResourceState[] {
  /** URNs so far, to what they have become. */
  const seen = new Map<string, string>();
  return resources.map((resource) => {
    const dropped: RepairChange[] = [];
    const keep = (what: string, reference: string): string[] => {
      const present = seen.get(reference);
      if (present === undefined) dropped.push({ kind: "dropped", urn: resource.urn, what, reference });
      return present === undefined ? [] : [present];
    };
    const { parent, deletedWith, replaceWith, provider } = resource;
    const next: ResourceState = {
      ...resource,
      dependencies: resource.dependencies.flatMap((urn) => keep("dependency", urn)),
      propertyDependencies: Object.fromEntries(
        Object.entries(resource.propertyDependencies).map(([key, urns]) => [
          key,
          urns.flatMap((urn) => keep(`dependency of ${key}`, urn)),
        ]),
      ),
    };
    if (parent) {
      [next.parent] = keep("parent", parent);
      next.urn = below(next.parent, resource.urn);
    }
    if (deletedWith) [next.deletedWith] = keep("deletedWith", deletedWith);
    if (replaceWith) next.replaceWith = replaceWith.flatMap((urn) => keep("replaceWith", urn));
    if (provider) {
      const reference = splitProviderRef(provider);
      next.provider = `${seen.get(reference.urn) ?? reference.urn}::${reference.id}`;
    }
    seen.set(resource.urn, next.urn);
    changes.push(...dropped);
    if (next.urn !== resource.urn) changes.push({ kind: "renamed", urn: resource.urn, to: next.urn });
    const same = dropped.length === 0 && JSON.stringify(refs(next)) === JSON.stringify(refs(resource));
    return same ? resource : next;
  });
}

function refs({ urn, provider, ...rest }: ResourceState) {
  return [urn, provider, allReferencesOf(rest)];
}

/** A child's URN holds its parent's types. */
function below(parent: string | undefined, urn: string): string {
  const { stack, project, type, name, qualifiedType } = parseUrn(urn);
  const above = parent === undefined ? "" : parseUrn(parent).qualifiedType;
  const expected = above === "" || above === ROOT_STACK_TYPE ? type : `${above}$${type}`;
  return expected === qualifiedType ? urn : `urn:pulumi:${stack}::${project}::${expected}::${name}`;
}

function unmendable(what: string): EngineError {
  return new EngineError(
    `the state cannot be repaired by itself; nothing was changed:\n${what}`,
    "export it (`fleet state export <stack> --file state.json`), mend it by hand, and import it again",
    1,
  );
}
