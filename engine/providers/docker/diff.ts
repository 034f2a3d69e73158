import type { DiffKind, DiffRequest, DiffResult, PropertyDiff } from "../../provider.js";
import { isPropertyMap, type PropertyMap, type PropertyValue, UNKNOWN } from "../../values.js";
import { equal, isEmpty, mapKeys, member, satisfies, withDefault } from "./compare.js";
import { at, contains } from "./path.js";
import type { Field, ResourceShape, Shape } from "./shape.js";

/**
 * Compares what was asked before with what is asked now. The recorded outputs count only where a live object can drift
 * (`drifts` of a field) and a refresh saw it; never what the daemon or another engine filled in.
 *
 * Paths and kinds are the ones that the vendor's plugin gives (test/engine/providers/docker/diff.test.ts holds them against
 * recordings of it): elements that leave a set are named by their index in the old outputs, elements that join it by their
 * index in the new inputs.
 */
export function diffResource(shape: ResourceShape, request: DiffRequest, deleteBeforeReplace: boolean): DiffResult {
  const changes: Changes = new Map();
  for (const [key, field] of Object.entries(shape.fields)) {
    if (field.unsupported) continue;
    const asked = withDefault(field, request.oldInputs[key]);
    const news = withDefault(field, request.news[key]);
    const base = baseline(field, asked, request.oldOutputs[key], news);
    const mends = field.mends === true && equal(field, asked, news);
    const unsets = field.replaceOnRemoval === true && !isEmpty(asked) && isEmpty(news);
    collect(field, base, news, key, unsets || (field.replace === true && !mends), changes);
  }
  for (const path of changes.keys()) {
    if (request.ignoreChanges.some((ignored) => contains(ignored, path))) changes.delete(path);
  }
  return result(changes, deleteBeforeReplace);
}

type Changes = Map<string, DiffKind>;

function result(changes: Changes, deleteBeforeReplace: boolean): DiffResult {
  if (changes.size === 0) return { changes: "none", diffs: [], replaces: [], detailedDiff: {} };
  const diffs = new Set<string>();
  const replaces = new Set<string>();
  const detailedDiff: Record<string, PropertyDiff> = {};
  for (const [path, kind] of [...changes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const key = path.match(/^[^.[]+/)![0];
    diffs.add(key);
    if (kind.endsWith("-replace")) replaces.add(key);
    detailedDiff[path] = { kind, inputDiff: false };
  }
  return {
    changes: "some",
    diffs: [...diffs],
    replaces: [...replaces],
    deleteBeforeReplace: replaces.size > 0 && deleteBeforeReplace,
    detailedDiff,
  };
}

/** The old side of a comparison. */
function baseline(
  field: Field,
  asked: PropertyValue | undefined,
  live: PropertyValue | undefined,
  news: PropertyValue | undefined,
): PropertyValue | undefined {
  if (live === undefined || live === null) return asked;
  if (asked === undefined || asked === null) {
    // Asked for the first time: no change if the object already is so (`readOnly: false`).
    if (news === undefined || news === null || news === UNKNOWN) return undefined;
    return satisfies(field, news, live) ? news : isEmpty(live) ? undefined : live;
  }
  if (!field.drifts) return field.kind === "set" ? inOrderOf(field.of, asked, live) : asked;
  if (field.kind === "set") return driftedSet(field.of, asked as PropertyValue[], live);
  return satisfies(field, asked, live) ? asked : live;
}

/** The asked elements in the order of the outputs, where each has its counterpart there. */
function inOrderOf(of: Shape, asked: PropertyValue, live: PropertyValue): PropertyValue {
  if (!Array.isArray(asked) || !Array.isArray(live) || asked.length !== live.length) return asked;
  const rest = [...asked];
  const ordered: PropertyValue[] = [];
  for (const element of live) {
    const found = rest.findIndex((item) => satisfies(of, item, element));
    if (found < 0) return asked;
    ordered.push(...rest.splice(found, 1));
  }
  return ordered;
}

/** The live elements, each as it was asked where it was. */
function driftedSet(of: Shape, asked: PropertyValue[], live: PropertyValue): PropertyValue {
  if (!Array.isArray(live)) return asked;
  const rest = [...asked];
  return live.map((element) => {
    const found = rest.findIndex((item) => satisfies(of, item, element));
    return found < 0 ? element : rest.splice(found, 1)[0]!;
  });
}

function collect(
  shape: Shape,
  old: PropertyValue | undefined,
  news: PropertyValue | undefined,
  path: string,
  replace: boolean,
  changes: Changes,
): void {
  const add = (kind: "add" | "delete" | "update", where = path) =>
    changes.set(where, replace ? (`${kind}-replace` as DiffKind) : kind);
  if (news === UNKNOWN) return void add(isEmpty(old) ? "add" : "update");
  if (equal(shape, old, news)) return;
  // false and 0 are values of their own once something was asked: `mustRun: false` is updated, not deleted.
  if (old === undefined || old === null || (isEmpty(old) && typeof old === "object")) return void add("add");
  if (news === undefined || news === null || (isEmpty(news) && typeof news === "object")) return void add("delete");

  if (shape.kind === "object" && isPropertyMap(old) && isPropertyMap(news)) {
    for (const [key, field] of Object.entries(shape.fields)) {
      if (field.unsupported) continue;
      const [a, b] = [withDefault(field, member(old, key)), withDefault(field, member(news, key))];
      collect(field, a, b, at(path, key), replace, changes);
    }
  } else if (shape.kind === "map" && isPropertyMap(old) && isPropertyMap(news)) {
    for (const key of new Set([...mapKeys(old), ...mapKeys(news)])) {
      collect({ kind: "string" }, member(old, key), member(news, key), at(path, key), replace, changes);
    }
  } else if (shape.kind === "list" && Array.isArray(old) && Array.isArray(news)) {
    for (let i = 0; i < Math.max(old.length, news.length); i++) {
      collect(shape.of, old[i], news[i], at(path, i), replace, changes);
    }
  } else if (shape.kind === "set" && Array.isArray(old) && Array.isArray(news)) {
    collectSet(shape.of, old, news, path, replace, changes);
  } else {
    add("update");
  }
}

function collectSet(
  of: Shape,
  old: PropertyValue[],
  news: PropertyValue[],
  path: string,
  replace: boolean,
  changes: Changes,
): void {
  const joined = new Set(news.keys());
  const left = new Set<number>();
  for (const [i, item] of old.entries()) {
    const same = [...joined].find((j) => equal(of, item, news[j]));
    if (same === undefined) left.add(i);
    else joined.delete(same);
  }
  for (const i of new Set([...left, ...joined])) {
    collect(of, left.has(i) ? old[i] : undefined, joined.has(i) ? news[i] : undefined, at(path, i), replace, changes);
  }
}

/** The inputs without what other engines add (`__defaults`). */
export function withoutMarks(inputs: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith("__")));
}
