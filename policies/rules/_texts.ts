import { isUnknown, type Props, UNKNOWN } from "../rule.js";
import { type Found, valueAt } from "./_values.js";

/** An input as a text, empty if there is none. Only for values that are known. */
export const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";

/** The entries of a map with their names. A map that is known only later is one unknown entry of no name. */
export function entriesAt(props: Props, path: string): (Found & { name: string })[] {
  const map = valueAt(props, path);
  if (isUnknown(map)) return [{ path, name: "", value: UNKNOWN }];
  if (typeof map !== "object" || map === null || Array.isArray(map)) return [];
  return Object.entries(map).map(([name, value]) => ({ path: `${path}.${name}`, name, value: value ?? undefined }));
}
