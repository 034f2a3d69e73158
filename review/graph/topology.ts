import type { PlannedStep, ReviewedResource } from "../types.js";
import { Builder } from "./builder.js";
import { describe, edge as describeEdge } from "./describe.js";
import { type Entry, entriesOf } from "./entries.js";
import { addLeaves } from "./leaves.js";
import { mark } from "./marks.js";
import { Places } from "./places.js";
import { relate } from "./relations.js";
import type { TopologySpec } from "./spec.js";
import { Tree } from "./tree.js";
import type { NodeKind, Topology, TopologyNode } from "./types.js";

export interface TopologyOptions {
  /** What the stack file says. */
  spec?: TopologySpec;
  /** A plan, whose changes are marked; what it deletes has to be among the resources. */
  steps?: PlannedStep[];
}

/** What an entry is within, from the outside in. */
const ORDER: NodeKind[] = ["cloud", "hypervisor", "machine", "zone"];

/** What a stack consists of, and how its parts hang together. */
export function topology(
  stack: string,
  resources: ReviewedResource[],
  { spec = {}, steps }: TopologyOptions = {},
): Topology {
  const tree = new Tree(resources);
  const builder = new Builder();
  const entries = entriesOf(tree).sort((a, b) => rank(a.kind) - rank(b.kind));
  const places = new Places(builder, tree, entries, spec);
  for (const entry of entries) addEntry(entry, places);
  addForeignEdges(places);
  addLeaves(places);
  relate(places);
  if (steps) mark(builder, tree, entries, steps);
  return { stack, nodes: inOrder([...builder.nodes.values()]), edges: builder.edges, planned: steps !== undefined };
}

function addEntry(entry: Entry, places: Places): void {
  const { kind, name, component } = entry;
  const { builder, tree, spec } = places;
  const parent = parentOf(entry, places);
  builder.add({ id: `${kind}:${name}`, kind, label: name, parent, urn: component.urn, ...describe(entry, tree, spec) });
}

/** What holds an entry: a machine what runs on it, a cloud its machines. */
function parentOf({ kind, name, component, variety }: Entry, places: Places): string | undefined {
  const { spec, entries } = places;
  switch (kind) {
    case "machine": {
      const { cloud, hypervisor } = spec.machines?.[name] ?? {};
      const said = places.entry("cloud", cloud) ?? places.entry("hypervisor", hypervisor);
      if (said) return said.id;
      const alike = entries.filter((other) => /cloud|hypervisor/.test(other.kind) && other.variety === variety);
      return alike.length === 1 ? `${alike[0]!.kind}:${alike[0]!.name}` : undefined;
    }
    case "agent":
    case "service":
    case "edge":
    case "database":
    case "backup": {
      const sections = { agent: spec.agents, service: spec.services, edge: spec.edge, backup: spec.backups };
      const said = kind === "database" ? undefined : sections[kind]?.[name]?.machine;
      return places.entry("machine", said)?.id ?? places.machineOf(component);
    }
    default:
      return undefined;
  }
}

/** Proxies of others, of which nothing is made: only the stack file knows them. */
function addForeignEdges({ builder, spec }: Places): void {
  for (const [name, edge] of Object.entries(spec.edge ?? {})) {
    const { detail, facts } = describeEdge(undefined, edge);
    builder.add({ id: `edge:${name}`, kind: "edge", label: name, detail, facts, parent: `machine:${edge.machine}` });
  }
}

const rank = (kind: NodeKind) => (ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length);

/** Parents before what they hold; otherwise as they came. */
function inOrder(nodes: TopologyNode[]): TopologyNode[] {
  const known = new Set(nodes.map(({ id }) => id));
  const below = (parent: string | undefined): TopologyNode[] =>
    nodes
      .filter((node) => (node.parent !== undefined && known.has(node.parent) ? node.parent : undefined) === parent)
      .flatMap((node) => [node, ...below(node.id)]);
  return below(undefined);
}
