import type { PlannedStep } from "../types.js";
import type { Builder } from "./builder.js";
import type { Entry } from "./entries.js";
import type { Tree } from "./tree.js";
import type { Change, TopologyNode } from "./types.js";

/** What a step is to those who look at a node. A read changes nothing. */
const CHANGES: Partial<Record<PlannedStep["op"], Change>> = {
  create: "create",
  import: "create",
  update: "update",
  refresh: "update",
  replace: "replace",
  delete: "delete",
  discard: "delete",
};

/** Helpers around what a thing is: replacing one of them does not replace the thing. */
const HELPERS = /^(command|random|tls|pulumi):/;
const HELPERS_OF_MACHINES = /:(?!Droplet$|Domain$|Instance$|VirtualMachine$)\w+$/;

/** Gives each step of a plan to the node that it belongs to, and each node its mark. */
export function mark(builder: Builder, tree: Tree, entries: Entry[], steps: PlannedStep[]): void {
  const byNode = new Map<string, PlannedStep[]>();
  for (const step of steps) {
    const id = ownerOf(step, builder, tree, entries);
    if (id !== undefined) byNode.set(id, [...(byNode.get(id) ?? []), step]);
  }
  for (const [id, own] of byNode) {
    const node = builder.nodes.get(id)!;
    const change = changeOf(node, own, builder, tree);
    if (change) node.change = change;
    node.steps = own.map(({ op, name, type, retained }) => ({ op, name, type, retained }));
  }
}

function ownerOf(step: PlannedStep, builder: Builder, tree: Tree, entries: Entry[]): string | undefined {
  const known = tree.get(step.urn) && tree.climb(step.urn, (urn) => builder.ofUrn(urn));
  if (known !== undefined) return known;
  // What the resources do not hold is known by its name, which begins with that of what it is in.
  const within = entries
    .filter(({ component }) => step.name.startsWith(`${component.name}-`))
    .sort((a, b) => b.component.name.length - a.component.name.length)[0];
  return within && builder.ofUrn(within.component.urn);
}

function changeOf(node: TopologyNode, steps: PlannedStep[], builder: Builder, tree: Tree): Change | undefined {
  // Only what refers to another stack comes and goes.
  if (node.kind === "shared") return undefined;
  const own = new Set(steps.filter(({ urn }) => builder.isThing(urn)).map(({ op }) => CHANGES[op]));
  if (own.has("create") && own.has("delete")) return "replace";
  for (const change of ["replace", "create", "delete"] as const) if (own.has(change)) return change;
  const isReplaced = steps.some((step) => step.op === "replace" && isEssential(step, node, builder, tree));
  if (isReplaced) return "replace";
  return steps.some(({ op }) => CHANGES[op] !== undefined) ? "update" : undefined;
}

/** Whether a thing is another one once that has been replaced: an agent's container, a machine's droplet. */
function isEssential({ urn, type }: PlannedStep, node: TopologyNode, builder: Builder, tree: Tree): boolean {
  const parent = tree.get(urn)?.parent;
  if (parent === undefined || builder.ofUrn(parent) !== node.id || HELPERS.test(type)) return false;
  return node.kind !== "machine" || !HELPERS_OF_MACHINES.test(type);
}
