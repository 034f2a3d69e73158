import type { StepInfo } from "../events.js";
import { ROOT_STACK, urnName, urnType } from "./style.js";

/** A resource in the tree of a plan; without a step it is only there because something below it changes. */
export interface TreeNode {
  urn: string;
  name: string;
  type: string;
  step?: StepInfo;
  children: TreeNode[];
}

/**
 * Steps under their parents. `known` are all steps of the run, the source of parents that do not change themselves.
 * The root stack is left out unless it has a step of its own to show.
 */
export function buildTree(shown: StepInfo[], known: StepInfo[]): TreeNode[] {
  const parents = new Map<string, string>();
  for (const step of known) {
    const parent = (step.new ?? step.old)?.parent;
    if (parent) parents.set(step.urn, parent);
  }
  const nodes = new Map<string, TreeNode>();
  const roots: TreeNode[] = [];
  const nodeOf = (urn: string): TreeNode => {
    const existing = nodes.get(urn);
    if (existing) return existing;
    const node: TreeNode = { urn, name: urnName(urn), type: urnType(urn), children: [] };
    nodes.set(urn, node);
    const parent = parents.get(urn);
    if (parent === undefined || urnType(parent) === ROOT_STACK) roots.push(node);
    else nodeOf(parent).children.push(node);
    return node;
  };
  for (const step of shown) {
    // One URN may both be replaced and lose an older object that still waits for its deletion.
    const node = nodeOf(step.urn);
    if (node.step === undefined) node.step = step;
    else {
      const parent = parents.get(step.urn);
      const siblings = parent && nodes.get(parent) ? nodes.get(parent)!.children : roots;
      siblings.push({ urn: step.urn, name: node.name, type: node.type, step, children: [] });
    }
  }
  // In the order of registration, whichever of them is shown first; deletions come last anyway.
  const order = new Map<string, number>();
  for (const [index, { urn }] of known.entries()) if (!order.has(urn)) order.set(urn, index);
  const place = ({ urn }: TreeNode): number => order.get(urn) ?? -1;
  const byPlace = (a: TreeNode, b: TreeNode): number => place(a) - place(b);
  for (const { children } of nodes.values()) children.sort(byPlace);
  return roots.sort(byPlace);
}
