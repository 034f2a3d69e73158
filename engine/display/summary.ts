import { type EngineEvent, hasChanges, type RunResult, type StepOp } from "../events.js";
import type { PropertyMap } from "../values.js";
import type { Masker } from "./mask.js";
import { allProperties, changedBetween } from "./property-diff.js";
import { duration, opStyle, type Paint, paintOp, plainText, plural, shortType, urnName, urnType } from "./style.js";

/** In the order in which they are told. */
const COUNTED: StepOp[] = ["create", "import", "read", "update", "refresh", "replace", "delete", "discard"];

/** Counts, duration, what was kept, outputs: how a run ends. */
export function renderSummary(result: RunResult, paint: Paint, masker: Masker, oldOutputs: PropertyMap): string {
  return [
    ...outputLines(result, paint, masker, oldOutputs),
    ...countLines(result, paint),
    ...retainedLines(result, paint),
    "",
    `${outcome(result, paint)}  ${paint.dim(`Duration: ${duration(result.durationSeconds)}`)}`,
    "",
  ].join("\n");
}

function countLines({ changes, preview }: RunResult, paint: Paint): string[] {
  const lines = COUNTED.filter((op) => changes[op]).map((op) => {
    const { symbol, plan, done } = opStyle(op);
    return `    ${paintOp(paint, op, `${symbol} ${changes[op]} ${preview ? `to ${plan}` : done}`)}`;
  });
  const changed = lines.length > 0;
  if (changes.same) lines.push(paint.dim(`    ${changed ? "   " : ""}${changes.same} unchanged`));
  return lines.length > 0 ? ["Resources:", ...lines] : [];
}

function retainedLines({ retained, preview }: RunResult, paint: Paint): string[] {
  if (retained.length === 0) return [];
  const width = Math.max(...retained.map(({ urn }) => urnName(urn).length));
  const lines = retained.map(
    ({ urn, type, id }) => `    ${urnName(urn).padEnd(width)}  ${paint.dim(`${shortType(type)}  ${id}`)}`,
  );
  return ["", preview ? "Would be kept:" : "Kept, with their data:", ...lines];
}

function outputLines(
  { outputs, preview, operation }: RunResult,
  paint: Paint,
  masker: Masker,
  oldOutputs: PropertyMap,
): string[] {
  if (operation === "destroy") return [];
  const keys = [...new Set([...Object.keys(oldOutputs), ...Object.keys(outputs)])].sort();
  const only = (map: PropertyMap, key: string): PropertyMap => (map[key] === undefined ? {} : { [key]: map[key] });
  const lines = keys.flatMap((key) => {
    const changed = changedBetween(only(oldOutputs, key), only(outputs, key), paint, masker);
    return changed.length > 0 || preview ? changed : allProperties(only(outputs, key), " ", paint, masker);
  });
  return lines.length > 0 ? ["Outputs:", ...lines.map((line) => `    ${line}`), ""] : [];
}

function outcome(result: RunResult, paint: Paint): string {
  const what = result.preview
    ? "Preview"
    : { preview: "Preview", update: "Update", refresh: "Refresh", destroy: "Destroy", import: "Import" }[
        result.operation
      ];
  const corrupt = result.maybeCorrupt ? paint.yellow(" A step was cut off: the next run looks what became of it.") : "";
  if (result.outcome === "failed") return paint.red(paint.bold(`${what} failed.`)) + corrupt;
  if (result.outcome === "cancelled") return paint.yellow(paint.bold(`${what} cancelled.`)) + corrupt;
  if (!hasChanges(result)) return paint.green("No changes.");
  return paint.green(result.preview ? "Preview done." : `${what} done.`);
}

type Diagnostic = Extract<EngineEvent, { kind: "diagnostic" }>;

/** Collects what went wrong or was said about resources, each thing once. */
export class Diagnostics {
  readonly #byUrn = new Map<string, { severity: Diagnostic["severity"]; message: string }[]>();

  add({ severity, message, urn = "", ephemeral }: Omit<Diagnostic, "kind">): void {
    if (severity === "debug" || ephemeral) return;
    const text = message.trim();
    const list = this.#byUrn.get(urn) ?? [];
    this.#byUrn.set(urn, list);
    // A step's failure comes with and without its introduction, `create docker:… "x": …`: under the resource's name the bare one does.
    if (list.some((known) => known.severity === severity && text.endsWith(known.message))) return;
    const longer = list.findIndex((known) => known.severity === severity && known.message.endsWith(text));
    if (longer >= 0) list[longer] = { severity, message: text };
    else list.push({ severity, message: text });
  }

  /** Errors that only the result knows. */
  addErrors(errors: string[]): void {
    const known = [...this.#byUrn.values()].flat();
    for (const message of errors) {
      const text = message.trim();
      if (!known.some((one) => one.message.includes(text) || text.endsWith(one.message))) {
        this.add({ severity: "error", message: text });
      }
    }
  }

  render(paint: Paint, masker: Masker): string {
    const groups = [...this.#byUrn].filter(([, list]) => list.length > 0);
    if (groups.length === 0) return "";
    const lines = ["Diagnostics:"];
    for (const [urn, list] of groups.sort(([a], [b]) => Number(a === "") - Number(b === ""))) {
      if (urn !== "") lines.push(`  ${paint.bold(urnName(urn))}  ${paint.dim(shortType(urnType(urn)))}`);
      for (const { severity, message } of list) {
        const label =
          severity === "error" ? paint.red("error: ") : severity === "warning" ? paint.yellow("warning: ") : "";
        const [first = "", ...rest] = plainText(masker.mask(message)).split("\n");
        const indent = urn === "" ? "  " : "    ";
        lines.push(`${indent}${label}${first}`, ...rest.map((line) => `${indent}${line}`));
      }
    }
    return `${lines.join("\n")}\n\n`;
  }

  /** `2 errors, 1 warning`, or nothing. */
  get counts(): string {
    const all = [...this.#byUrn.values()].flat();
    const count = (severity: string): number => all.filter((one) => one.severity === severity).length;
    return [
      count("error") > 0 ? plural(count("error"), "error") : "",
      count("warning") > 0 ? plural(count("warning"), "warning") : "",
    ]
      .filter(Boolean)
      .join(", ");
  }
}
