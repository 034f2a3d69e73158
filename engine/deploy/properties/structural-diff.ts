import type { PropertyDiff } from "../../provider.js";
import { isPropertyMap, type PropertyMap, type PropertyValue, Secret } from "../../values.js";
import { sameValue } from "./property-tools.js";

/** Compares two maps of inputs: changed top-level keys, and every changed path with what happened to it. */
export function structuralDiff(
  olds: PropertyMap,
  news: PropertyMap,
): { diffs: string[]; detailedDiff: Record<string, PropertyDiff> } {
  const detailedDiff: Record<string, PropertyDiff> = {};
  const diffs: string[] = [];
  for (const key of keysOf(olds, news)) {
    if (sameValue(olds[key], news[key])) continue;
    diffs.push(key);
    walk(keyPath("", key), olds[key], news[key], detailedDiff);
  }
  return { diffs, detailedDiff };
}

function walk(
  path: string,
  left: PropertyValue | undefined,
  right: PropertyValue | undefined,
  out: Record<string, PropertyDiff>,
): void {
  const a = left instanceof Secret ? left.value : left;
  const b = right instanceof Secret ? right.value : right;
  if (sameValue(a, b)) return;
  if (isPropertyMap(a) && isPropertyMap(b)) {
    for (const key of keysOf(a, b)) walk(keyPath(path, key), a[key], b[key], out);
  } else if (Array.isArray(a) && Array.isArray(b)) {
    for (let index = 0; index < Math.max(a.length, b.length); index++)
      walk(`${path}[${index}]`, a[index], b[index], out);
  } else {
    const kind = a === undefined || a === null ? "add" : b === undefined || b === null ? "delete" : "update";
    out[path] = { kind, inputDiff: true };
  }
}

function keysOf(left: PropertyMap, right: PropertyMap): string[] {
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
}

function keyPath(parent: string, key: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}
