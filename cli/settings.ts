import { parseDocument } from "yaml";
import { FleetError } from "./errors.js";
import type { KeyPath } from "./yaml-edit.js";

/** A `key=value` argument. */
export interface Setting {
  path: KeyPath;
  value: unknown;
}

/**
 * Reads `resources.memory=3GiB`. The key is a path with dots; a part that has dots of its own stands in brackets and quotes:
 * `workspace.files["SOUL.md"]=…`, a list position in brackets. The value is read as YAML on one line: `2`, `true`, `[a, b]`, `{ secret: name }`.
 */
export function parseSetting(argument: string): Setting {
  const { path, rest } = readPath(argument);
  if (!rest.startsWith("=")) {
    throw new FleetError(`"${argument}" is not a setting`, "write <key>=<value>, such as resources.memory=3GiB");
  }
  return { path, value: readValue(rest.slice(1)) };
}

/** Reads a key alone, `resources.memory`. */
export function parseKey(argument: string): KeyPath {
  const { path, rest } = readPath(argument);
  if (rest !== "") throw new FleetError(`"${argument}" is not a key`, "write it as resources.memory");
  return path;
}

const PART = /^(?:\.?([A-Za-z0-9_-]+)|\["((?:[^"\\]|\\.)*)"\]|\['([^']*)'\]|\[(\d+)\])/;

function readPath(argument: string): { path: KeyPath; rest: string } {
  const path: KeyPath = [];
  let rest = argument;
  for (;;) {
    const match = PART.exec(rest);
    if (!match) break;
    const [whole, word, double, single, index] = match;
    if (word !== undefined && path.length > 0 !== whole.startsWith(".")) break;
    path.push(index !== undefined ? Number(index) : (word ?? single ?? JSON.parse(`"${double}"`)));
    rest = rest.slice(whole.length);
  }
  if (path.length === 0)
    throw new FleetError(`"${argument}" does not begin with a key`, "write it as resources.memory=3GiB");
  return { path, rest };
}

function readValue(text: string): unknown {
  if (text === "" || text.includes("\n")) return text;
  const document = parseDocument(text, { prettyErrors: false });
  const isCollection = /^\s*[[{]/.test(text);
  if (document.errors.length > 0) {
    if (!isCollection) return text;
    throw new FleetError(
      `"${text}" is not a list or map in YAML: ${document.errors[0]!.message}`,
      "check its brackets and quotes",
    );
  }
  const value = document.toJS() as unknown;
  return typeof value === "object" && value !== null && !isCollection ? text : value;
}
