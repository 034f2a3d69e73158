import { type PathSegment, parsePath } from "../deploy/properties/paths.js";
import { sameValue } from "../deploy/properties/property-tools.js";
import type { StepInfo } from "../events.js";
import type { PropertyDiff } from "../provider.js";
import { containsUnknown, isPropertyMap, type PropertyMap, type PropertyValue, Secret } from "../values.js";
import { MASK, type Masker } from "./mask.js";
import type { Paint } from "./style.js";
import { lineDiff, listDiff } from "./text-diff.js";
import { inlineValue, isInternalKey, keyText, parsedJson, textPair, valueLines, visible } from "./value.js";

/** What differs at one place. */
export interface Change {
  path: PathSegment[];
  old: PropertyValue | undefined;
  new: PropertyValue | undefined;
  forces: boolean;
  /** What its value comes from, by name, where that is replaced, too. */
  behind?: string;
  /** Which element of a list it is in, by name. */
  hint?: string;
}

/**
 * The changed properties of an update or a replacement, one `old => new` each. `replacedBehind` names what is replaced of that which a
 * top-level property's value comes from.
 */
export function changedProperties(
  step: StepInfo,
  paint: Paint,
  masker: Masker,
  replacedBehind: (key: string) => string | undefined = () => undefined,
): string[] {
  return findChanges(step).flatMap((change) => {
    const behind = change.forces ? replacedBehind(String(change.path[0])) : undefined;
    return renderChange({ ...change, behind }, paint, masker);
  });
}

/** All inputs (of what is created) or outputs, each with its sign. */
export function allProperties(properties: PropertyMap, sign: "+" | "-" | " ", paint: Paint, masker: Masker): string[] {
  return Object.entries(visible(properties) as PropertyMap).flatMap(([key, value]) => {
    const [first = "", ...rest] = valueLines(value, masker);
    return signed(sign, [`${keyText(key, masker)}: ${first}`, ...rest], paint);
  });
}

/** What changed between two maps, such as a stack's outputs. */
export function changedBetween(olds: PropertyMap, news: PropertyMap, paint: Paint, masker: Masker): string[] {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
  return keys
    .flatMap((key) => compare({ path: [key], old: visible(olds[key]), new: visible(news[key]), forces: false }))
    .flatMap((change) => renderChange(change, paint, masker));
}

/** What differs between the two sides of a step, each change as deep in the properties as it can be told. */
export function findChanges(step: StepInfo): Change[] {
  const changes: Change[] = [];
  const detailed = Object.entries(step.detailedDiff ?? {}).map(([path, diff]) => ({ path: parsePath(path), diff }));
  const keys = [...new Set([...detailed.map(({ path }) => String(path[0])), ...(step.diffs ?? [])])].sort();
  for (const key of keys) {
    if (isInternalKey(key) || key.startsWith("#")) continue;
    const forced = step.replaceKeys?.includes(key) ?? false;
    const entries = detailed.filter(
      ({ path }) => String(path[0]) === key && !path.some((part) => isInternalKey(String(part))),
    );
    const whole = { path: [key] as PathSegment[], ...sides(step, [key]), forces: forced };
    const byPath = entries.flatMap(({ path, diff }) => atPath(step, path, diff));
    // A list in which elements moved differs at every index: comparing it as a whole then says more.
    const compared = compare(whole);
    const chosen = byPath.length > 0 && (compared.length === 0 || byPath.length <= compared.length) ? byPath : compared;
    const anyForces = chosen.some(({ forces }) => forces);
    for (const change of chosen) {
      changes.push({
        ...change,
        forces: change.forces || (forced && !anyForces),
        hint: elementName(step, change.path),
      });
    }
  }
  return changes;
}

/** `labels[3].value` says little: the element's own name tells which one it is. */
function elementName(step: StepInfo, path: PathSegment[]): string | undefined {
  const at = path.findLastIndex((part) => typeof part === "number");
  if (at < 0 || at === path.length - 1) return undefined;
  const place = path.slice(0, at + 1);
  const element = valueAt(step.new?.inputs, place) ?? valueAt(step.old?.inputs, place);
  if (!isPropertyMap(element)) return undefined;
  for (const key of ["name", "label", "key", "file", "containerPath", "host", "internal"]) {
    const value = element[key];
    if (key !== path[at + 1] && (typeof value === "string" || typeof value === "number")) return String(value);
  }
  return undefined;
}

/** The change that a detailed diff names, cut back to the nearest secret around it. */
function atPath(step: StepInfo, path: PathSegment[], diff: PropertyDiff): Change[] {
  const forces = diff.kind.endsWith("-replace");
  const pair = sides(step, path);
  if (diff.kind.startsWith("add")) return [{ path, ...pair, old: undefined, forces }];
  if (diff.kind.startsWith("delete")) return [{ path, ...pair, new: undefined, forces }];
  return compare({ path, ...pair, forces }, true);
}

/**
 * Both sides of a path. A provider may have compared inputs with inputs, or outputs with inputs (drift), and a refresh compares
 * outputs: the first pair that differs is what was meant.
 */
function sides(step: StepInfo, path: PathSegment[]): Pair {
  const at = (map: PropertyMap | undefined): PropertyValue | undefined => visible(valueAt(map, path));
  const [oldInput, newInput] = [at(step.old?.inputs), at(step.new?.inputs)];
  const [oldOutput, newOutput] = [at(step.old?.outputs), at(step.new?.outputs)];
  const inputs: Pair = { old: oldInput, new: newInput };
  const pairs = [inputs];
  if (oldOutput !== undefined && newInput !== undefined) pairs.push({ old: oldOutput, new: newInput });
  if (Object.keys(step.new?.outputs ?? {}).length > 0) {
    const outputs = { old: oldOutput, new: newOutput };
    if (step.op === "refresh") pairs.unshift(outputs);
    else pairs.push(outputs);
  }
  return pairs.find((pair) => differ(pair.old, pair.new)) ?? inputs;
}

