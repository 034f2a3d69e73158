import { type Json, type PlannedStep, type PropertyChange, type ReviewedResource, SECRET } from "../types.js";
import { type DiffLine, lineDiff } from "./line-diff.js";
import type { Mask } from "./mask.js";
import { counted, partsOf, shortType } from "./names.js";
import { asLines, bounded, contrast, inline } from "./values.js";

/** A line of a plan's diff. Its text is as hostile as the change. */
export interface PlanLine {
  sign: "+" | "-" | "~" | "-/+" | " ";
  text: string;
  /** The line that names a resource. */
  heading?: true;
}

export interface PlanLineOptions {
  /** At most so many lines of one property; Infinity for all. */
  most: number;
  mask: Mask;
  /** What is to be said of a step's resource, `its data is lost`. */
  notes?: ReadonlyMap<string, string>;
  /** The resources as they will be: a creation that names no changes is shown by its inputs. */
  after?: ReadonlyMap<string, ReviewedResource>;
  /** Name resources only. */
  brief?: boolean;
}

const SIGNS: Record<PlannedStep["op"], PlanLine["sign"]> = {
  create: "+",
  import: "+",
  update: "~",
  replace: "-/+",
  delete: "-",
  read: " ",
  refresh: " ",
  discard: "-",
};

/** What a step does, property by property. */
export function stepLines(step: PlannedStep, options: PlanLineOptions): PlanLine[] {
  const changes = changesOf(step, options);
  const notes = [
    step.op === "import" && "takes over what exists",
    (step.op === "read" || step.op === "refresh" || step.op === "discard") && step.op,
    step.formerUrn !== undefined && formerName(step.formerUrn, step.name),
    step.op === "replace" && unseenKeys(step, changes),
    options.notes?.get(step.urn),
    options.brief && changes.length > 0 && counted(changes.length, "property", "properties"),
  ].filter((note) => typeof note === "string" && note !== "");
  const text = `${shortType(step.type)} ${step.name}${notes.length > 0 ? `  # ${notes.join("; ")}` : ""}`;
  const heading: PlanLine = { sign: SIGNS[step.op], text: bounded(text), heading: true };
  if (options.brief) return [heading];
  return [heading, ...changes.flatMap((change) => changeLines(step, change, options))];
}

/** A plan's lines as they stand in a block: a resource with properties is set off from the next. */
export function written(lines: readonly PlanLine[]): string[] {
  return lines.flatMap(({ sign, text, heading }, index) => {
    const line = `${sign} ${text}`.trimEnd();
    return heading && index > 0 && !lines[index - 1]!.heading ? ["", line] : [line];
  });
}

/** A deletion is told by its name: what the resource was like is not what a reviewer asks. */
function changesOf(step: PlannedStep, { after }: PlanLineOptions): PropertyChange[] {
  if (step.op === "delete" || step.op === "discard") return [];
  if (step.changes.length > 0 || step.op !== "create") return step.changes;
  return Object.entries(after?.get(step.urn)?.inputs ?? {}).map(([path, value]) => ({
    path,
    kind: "add",
    replaces: false,
    secret: value === SECRET,
    after: value,
  }));
}

function formerName(formerUrn: string, name: string): string {
  const former = partsOf(formerUrn);
  return former.name === name ? `was a ${shortType(former.type)}, or elsewhere` : `was ${former.name}`;
}

/** Keys that force a replacement but are not among the changes shown. */
function unseenKeys(step: PlannedStep, changes: PropertyChange[]): string | undefined {
  const unseen = step.replaceKeys.filter((key) => !changes.some(({ path }) => topLevel(path) === key));
  return unseen.length > 0 ? `forced by ${unseen.join(", ")}` : undefined;
}

