import type { EngineEvent } from "../events.js";
import type { PendingOperation, ResourceState, Snapshot } from "../state/types.js";
import type { ProviderRegistry } from "./provider-registry.js";
import { parseUrn } from "./urn.js";

/** Marks a resource whose last change was cut off: it is carried out once more even if the inputs are the same. */
const INTERRUPTED = "its last change was interrupted";

/**
 * Clears what a killed run left pending, by asking the providers what really happened, so that the state is true before anything
 * is planned:
 * - a creation: what it left behind, if it carries the ownership labels that the operation recorded, is taken into the state;
 * - an update or deletion: the object is read; if it is gone it leaves the state, else it will be updated once more.
 * Operations of providers that cannot tell stay pending, with a warning.
 */
export async function recover(
  snapshot: Snapshot,
  providers: ProviderRegistry,
  options: { preview: boolean; onEvent: (event: EngineEvent) => void; signal: AbortSignal },
): Promise<Snapshot> {
  const { onEvent, signal } = options;
  if (snapshot.pendingOperations.length === 0) return snapshot;
  let resources = snapshot.resources;
  const kept: PendingOperation[] = [];
  for (const operation of snapshot.pendingOperations) {
    const { resource, type } = operation;
    const tell = (severity: "info" | "warning", what: string) =>
      onEvent({
        kind: "diagnostic",
        severity,
        urn: resource.urn,
        message: `an earlier run was interrupted while ${type} ${parseUrn(resource.urn).name}: ${what}`,
      });
    if (type === "reading" || type === "importing" || resource.provider === undefined) continue;
    const provider = await providers.get(resource.provider);
    const call = { urn: resource.urn, type: resource.type, signal };
    if (type === "creating") {
      if (options.preview) {
        tell("info", "the next up looks for it first");
        kept.push(operation);
        continue;
      }
      if (provider.provider.recover === undefined) {
        kept.push(operation);
        tell("warning", "it may exist; look, and remove or import it");
        continue;
      }
      const found = await provider.recover(call, resource.inputs);
      if (found === undefined || found.id === "") {
        tell("info", "nothing is left of it, it will be made anew");
        continue;
      }
      tell("info", `it exists (${shortId(found.id)}) and is ours: taken into the state`);
      resources = takeUp(resources, {
        ...resource,
        id: found.id,
        inputs: found.inputs ?? resource.inputs,
        outputs: found.outputs,
        initErrors: [INTERRUPTED],
      });
      continue;
    }
    const at = resources.findIndex((item) => item.urn === resource.urn && item.id === resource.id);
    const current = resources[at];
    if (current === undefined) continue;
    const live = await provider.read(call, current.id ?? "", current.inputs, current.outputs);
    if (live.id === "") {
      tell("info", "it is gone: taken out of the state");
      resources = removeAt(resources, at);
    } else {
      tell("info", "it is still there and will be brought up to date");
      const next: ResourceState = { ...current, id: live.id, outputs: live.outputs, initErrors: [INTERRUPTED] };
      resources = resources.map((item, index) => (index === at ? next : item));
    }
  }
  return { ...snapshot, resources, pendingOperations: kept };
}

/** A found object becomes the resource; one of the same URN that it was to replace now waits for its deletion. */
function takeUp(resources: ResourceState[], found: ResourceState): ResourceState[] {
  const others = resources
    .filter((item) => !(item.urn === found.urn && item.pendingReplacement))
    .map((item) => (item.urn === found.urn && !item.delete ? { ...item, delete: true } : item));
  return [...others, found];
}

/** Takes a resource out and mends what referred to it: dependencies drop it, its children go to its parent. */
export function removeAt(resources: ResourceState[], at: number): ResourceState[] {
  const gone = resources[at];
  const rest = resources.filter((_, index) => index !== at);
  if (gone === undefined || rest.some((item) => item.urn === gone.urn)) return rest;
  const without = (urns: string[]) => urns.filter((urn) => urn !== gone.urn);
  return rest.map((item) => ({
    ...item,
    dependencies: without(item.dependencies),
    propertyDependencies: Object.fromEntries(
      Object.entries(item.propertyDependencies).map(([key, urns]) => [key, without(urns)]),
    ),
    parent: item.parent === gone.urn ? gone.parent : item.parent,
    deletedWith: item.deletedWith === gone.urn ? undefined : item.deletedWith,
    replaceWith: item.replaceWith && without(item.replaceWith),
  }));
}

function shortId(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}
