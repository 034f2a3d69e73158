import type { EngineEvent, StepInfo, StepOp } from "../events.js";
import { Masker } from "./mask.js";
import { allProperties, changedProperties } from "./property-diff.js";
import { isDefaultProvider, opStyle, type Paint, paintFor, paintOp, ROOT_STACK, shortType, urnName } from "./style.js";
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
  const context = { paint, masker, options, order: replacementOrder(steps), replaced: replacedUrns(steps) };
  const shown = steps.filter((step) => isShown(step, options.showSames ?? false));
  const roots = buildTree(shown, steps);
  const lines = roots.flatMap((node, index) => nodeLines(node, "", index === roots.length - 1, context));
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
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
  order: Map<string, "delete first" | "create first">;
  replaced: Set<string>;
}

function nodeLines(node: TreeNode, prefix: string, last: boolean, context: Context): string[] {
  const { paint, masker } = context;
  const { step } = node;
  // Only what comes from the program is masked: a secret may happen to be a word of ours.
  const title = masker.mask(node.name);
  const branch = paint.dim(`${prefix}${last ? "└─ " : "├─ "}`);
  const below = `${prefix}${last ? "   " : "│  "}`;
  const type = paint.dim(shortType(node.type));
  const lines: string[] = [];
  if (step === undefined) {
    lines.push(`     ${branch}${title}  ${type}`);
  } else {
    const symbol = paintOp(paint, step.op, opStyle(step.op).symbol);
    const name = step.op === "same" ? title : paint.bold(title);
    lines.push(`  ${symbol} ${branch}${name}  ${type}  ${headline(step, context)}`);
    const bar = node.children.length > 0 ? "│ " : "  ";
    for (const line of details(step, context)) lines.push(`     ${paint.dim(below + bar)}${line}`);
  }
  for (const [index, child] of node.children.entries()) {
    lines.push(...nodeLines(child, below, index === node.children.length - 1, context));
  }
  return lines;
}

/** What happens, in words, with what one should know about it. */
function headline(step: StepInfo, context: Context): string {
  const { paint } = context;
  const words = paintOp(paint, step.op, wordFor(step));
  const notes: string[] = [];
  if (step.retained) notes.push("retained: the object itself stays");
  if (step.op === "replace") {
    const order = context.order.get(step.urn);
    if (order)
      notes.push(order === "delete first" ? "the old one is deleted first" : "the old one is deleted at the end");
    const cause = replacementCause(step, context);
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

/** Why a resource is replaced when no property of its own says so. */
function replacementCause(step: StepInfo, { replaced, masker }: Context): string | undefined {
  const keys = step.replaceKeys ?? [];
  const names: Record<string, string> = {
    provider: "its provider changed",
    replacementTrigger: "its replacement trigger changed",
    deletedWith: "what it is deleted with is replaced",
    replaceWith: "what it is replaced with is replaced",
    "#initerror": "it had not become ready",
  };
  for (const key of keys) {
    if (names[key] && step.old?.inputs[key] === undefined && step.new?.inputs[key] === undefined) return names[key];
  }
  if (keys.length > 0 || Object.keys(step.detailedDiff ?? {}).length > 0) return undefined;
  if (step.old?.pendingReplacement) return "its replacement was interrupted";
  if (step.old?.taint) return "its creation had failed";
  const causes = (step.old?.dependencies ?? []).filter((urn) => replaced.has(urn)).map(urnName);
  return causes.length > 0 ? `it depends on ${masker.mask(causes.join(", "))}` : undefined;
}

function details(step: StepInfo, { paint, masker, options }: Context): string[] {
  switch (step.op) {
    case "update":
    case "replace":
    case "refresh":
      return changedProperties(step, paint, masker);
    case "create":
    case "import":
      return options.full ? allProperties(step.new?.inputs ?? {}, "+", paint, masker) : [];
    default:
      return [];
  }
}

function replacementOrder(steps: StepInfo[]): Context["order"] {
  const order: Context["order"] = new Map();
  for (const { op, urn } of steps) {
    if (op !== "delete-replaced" && op !== "create-replacement") continue;
    if (!order.has(urn)) order.set(urn, op === "delete-replaced" ? "delete first" : "create first");
  }
  return order;
}

function replacedUrns(steps: StepInfo[]): Set<string> {
  const ops: StepOp[] = ["replace", "delete-replaced", "create-replacement"];
  return new Set(steps.filter(({ op }) => ops.includes(op)).map(({ urn }) => urn));
}
