import { didYouMeanUrn } from "../deploy/goals/near-urns.js";
import { parseUrn } from "../deploy/goals/urn.js";
import { referencesOf } from "../deploy/snapshot/references.js";
import { Renames } from "../deploy/snapshot/renames.js";
import { EngineError } from "../errors.js";
import type { ResourceState, Snapshot } from "../state/types.js";

/** A state as an edit leaves it. Nothing of the former one was changed in place. */
export interface StateEdit {
  snapshot: Snapshot;
  /** URNs of what was edited, as they were before. */
  edited: string[];
}

/**
 * Takes resources out of the state; the objects themselves stay. Throws EngineError for what is not there, for protected resources
 * unless forced, and for those that others depend on unless those are to go too.
 */
export function deleteFromState(
  snapshot: Snapshot,
  urns: string[],
  options: { force?: boolean; targetDependents?: boolean; id?: string } = {},
): StateEdit {
  const gone = new Set(urns.map((urn) => findOne(snapshot, urn, options.id)));
  for (;;) {
    const dependents = dangling(snapshot.resources, gone);
    if (dependents.length === 0) break;
    if (!options.targetDependents) {
      throw new EngineError(
        `other resources depend on what is to be deleted:\n${list(dependents)}`,
        "delete those too, or add --target-dependents",
        1,
      );
    }
    for (const resource of dependents) gone.add(resource);
  }
  const guarded = [...gone].filter(({ protect }) => protect);
  if (guarded.length > 0 && !options.force)
    throw new EngineError(`protected resources would be deleted:\n${list(guarded)}`, "add --force if this is meant", 1);
  const resources = snapshot.resources.filter((resource) => !gone.has(resource));
  return { snapshot: { ...snapshot, resources }, edited: [...gone].map(({ urn }) => urn) };
}

/** Resources that refer to something that would no longer be before them. */
function dangling(resources: ResourceState[], gone: ReadonlySet<ResourceState>): ResourceState[] {
  const urns = new Set<string>();
  const providers = new Set<string>();
  const found: ResourceState[] = [];
  const lost = new Set([...gone].map(({ urn }) => urn));
  const lostProviders = new Set([...gone].map(({ urn, id }) => `${urn}::${id}`));
  for (const resource of resources) {
    if (gone.has(resource)) continue;
    const misses = referencesOf(resource).some((urn) => lost.has(urn) && !urns.has(urn));
    const provider = resource.provider ?? "";
    if (misses || (lostProviders.has(provider) && !providers.has(provider))) found.push(resource);
    urns.add(resource.urn);
    providers.add(`${resource.urn}::${resource.id}`);
  }
  return found;
}

/** Gives a resource another name. Whatever refers to it, children included, refers to its new URN. */
export function renameInState(snapshot: Snapshot, urn: string, name: string): StateEdit & { urn: string } {
  if (name === "") throw new EngineError("the new name is empty");
  const resource = findOne(snapshot, urn);
  const next = urn.slice(0, urn.length - parseUrn(urn).name.length) + name;
  if (next === urn) return { snapshot, edited: [], urn };
  if (snapshot.resources.some((other) => other.urn === next))
    throw new EngineError(`there is a resource ${next} already`, "choose another name");
  const renames = new Renames();
  renames.add(urn, next);
  const rename = (state: ResourceState): ResourceState => {
    const applied = renames.apply(state);
    return state === resource || state.urn === urn ? { ...applied, urn: next } : applied;
  };
  return {
    snapshot: {
      ...snapshot,
      resources: snapshot.resources.map(rename),
      pendingOperations: snapshot.pendingOperations.map((operation) => {
        return { ...operation, resource: rename(operation.resource) };
      }),
    },
    edited: [urn],
    urn: next,
  };
}

/** Sets or clears a mark of resources; `"all"`: of every one that is not about to be deleted. */
export function markInState(
  snapshot: Snapshot,
  urns: string[] | "all",
  mark: "protect" | "taint",
  value: boolean,
): StateEdit {
  const meant = urns === "all" ? undefined : new Set(urns);
  const live = snapshot.resources.filter((resource) => !resource.delete);
  for (const urn of meant ?? []) if (!live.some((resource) => resource.urn === urn)) throw notThere(urn, live);
  const edited: string[] = [];
  const resources = snapshot.resources.map((resource) => {
    const isMeant = !resource.delete && (meant === undefined || meant.has(resource.urn));
    if (!isMeant || (resource[mark] ?? false) === value) return resource;
    edited.push(resource.urn);
    return { ...resource, [mark]: value || undefined };
  });
  return { snapshot: { ...snapshot, resources }, edited };
}

/** The one resource of a URN. Several share one while they wait for their deletion: then an id has to say which. */
function findOne(snapshot: Snapshot, urn: string, id?: string): ResourceState {
  const all = snapshot.resources.filter((resource) => resource.urn === urn);
  const found = id === undefined ? all : all.filter((resource) => resource.id === id);
  if (all.length === 0) throw notThere(urn, snapshot.resources);
  if (found.length === 1) return found[0] as ResourceState;
  const ids = all.map((resource) => `  ${resource.id ?? "(no id)"}${resource.delete ? ", to be deleted" : ""}`);
  throw new EngineError(
    `${id === undefined ? "several resources have" : `no resource with the id ${id} has`} the URN ${urn}; their ids:\n${ids.join("\n")}`,
    "say which with --id",
  );
}

function notThere(urn: string, resources: ResourceState[]): EngineError {
  const known = resources.map((resource) => resource.urn);
  return new EngineError(
    `there is no resource ${urn} in the state${didYouMeanUrn(urn, known)}`,
    "`fleet state list <stack>` lists the URNs; quote one: a shell takes the `$` out of it",
  );
}

function list(resources: ResourceState[]): string {
  return resources.map(({ urn }) => `  ${urn}`).join("\n");
}
