import { type Json, type JsonMap, type ReviewedResource, SECRET, UNKNOWN } from "../types.js";

/** A stack's resources as the tree that their parents make. */
export class Tree {
  readonly #byUrn = new Map<string, ReviewedResource>();
  readonly #children = new Map<string, ReviewedResource[]>();

  constructor(readonly resources: ReviewedResource[]) {
    for (const resource of resources) this.#byUrn.set(resource.urn, resource);
    for (const resource of resources) {
      if (resource.parent === undefined) continue;
      const siblings = this.#children.get(resource.parent);
      if (siblings) siblings.push(resource);
      else this.#children.set(resource.parent, [resource]);
    }
  }

  get(urn: string | undefined): ReviewedResource | undefined {
    return urn === undefined ? undefined : this.#byUrn.get(urn);
  }

  parentOf({ parent }: ReviewedResource): ReviewedResource | undefined {
    return this.get(parent);
  }

  children(urn: string): ReviewedResource[] {
    return this.#children.get(urn) ?? [];
  }

  /** All that is below a resource, without itself. */
  below(urn: string): ReviewedResource[] {
    return this.children(urn).flatMap((child) => [child, ...this.below(child.urn)]);
  }

  /** The first of a resource and those that it is in that has a value. */
  climb<T>(urn: string, look: (urn: string) => T | undefined): T | undefined {
    for (let at: string | undefined = urn; at !== undefined; at = this.get(at)?.parent) {
      const found = look(at);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** Docker's labels as a map, whichever way they are written. */
export function labelsOf({ inputs }: ReviewedResource): Record<string, string> {
  const { labels } = inputs;
  if (!Array.isArray(labels)) return {};
  return Object.fromEntries(
    labels.flatMap((item) => {
      const { label, value } = map(item);
      return typeof label === "string" && typeof value === "string" ? [[label, value]] : [];
    }),
  );
}

/** An array of maps, or none. */
export const maps = (value: Json | undefined): JsonMap[] => (Array.isArray(value) ? value.map(map) : []);

export const map = (value: Json | undefined): JsonMap =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};

/** A text, or a number as text; undefined for all else, and for what is secret or not known. */
export function text(value: Json | undefined): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" && value !== SECRET && value !== UNKNOWN ? value : undefined;
}
