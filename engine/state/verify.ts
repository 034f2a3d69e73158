import type { ResourceState, Snapshot } from "./types.js";

/**
 * What is wrong with a snapshot by the rules that the Pulumi CLI checks before it takes a state over; empty if nothing is.
 * A resource stands after everything that it refers to, and a URN is alive once at most.
 */
export function verifySnapshot(snapshot: Snapshot): string[] {
  const faults: string[] = [];
  const seen = new Map<string, ResourceState[]>();
  const all = new Set(snapshot.resources.map(({ urn }) => urn));
  for (const resource of snapshot.resources) {
    const name = resource.urn || "a resource";
    const fault = (text: string): void => {
      faults.push(`${name}: ${text}`);
    };
    if (!resource.urn) fault("it has no urn");
    if (!resource.type) fault("it has no type");
    if (!resource.custom && resource.id) fault("it is a component but has an id");

    const earlier = (what: string, urn: string): void => {
      if (seen.has(urn)) return;
      fault(all.has(urn) ? `its ${what} ${urn} comes after it` : `its ${what} ${urn} does not exist`);
    };
    if (resource.parent) earlier("parent", resource.parent);
    for (const urn of resource.dependencies) earlier("dependency", urn);
    for (const [property, urns] of Object.entries(resource.propertyDependencies)) {
      for (const urn of urns) earlier(`dependency (of property ${property})`, urn);
    }
    if (resource.deletedWith) earlier("deletedWith", resource.deletedWith);
    for (const urn of resource.replaceWith ?? []) earlier("replaceWith", urn);
    if (resource.provider) {
      const reference = splitReference(resource.provider);
      if (reference === undefined) fault(`its provider reference ${resource.provider} is malformed`);
      // While a provider waits for its replacement the reference may name the id that is gone.
      else if (!resource.pendingReplacement) {
        const providers = seen.get(reference.urn);
        if (!providers) earlier("provider", reference.urn);
        else if (!providers.some(({ id }) => id === reference.id)) {
          fault(`its provider ${reference.urn} has not the id ${reference.id}`);
        }
      }
    }

    const others = seen.get(resource.urn);
    if (others && !resource.delete && others.some((other) => !other.delete)) fault("it is there twice");
    if (others) others.push(resource);
    else seen.set(resource.urn, [resource]);
  }
  return faults;
}

function splitReference(reference: string): { urn: string; id: string } | undefined {
  const at = reference.lastIndexOf("::");
  if (!reference.startsWith("urn:pulumi:") || at < 0) return undefined;
  return { urn: reference.slice(0, at), id: reference.slice(at + 2) };
}
