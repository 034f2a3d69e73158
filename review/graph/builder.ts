import type { NodeKind, Relation, TopologyEdge, TopologyNode } from "./types.js";

type Made = Pick<TopologyNode, "kind" | "label" | "detail" | "parent"> & {
  id: string;
  facts?: Record<string, string | undefined>;
  /** URN of the resource that the node stands for. */
  urn?: string;
};

/** Collects nodes and what they have to do with each other. */
export class Builder {
  readonly nodes = new Map<string, TopologyNode>();
  /** Whose network each one is. */
  readonly makers = new Map<string, string>();
  readonly #edges = new Map<string, TopologyEdge>();
  readonly #ofUrn = new Map<string, string>();
  readonly #things = new Set<string>();

  /** Adds a node; one that is there already stays as it is. */
  add({ id, kind, label, detail, parent, facts = {}, urn }: Made): string {
    if (urn !== undefined) {
      this.#ofUrn.set(urn, id);
      this.#things.add(urn);
    }
    if (this.nodes.has(id)) return id;
    const known = Object.entries(facts).filter((fact): fact is [string, string] => fact[1] !== undefined);
    this.nodes.set(id, { id, kind, label, detail, ...(parent && { parent }), facts: known, steps: [] });
    return id;
  }

  /** The node that a resource is, or is a part of. */
  ofUrn(urn: string): string | undefined {
    return this.#ofUrn.get(urn);
  }

  /** Whether a resource is what its node stands for, and no part of it. */
  isThing(urn: string): boolean {
    return this.#things.has(urn);
  }

  /** Makes a resource a part of a node. */
  own(urn: string, id: string): void {
    this.#ofUrn.set(urn, id);
  }

  relate(from: string | undefined, relation: Relation, to: string | undefined, label: string): void {
    if (from === undefined || to === undefined || from === to) return;
    const key = JSON.stringify([from, relation, to]);
    if (!this.#edges.has(key)) this.#edges.set(key, { from, to, relation, label });
  }

  get edges(): TopologyEdge[] {
    return [...this.#edges.values()];
  }

  of(...kinds: NodeKind[]): TopologyNode[] {
    return [...this.nodes.values()].filter(({ kind }) => kinds.includes(kind));
  }
}

/** Joins what is known with a middle dot. */
export const line = (...parts: (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== "").join(" · ");
