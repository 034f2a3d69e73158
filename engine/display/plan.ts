import type { EngineEvent, StepInfo } from "../events.js";
import { ReplacementCauses } from "./causes.js";
import { foldSiblings, foldText, WHOLE_LINES } from "./fold.js";
import { Masker } from "./mask.js";
import { allProperties, changedProperties } from "./property-diff.js";
import {
  isDefaultProvider,
  opStyle,
  type Paint,
  paintFor,
  paintOp,
  plural,
  ROOT_STACK,
  shortType,
  urnType,
} from "./style.js";
import { buildTree, type TreeNode } from "./tree.js";

export interface PlanOptions {
  color: boolean;
  /** Show what does not change, too. */
  showSames?: boolean;
  /** Show every input of what is created, not only that it is. */
  full?: boolean;
  masker?: Masker;
}

/**
 * A plan as a tree of resources under their parents: what happens to each, which properties change from what to what, and which of
 * them forces a replacement. Ends with a line end unless there is nothing to show.
 */
export function renderPlan(steps: StepInfo[], options: PlanOptions): string {
  const masker = options.masker ?? new Masker();
  for (const step of steps) learnSecrets(step, masker);
  const paint = paintFor(options.color);
  const causes = new ReplacementCauses(steps, masker);
  const unchanged = options.showSames ? new Map<string, number>() : countUnchanged(steps);
  const shown = steps.filter((step) => isShown(step, options.showSames ?? false));
  const roots = buildTree(shown, steps);
  const context: Context = { paint, masker, options, causes, unchanged, folded: false };
  let lines = treeLines(roots, "", context);
  if (lines.length > WHOLE_LINES && !options.full && !options.showSames)
    lines = [...treeLines(roots, "", { ...context, folded: true }), ...unchangedLines(roots, steps, context)];
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

/** What the tree leaves out: how many there are of each type, in their own right and below those. */
function unchangedLines(roots: TreeNode[], steps: StepInfo[], { paint, unchanged }: Context): string[] {
  const told = new Set(roots.map(({ urn }) => urn));
  const types = new Map<string, { count: number; below: number }>();
  for (const { op, urn, type, new: state } of steps) {
    const top = state?.parent === undefined || urnType(state.parent) === ROOT_STACK;
    if (op !== "same" || !top || told.has(urn) || type === ROOT_STACK || isDefaultProvider(urn)) continue;
    const known = types.get(type) ?? { count: 0, below: 0 };
    types.set(type, { count: known.count + 1, below: known.below + (unchanged.get(urn) ?? 0) });
  }
  if (types.size === 0) return [];
  const list = [...types].map(
    ([type, { count, below }]) =>
      `${count} ${shortType(type)}${below > 0 ? ` with ${plural(below, "resource")} below ${count > 1 ? "them" : "it"}` : ""}`,
  );
  return [`     ${paint.dim(`unchanged: ${list.join(", ")}`)}`];
}

/** How many resources below each component are left alone. */
function countUnchanged(steps: StepInfo[]): Map<string, number> {
  const counts = new Map<string, number>();
  const parents = new Map(steps.map((step) => [step.urn, (step.new ?? step.old)?.parent]));
  for (const step of steps) {
    if (step.op !== "same" || isDefaultProvider(step.urn)) continue;
    for (let parent = parents.get(step.urn); parent && urnType(parent) !== ROOT_STACK; parent = parents.get(parent))
      counts.set(parent, (counts.get(parent) ?? 0) + 1);
  }
  return counts;
}

/** Collects the steps of a preview. */
export class PlanView {
  readonly steps: StepInfo[] = [];
  readonly #at = new Map<string, number>();

  constructor(private readonly options: PlanOptions) {}

  onEvent(event: EngineEvent): void {
    if (event.kind !== "step-start" && event.kind !== "step-done" && event.kind !== "step-failed") return;
    const { step } = event;
    // The same step again, finished: it may know more by now.
    const key = `${step.op} ${step.urn} ${step.op.startsWith("delete") ? (step.old?.id ?? "") : ""}`;
    const index = this.#at.get(key);
    if (index !== undefined) this.steps[index] = step;
    else this.#at.set(key, this.steps.push(step) - 1);
  }

  /** True if the plan would change anything. */
  get hasChanges(): boolean {
    return this.steps.some((step) => isShown(step, false));
  }

  render(): string {
    return renderPlan(this.steps, this.options);
  }
}

/** Tells a masker all secrets of a step. */
export function learnSecrets(step: StepInfo, masker: Masker): void {
  for (const state of [step.old, step.new]) {
    masker.learn(state?.inputs);
    masker.learn(state?.outputs);
    masker.learn(state?.replacementTrigger);
  }
}

/** Steps that people see: no machinery, no parts of a replacement. */
export function isShown(step: StepInfo, showSames: boolean): boolean {
  if (!step.logical || isDefaultProvider(step.urn)) return false;
  if (step.op === "same") return showSames && step.type !== ROOT_STACK;
  if (step.op === "refresh") return showSames || step.new === undefined || (step.diffs?.length ?? 0) > 0;
  return step.type !== ROOT_STACK || step.op !== "update";
}

interface Context {
  paint: Paint;
  masker: Masker;
  options: PlanOptions;
  causes: ReplacementCauses;
  /** Resources that are left alone, by the URN of what they are below. */
  unchanged: Map<string, number>;
  /** Siblings in which the same happens are told by one of them and a count. */
  folded: boolean;
}

function treeLines(siblings: TreeNode[], prefix: string, context: Context): string[] {
  const { paint, masker } = context;
  const folds = context.folded
    ? foldSiblings(siblings, (node) => ownLines(node, context).join("\n"))
    : siblings.map((node) => ({ node, alike: [] }));
  return folds.flatMap(({ node, alike }, index) => {
    const last = index === folds.length - 1;
    const lines = nodeLines(node, prefix, last && alike.length === 0, context);
    if (alike.length === 0) return lines;
    const symbol = node.step ? paintOp(paint, node.step.op, opStyle(node.step.op).symbol) : "  ";
    const branch = paint.dim(`${prefix}${last ? "└─ " : "├─ "}`);
    const word = node.step ? `  ${paintOp(paint, node.step.op, wordFor(node.step))}` : "";
    return [...lines, `  ${symbol} ${branch}${masker.mask(foldText(alike))}${word}`];
  });
}

function nodeLines(node: TreeNode, prefix: string, last: boolean, context: Context): string[] {
  const { paint } = context;
  const { step } = node;
  const branch = paint.dim(`${prefix}${last ? "└─ " : "├─ "}`);
  const below = `${prefix}${last ? "   " : "│  "}`;
  const symbol = step ? paintOp(paint, step.op, opStyle(step.op).symbol) : "  ";
  const [first = "", ...rest] = ownLines(node, context);
  const bar = node.children.length > 0 ? "│ " : "  ";
  return [
    `  ${symbol} ${branch}${first}`,
    ...rest.map((line) => `     ${paint.dim(below + bar)}${line}`),
    ...treeLines(node.children, below, context),
  ];
}

/** What is told of a node by itself: what it is and what happens to it, then its properties. */
function ownLines({ urn, name, type, step }: TreeNode, context: Context): string[] {
  const { paint, masker, unchanged } = context;
  // Only what comes from the program is masked: a secret may happen to be a word of ours.
  const title = masker.mask(name);
  const count = unchanged.get(urn) ?? 0;
  const rest = count > 0 ? `  ${paint.dim(`(${count} unchanged below it)`)}` : "";
  if (step === undefined) return [`${title}  ${paint.dim(shortType(type))}${rest}`];
  const bold = step.op === "same" ? title : paint.bold(title);
  return [`${bold}  ${paint.dim(shortType(type))}  ${headline(step, context)}${rest}`, ...details(step, context)];
}

/** What happens, in words, with what one should know about it. */
function headline(step: StepInfo, context: Context): string {
  const { paint } = context;
  const words = paintOp(paint, step.op, wordFor(step));
  const notes: string[] = [];
  if (step.retained) notes.push("retained: the object itself stays");
  if (step.op === "replace") {
    const order = context.causes.order(step.urn);
    if (order)
      notes.push(order === "delete first" ? "the old one is deleted first" : "the old one is deleted at the end");
    const cause = context.causes.of(step);
    if (cause) notes.push(cause);
  }
  if (step.op === "update" && !step.diffs?.length && step.old?.initErrors?.length)
    notes.push("it had not become ready");
  if (step.old?.protect && /delete|replace/.test(step.op)) notes.push("protected");
  return notes.length > 0 ? `${words} ${paint.dim(`(${notes.join("; ")})`)}` : words;
}

function wordFor(step: StepInfo): string {
  if (step.op === "refresh") return step.new === undefined ? "gone" : "changed outside";
  return opStyle(step.op).plan;
}

function details(step: StepInfo, { paint, masker, options, causes }: Context): string[] {
  switch (step.op) {
    case "update":
    case "replace":
    case "refresh":
      return changedProperties(step, paint, masker, (key) => causes.behind(step, key));
    case "create":
    case "import":
      return options.full ? allProperties(step.new?.inputs ?? {}, "+", paint, masker) : [];
    default:
      return [];
  }
}