const topLevel = (path: string): string => path.split(/[.[]/)[0]!;

function changeLines(step: PlannedStep, change: PropertyChange, { most, mask }: PlanLineOptions): PlanLine[] {
  const { path, before, after, kind } = change;
  const forces = change.replaces || (step.op === "replace" && step.replaceKeys.includes(topLevel(path)));
  const suffix = forces ? "  # forces replacement" : "";
  const line = (sign: PlanLine["sign"], text: string): PlanLine => ({ sign, text: `    ${text}` });
  if (change.secret || (before === SECRET && after === SECRET)) {
    const sign = kind === "add" ? "+" : kind === "delete" ? "-" : "~";
    return [line(sign, bounded(`${path}: ${SECRET}${kind === "update" ? " (changed)" : ""}${suffix}`))];
  }
  if (kind === "update") return updateLines(path, before, after, suffix, most, mask);
  const sign = kind === "add" ? "+" : "-";
  const value = kind === "add" ? after : before;
  const lines = asLines(value, mask);
  if (!lines) return [line(sign, `${bounded(`${path}: ${inline(value)}`)}${suffix}`)];
  const shown = atMost(
    lines.map((text) => ({ sign, text }) as DiffLine),
    most,
  );
  return [line(sign, `${bounded(path)}:${suffix}`), ...shown.map(deeper)];
}

function updateLines(
  path: string,
  before: Json | undefined,
  after: Json | undefined,
  suffix: string,
  most: number,
  mask: Mask,
): PlanLine[] {
  const old = asLines(before, mask);
  const now = asLines(after, mask);
  if (old || now) {
    const lines = lineDiff(old ?? oneLine(before), now ?? oneLine(after));
    if (lines.some(({ sign }) => sign !== " "))
      return [{ sign: "~", text: `    ${bounded(path)}:${suffix}` }, ...atMost(contrasted(lines), most).map(deeper)];
  }
  // What differs has been masked.
  if (inline(before) === inline(after))
    return [{ sign: "~", text: `    ${bounded(`${path}: ${inline(after)}`)} (changed)${suffix}` }];
  const [from, to] = contrast(inline(before), inline(after));
  return [
    { sign: "-", text: `    ${bounded(path)}: ${bounded(from)}` },
    { sign: "+", text: `    ${bounded(path)}: ${bounded(to)}${suffix}` },
  ];
}

/** What differs in a property, without what stands around it: two changes of which this is equal are shown alike. */
export function differing({ kind, before, after, ...rest }: PropertyChange, mask: Mask): unknown {
  if (kind !== "update") return { kind, before, after, ...rest };
  const old = asLines(before, mask);
  const now = asLines(after, mask);
  if (!old && !now) return { ...rest, pair: contrast(inline(before), inline(after)) };
  const lines = contrasted(lineDiff(old ?? oneLine(before), now ?? oneLine(after)));
  const changed = lines.filter(({ sign }) => sign !== " ");
  return { ...rest, lines: changed.length > 0 ? changed : [before ?? null, after ?? null] };
}

const oneLine = (value: Json | undefined): string[] =>
  value === undefined || value === "" ? [] : [typeof value === "string" ? value : inline(value)];

/** Long lines, one out and one in its place, are cut to what differs. */
function contrasted(lines: DiffLine[]): DiffLine[] {
  const shown = [...lines];
  for (let index = 0; index + 1 < shown.length; index++) {
    const [out, put] = [shown[index]!, shown[index + 1]!];
    if (out.sign !== "-" || put.sign !== "+" || shown[index - 1]?.sign === "-" || shown[index + 2]?.sign === "+")
      continue;
    const [from, to] = contrast(out.text, put.text);
    shown[index] = { ...out, text: from };
    shown[index + 1] = { ...put, text: to };
  }
  return shown;
}

function atMost(lines: DiffLine[], most: number): DiffLine[] {
  // One line more costs less than to say that it is missing.
  if (lines.length <= most + 1) return lines;
  return [...lines.slice(0, most), { sign: " ", text: `… ${counted(lines.length - most, "more line")}` }];
}

/** A line of a value. Spaces at its end are shown, since they may be all that differs. */
const deeper = ({ sign, text }: DiffLine): PlanLine => ({
  sign,
  text: `        ${bounded(sign === " " ? text : text.replace(/ +$/, (spaces) => "·".repeat(spaces.length)))}`.replace(
    /^ +$/,
    "",
  ),
});
