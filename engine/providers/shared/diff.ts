import { isDeepStrictEqual } from "node:util";
import type { DiffKind, DiffResult, PropertyDiff } from "../../provider.js";
import { isPropertyMap, type PropertyMap, type PropertyValue, Unknown } from "../../values.js";
import { plain } from "./plain.js";

export interface DiffOptions {
  /** Says whether a change of this top-level key replaces the resource. */
  replaces: (key: string) => boolean;
  /** True if `olds` are inputs, false if they are outputs. */
  inputDiff: boolean;
  /** Paths whose changes count for nothing: `tags`, `tags.owner`, `ports[*]`. */
  ignoreChanges?: string[];
  /** The old resource has to go before the new one can be made. */
  deleteBeforeReplace?: boolean;
}

/**
 * Compares two property maps the way Pulumi does: a missing key and null are the same, secret marks count for nothing, an
 * unknown is a change. Keys that begin with `__` are a provider's own notes (`__defaults`, `__meta`) and are passed over.
 */
export function diffProperties(olds: PropertyMap, news: PropertyMap, options: DiffOptions): DiffResult {
  const detailedDiff: Record<string, PropertyDiff> = {};
  const diffs: string[] = [];
  const replaces: string[] = [];
  const ignored = (options.ignoreChanges ?? []).map(pathPattern);
  for (const key of [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort()) {
    if (key.startsWith("__")) continue;
    const changes = changedPaths(appendKey("", key), olds[key], news[key]).filter(
      ([path]) => !ignored.some((pattern) => pattern.test(path)),
    );
    if (changes.length === 0) continue;
    const replace = options.replaces(key);
    diffs.push(key);
    if (replace) replaces.push(key);
    for (const [path, kind] of changes) {
      detailedDiff[path] = { kind: replace ? `${kind}-replace` : kind, inputDiff: options.inputDiff };
    }
  }
  if (diffs.length === 0) return { changes: "none" };
  return {
    changes: "some",
    diffs,
    replaces,
    detailedDiff,
    ...(options.deleteBeforeReplace && replaces.length > 0 ? { deleteBeforeReplace: true } : {}),
  };
}

/** True if the two values mean the same: null is missing, secret marks count for nothing, an unknown equals nothing. */
export function equalValues(old: PropertyValue | undefined, now: PropertyValue | undefined): boolean {
  return changedPaths("", old, now).length === 0;
}

/** Kinds that carry no replacement; the caller adds that. */
type Change = [path: string, kind: Extract<DiffKind, "add" | "delete" | "update">];

function changedPaths(
  path: string,
  oldValue: PropertyValue | undefined,
  newValue: PropertyValue | undefined,
): Change[] {
  const old = oldValue === undefined ? null : plain(oldValue);
  const now = newValue === undefined ? null : plain(newValue);
  if (now instanceof Unknown) return [[path, old === null ? "add" : "update"]];
  if (old === null && now === null) return [];
  if (old === null) return [[path, "add"]];
  if (now === null) return [[path, "delete"]];
  if (Array.isArray(old) && Array.isArray(now)) {
    const length = Math.max(old.length, now.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      changedPaths(`${path}[${index}]`, old[index], now[index]),
    );
  }
  if (isPropertyMap(old) && isPropertyMap(now)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((key) => !key.startsWith("__"));
    return keys.sort().flatMap((key) => changedPaths(appendKey(path, key), old[key], now[key]));
  }
  return isDeepStrictEqual(old, now) ? [] : [[path, "update"]];
}

/** Pulumi's property path syntax: `a.b`, `a["with.dot"]`. */
export function appendKey(path: string, key: string): string {
  if (!/^[a-zA-Z_$][\w$]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** Matches the path and everything under it; `*` is any one key or index. */
function pathPattern(path: string): RegExp {
  const source = path.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join("[^.[\\]]+")}($|[.[])`);
}
