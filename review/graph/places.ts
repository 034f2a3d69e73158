import type { ReviewedResource } from "../types.js";
import type { Builder } from "./builder.js";
import type { Entry } from "./entries.js";
import type { TopologySpec } from "./spec.js";
import type { Tree } from "./tree.js";
import type { NodeKind, TopologyNode } from "./types.js";

/** What is said of where things are. */
export class Places {
  constructor(
    readonly builder: Builder,
    readonly tree: Tree,
    readonly entries: Entry[],
    readonly spec: TopologySpec,
  ) {}

  /** The node of an entry. */
  entry(kind: NodeKind, name: string | undefined): TopologyNode | undefined {
    return name === undefined ? undefined : this.builder.nodes.get(`${kind}:${name}`);
  }

  /** The agent, service or edge of a name, which only one of them has. */
  named(name: string | undefined): string | undefined {
    return (["agent", "service", "edge"] as const).map((kind) => this.entry(kind, name)?.id).find(Boolean);
  }

  /** The entry's node that a resource is in. */
  ownerOf({ urn }: ReviewedResource): TopologyNode | undefined {
    return this.builder.nodes.get(this.tree.climb(urn, (at) => this.builder.ofUrn(at)) ?? "");
  }

  /** The machine that something is on, as far as it can be told: by what it depends on, or because there is no other. */
  machineOf(resource: ReviewedResource): string | undefined {
    const found = this.machineOfDependencies(resource);
    if (found !== undefined) return found;
    const machines = this.builder.of("machine");
    return machines.length === 1 ? machines[0]!.id : undefined;
  }

  /** The machine that something, or what is in it, depends on. */
  machineOfDependencies(resource: ReviewedResource): string | undefined {
    for (const urn of [resource, ...this.tree.below(resource.urn)].flatMap(({ dependencies }) => dependencies)) {
      const found = this.machineAround(this.tree.climb(urn, (at) => this.builder.ofUrn(at)));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The machine that a node is, or is in. */
  machineAround(id: string | undefined): string | undefined {
    for (let node = this.builder.nodes.get(id ?? ""); node; node = this.builder.nodes.get(node.parent ?? ""))
      if (node.kind === "machine") return node.id;
    return undefined;
  }
}
