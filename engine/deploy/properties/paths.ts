import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../values.js";

/** A property path: names, array indices, and "*" for any of either. */
export type PathSegment = string | number;

/** Parses `a.b[0]["k.l"].*`. A path that cannot be read is one single name. */
export function parsePath(path: string): PathSegment[] {
  const segments: PathSegment[] = [];
  const pattern = /\.?([^.[\]]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\[\*\]/gy;
  let end = 0;
  for (let match = pattern.exec(path); match !== null; match = pattern.exec(path)) {
    if (match[1] !== undefined) segments.push(match[1]);
    else if (match[2] !== undefined) segments.push(Number(match[2]));
    else if (match[3] !== undefined) segments.push(match[3].replace(/\\(.)/g, "$1"));
    else segments.push("*");
    end = pattern.lastIndex;
  }
  return end === path.length ? segments : [path];
}

/** True if `path` is what `pattern` names, or lies within it. */
export function pathContains(pattern: PathSegment[], path: PathSegment[]): boolean {
  return pattern.length <= path.length && pattern.every((segment, index) => segment === "*" || segment === path[index]);
}

/**
 * The new inputs with everything that an ignored path names put back to its old value: absent before, absent after.
 * An array element that only one side has is left alone.
 */
export function applyIgnoreChanges(news: PropertyMap, olds: PropertyMap, ignored: string[]): PropertyMap {
  let result: PropertyValue = news;
  for (const path of ignored) result = reset(result, olds, parsePath(path)) ?? {};
  return result as PropertyMap;
}

function reset(
  news: PropertyValue | undefined,
  olds: PropertyValue | undefined,
  path: PathSegment[],
): PropertyValue | undefined {
  const [head, ...rest] = path;
  if (head === undefined) return olds;
  if (Array.isArray(news)) {
    if (!Array.isArray(olds)) return news;
    return news.map((item, index) =>
      (head === "*" || head === index) && index < olds.length ? (reset(item, olds[index], rest) ?? null) : item,
    );
  }
  const newMap = isPropertyMap(news) ? news : undefined;
  const oldMap = isPropertyMap(olds) ? olds : undefined;
  if (newMap === undefined && (news !== undefined || oldMap === undefined || rest.length > 0)) return news;
  const keys =
    head === "*" ? new Set([...Object.keys(newMap ?? {}), ...Object.keys(oldMap ?? {})]) : new Set([String(head)]);
  const result: PropertyMap = { ...newMap };
  for (const key of keys) {
    const value = reset(newMap?.[key], oldMap?.[key], rest);
    if (value === undefined) delete result[key];
    else result[key] = value;
  }
  return result;
}