interface Pair {
  old: PropertyValue | undefined;
  new: PropertyValue | undefined;
}

function valueAt(map: PropertyMap | undefined, path: PathSegment[]): PropertyValue | undefined {
  let value: PropertyValue | undefined = map;
  for (const part of path) {
    // Within a secret everything is secret.
    if (value instanceof Secret) return value;
    if (Array.isArray(value)) value = value[Number(part)];
    else if (isPropertyMap(value)) value = value[part];
    else return undefined;
  }
  return value;
}

/** Splits a change of a structure into the changes within it. */
function compare(change: Change, certain = false): Change[] {
  const { path, old, forces } = change;
  if (!differ(old, change.new)) return certain ? [change] : [];
  if (isPropertyMap(old) && isPropertyMap(change.new)) {
    const news = change.new;
    const keys = [...new Set([...Object.keys(old), ...Object.keys(news)])].sort();
    return keys.flatMap((key) => compare({ path: [...path, key], old: old[key], new: news[key], forces }));
  }
  if (Array.isArray(old) && Array.isArray(change.new)) return compareLists(path, old, change.new, forces);
  return [change];
}

function compareLists(path: PathSegment[], olds: PropertyValue[], news: PropertyValue[], forces: boolean): Change[] {
  const edits = listDiff(olds, news, (a, b) => !differ(a, b)).filter(({ sign }) => sign !== " ");
  const changes: Change[] = [];
  for (let at = 0; at < edits.length; at++) {
    const edit = edits[at]!;
    const place = [...path, edit.index];
    // What is taken out and put in at the same index is one element that changed.
    const partner = edits.findIndex((other, index) => index > at && other.sign === "+" && other.index === edit.index);
    if (edit.sign === "-" && partner > 0) {
      changes.push(...compare({ path: place, old: edit.value, new: edits[partner]!.value, forces }));
      edits.splice(partner, 1);
    } else if (edit.sign === "-") changes.push({ path: place, old: edit.value, new: undefined, forces });
    else changes.push({ path: place, old: undefined, new: edit.value, forces });
  }
  return changes;
}

function differ(a: PropertyValue | undefined, b: PropertyValue | undefined): boolean {
  return containsUnknown(a) || containsUnknown(b) || !sameValue(a, b);
}

function renderChange(change: Change, paint: Paint, masker: Masker): string[] {
  const name = masker.mask(pathText(change.path)) + (change.hint ? paint.dim(` (${masker.mask(change.hint)})`) : "");
  const note = change.forces
    ? paint.magenta(`  # forces replacement${change.behind ? `, as ${change.behind} is replaced` : ""}`)
    : "";
  const missing = (value: PropertyValue | undefined): boolean => value === undefined || value === null;
  if (missing(change.old) !== missing(change.new)) {
    const sign = missing(change.old) ? "+" : "-";
    const [first = "", ...rest] = valueLines(sign === "+" ? change.new : change.old, masker);
    const lines = signed(sign, [`${name}: ${first}`, ...rest], paint);
    return [`${lines[0]}${note}`, ...lines.slice(1)];
  }
  const head = `${paint.yellow("~")} ${name}:`;
  if (typeof change.old === "string" && typeof change.new === "string") {
    return renderText(head, note, masker.mask(change.old), masker.mask(change.new), paint, masker);
  }
  const [from, to] = [change.old, change.new].map((value) => inlineValue(value, masker));
  return [`${head} ${paint.dim(from!)} ${paint.dim("=>")} ${to}${note}`];
}

function renderText(head: string, note: string, from: string, to: string, paint: Paint, masker: Masker): string[] {
  const [oldJson, newJson] = [parsedJson(from), parsedJson(to)];
  if (oldJson !== undefined && newJson !== undefined) {
    const changes = compare({ path: [], old: oldJson, new: newJson, forces: false });
    const lines = changes.flatMap((change) => renderChange(change, paint, masker));
    if (lines.length > 0) return [`${head} ${paint.dim("(JSON)")}${note}`, ...lines.map((line) => `    ${line}`)];
  }
  if (from.includes("\n") || to.includes("\n")) {
    const lines = lineDiff(from, to);
    if (lines.length === 0) return [`${head} ${paint.dim(`(text; only ${MASK} parts differ)`)}${note}`];
    return [
      `${head} ${paint.dim("(text)")}${note}`,
      ...lines.map(({ sign, text }) => `    ${signedLine(sign, text, paint)}`),
    ];
  }
  const [before, after] = textPair(from, to);
  return [`${head} ${paint.dim(before)} ${paint.dim("=>")} ${after}${note}`];
}

function signed(sign: "+" | "-" | " ", [first = "", ...rest]: string[], paint: Paint): string[] {
  return [signedLine(sign, first, paint), ...rest.map((line) => signedLine(" ", line, paint))];
}

function signedLine(sign: "+" | "-" | " ", text: string, paint: Paint): string {
  if (sign === " ") return `  ${text}`;
  return `${sign === "+" ? paint.green("+") : paint.red("-")} ${text}`;
}

/** A path as people write it: `ports[0].internal`, `labels["fleet.stack"]`. */
export function pathText(path: PathSegment[]): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (!/^[A-Za-z_$][\w$-]*$/.test(part)) text += `[${JSON.stringify(part)}]`;
    else text += text === "" ? part : `.${part}`;
  }
  return text || "(whole)";
}
