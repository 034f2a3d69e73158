import type { StepOp } from "../events.js";
import { plural, shortType } from "./style.js";
import type { TreeNode } from "./tree.js";

/** Plans of up to so many lines are shown whole. */
export const WHOLE_LINES = 60;
/** So many siblings in which the same happens are told by one of them and a count. */
const FOLD_FROM = 4;
/** Names that a folded line tells; of what is deleted or replaced it tells more of them. */
const FEW_NAMES = 3;
const MANY_NAMES = 24;

/** A node that is shown, and its siblings in which the same happens as in it. */
export interface Fold {
  node: TreeNode;
  alike: TreeNode[];
}

/**
 * Groups siblings in which the same happens, each group at the place of its first. `textOf` tells what is shown of a node by itself;
 * where two differ only in the name of the sibling that they belong to, the same happens in them.
 */
export function foldSiblings(siblings: TreeNode[], textOf: (node: TreeNode) => string): Fold[] {
  const groups = new Map<string, TreeNode[]>();
  for (const node of siblings) {
    const key = signature(node, node.name, textOf);
    const group = groups.get(key);
    if (group) group.push(node);
    else groups.set(key, [node]);
  }
  const folds: Fold[] = [];
  for (const group of groups.values()) {
    const [first, ...rest] = group as [TreeNode, ...TreeNode[]];
    if (group.length >= FOLD_FROM) folds.push({ node: first, alike: rest });
    else folds.push(...group.map((node) => ({ node, alike: [] })));
  }
  const place = new Map(siblings.map((node, index) => [node, index]));
  return folds.sort((a, b) => place.get(a.node)! - place.get(b.node)!);
}

function signature(node: TreeNode, owner: string, textOf: (node: TreeNode) => string): string {
  const text = textOf(node).replaceAll(owner, "*");
  return JSON.stringify([node.type, text, node.children.map((child) => signature(child, owner, textOf))]);
}

/** `49 more docker:Container: a2, a3, a4 … a50 (each with 3 more resources)`. */
export function foldText(alike: TreeNode[]): string {
  const [first] = alike as [TreeNode];
  const names = alike.map(({ name }) => name);
  const told = alike.some(isDestructive) ? MANY_NAMES : FEW_NAMES;
  const list = names.length <= told + 1 ? names.join(", ") : `${names.slice(0, told).join(", ")} … ${names.at(-1)}`;
  const below = countBelow(first);
  const each = below > 0 ? ` (each with ${plural(below, "resource")} below it)` : "";
  return `${alike.length} more ${shortType(first.type)}: ${list}${each}`;
}

export function countBelow({ children }: TreeNode): number {
  return children.reduce((sum, child) => sum + 1 + countBelow(child), 0);
}

/** What cannot be undone is told by name. */
function isDestructive({ step, children }: TreeNode): boolean {
  const ops: (StepOp | undefined)[] = ["delete", "replace"];
  return ops.includes(step?.op) || children.some(isDestructive);
}
