import { type Json, type JsonMap, SECRET, UNKNOWN } from "../types.js";

/** A price cannot be told; the message says why. */
export class Unpriced extends Error {}

/** The value at a path such as `bootDisk.diskSize`. Throws Unpriced if a secret or what is not known yet is in the way. */
export function read(inputs: JsonMap, path: string): Json | undefined {
  let value: Json | undefined = inputs;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as JsonMap)[key];
    if (value === SECRET) throw new Unpriced(`${path} is secret`);
    if (value === UNKNOWN) throw new Unpriced(`${path} is only known once it is made`);
  }
  return value ?? undefined;
}

/** Text at a path; undefined if there is none. */
export function text(inputs: JsonMap, path: string): string | undefined {
  const value = read(inputs, path);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Text that a price depends on. */
export function neededText(inputs: JsonMap, path: string): string {
  const value = text(inputs, path);
  if (value === undefined) throw new Unpriced(`${path} is not set`);
  return value;
}

/** A number at a path, also one that is written as text; undefined if there is none. */
export function number(inputs: JsonMap, path: string): number | undefined {
  const value = read(inputs, path);
  const amount = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof amount === "number" && Number.isFinite(amount) ? amount : undefined;
}

/** A number that a price depends on. */
export function neededNumber(inputs: JsonMap, path: string): number {
  const value = number(inputs, path);
  if (value === undefined) throw new Unpriced(`${path} is not set`);
  return value;
}

/** A list at a path; an empty one if there is none. */
export function list(inputs: JsonMap, path: string): Json[] {
  const value = read(inputs, path);
  return Array.isArray(value) ? value : [];
}

/**
 * What a table has for a key. Throws Unpriced if it has nothing: the nearest is no price.
 *
 * @param what the message names it before the key, `a droplet of size`
 * @param where and after it, ` in eastus`
 */
export function lookUp<T>(table: Record<string, T>, key: string, what: string, where = ""): T {
  if (Object.hasOwn(table, key)) return table[key]!;
  throw new Unpriced(`there is no price for ${what} ${key}${where}`);
}

/** Inputs as an object, whatever stands there. */
export const asMap = (value: Json | undefined): JsonMap =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
