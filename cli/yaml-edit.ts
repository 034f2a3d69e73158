import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  stringify,
  type YAMLMap,
} from "yaml";
import { FleetError } from "./errors.js";

/** Keys (and list positions) from the root of a document to a value. */
export type KeyPath = (string | number)[];

/** YAML of a block of keys, unindented, to be put in as it stands with its comments. */
export class BlockText {
  constructor(readonly text: string) {}
}

/**
 * Sets one value in a YAML text and leaves every other byte as it is: comments, order, quotes, spacing. (The yaml package's own
 * documents write the whole file anew, in one style.) Missing maps on the way are made. Throws FleetError where it cannot be done
 * so; the result is parsed and compared with what was asked, so that a doubtful edit is refused rather than written.
 */
export function setValue(text: string, path: KeyPath, value: unknown): string {
  const document = parse(text);
  const wanted = value instanceof BlockText ? parse(value.text).toJS() : value;
  return verified(text, splice(text, setEdit(text, document, path, value)), path, (data) => assign(data, path, wanted));
}

/** Takes one key out, with the comment lines right above it. Throws FleetError if it is not there. */
export function removeValue(text: string, path: KeyPath): string {
  const document = parse(text);
  return verified(text, splice(text, removeEdit(text, document, path)), path, (data) => {
    const parent = path.slice(0, -1).reduce<unknown>((node, key) => (node as never)[key], data);
    delete (parent as never)[path.at(-1)!];
    return data;
  });
}

/** As {@link removeValue}; a text that has no such key stays as it is. */
export const withoutValue = (text: string, path: KeyPath): string =>
  valueAt(text, path) === undefined ? text : removeValue(text, path);

/** The plain value at a path; undefined where there is none. */
export function valueAt(text: string, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (value, key) => (isContainer(value) ? (value as Record<string | number, unknown>)[key] : undefined),
    parse(text).toJS(),
  );
}

/** The YAML below a key, unindented, with its comments; undefined if it is not a block of keys or uses anchors. */
export function blockOf(text: string, path: KeyPath): BlockText | undefined {
  const node = parse(text).getIn(path, true);
  if (!isMap(node) || node.flow || node.items.length === 0) return undefined;
  const indent = column(text, start(node.items[0]!));
  const from = lineStart(text, start(node.items[0]!));
  const lines = text
    .slice(from, behind(text, endOfMap(text, node)))
    .replace(/\r?\n$/, "")
    .split("\n");
  if (lines.some((line) => line.trim() !== "" && line.slice(0, indent).trim() !== "")) return undefined;
  const block = lines.map((line) => line.slice(indent)).join("\n");
  // An anchor that stands twice would change what later aliases mean.
  return /(^|[\s[{,])[&*][^\s,\]}]+/m.test(block) ? undefined : new BlockText(block);
}

/** Replaces text[from, to). */
interface Edit {
  from: number;
  to: number;
  insert: string;
}
const splice = (text: string, { from, to, insert }: Edit): string => text.slice(0, from) + insert + text.slice(to);

function parse(text: string): Document.Parsed {
  const document = parseDocument(text, { merge: true, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new FleetError(
      `not valid YAML: ${document.errors[0]!.message}`,
      "mend it first: `./fleet check` names the line",
    );
  }
  return document;
}

function setEdit(text: string, document: Document.Parsed, path: KeyPath, value: unknown): Edit {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  if (isEmpty(document.contents)) {
    const gap = text === "" || text.endsWith("\n") ? "" : eol;
    return { from: text.length, to: text.length, insert: gap + lines(nest(path, value), 0, eol) };
  }
  let node: unknown = document.contents;
  let holder: Pair<Node, Node | null> | undefined;
  // Within braces there are no blocks.
  let isInFlow = false;
  for (const [depth, key] of path.entries()) {
    const rest = path.slice(depth);
    if (isSeq(node) && typeof key === "number" && node.items[key] !== undefined) {
      node = node.items[key];
      holder = undefined;
      continue;
    }
    if (isMap(node)) {
      const pair = findPair(node, key);
      if (!pair && holder && node.flow && !isInFlow && node.items.length === 0 && !isEmpty(node)) {
        return replaceEdit(text, holder, nest(rest, value), eol);
      }
      if (!pair) return insertEdit(text, node as YAMLMap<Node, Node | null>, rest, value, eol);
      isInFlow ||= node.flow === true;
      node = pair.value;
      holder = pair;
      continue;
    }
    if (holder && isEmpty(node)) return replaceEdit(text, holder, nest(rest, value), eol, isInFlow);
    throw new FleetError(`${show(path.slice(0, depth))} is not a block of keys, so ${show(path)} cannot be set`);
  }
  if (holder) return replaceEdit(text, holder, value, eol, isInFlow);
  const [from, to] = (node as Node).range!;
  return { from, to, insert: inline(value, true) };
}

/** A key that its map does not have yet goes behind the last one. */
function insertEdit(text: string, map: YAMLMap<Node, Node | null>, rest: KeyPath, value: unknown, eol: string): Edit {
  const pair = nest(rest, value);
  const last = map.items.at(-1);
  if (map.flow) {
    const entry = inlinePair(pair);
    if (!last) return { from: map.range![0], to: map.range![1], insert: `{ ${entry} }` };
    const from = end(text, last);
    const comma = /^\s*,/.exec(text.slice(from, map.range![1]));
    return comma ? at(from + comma[0].length, ` ${entry}`) : at(from, `, ${entry}`);
  }
  if (!last) throw new FleetError("an empty block of keys cannot be extended: write `{}` there first");
  const position = behind(text, end(text, last));
  const gap = position > 0 && text[position - 1] !== "\n" ? eol : "";
  const indent = column(text, start(map.items[0]!));
  return at(position, gap + (areApart(text, map) ? eol : "") + lines(pair, indent, eol));
}

/** The value of a key that is there. One-line values are replaced alone, so that a comment behind them stays. */
function replaceEdit(text: string, pair: Pair<Node, Node | null>, value: unknown, eol: string, isInFlow = false): Edit {
  const node = pair.value;
  const to = end(text, pair);
  if (isInFlow) {
    const style = isScalar(node) ? (node.type as string) : undefined;
    const insert = inline(plainAll(value), false, style);
    const hasText = node?.range && node.range[1] > node.range[0];
    return hasText ? { from: node.range![0], to, insert } : at(afterColon(text, pair), ` ${insert}`);
  }
  // Nothing but a comment behind the colon: it stays there, behind the value.
  if (isEmpty(node) && /^[ \t]+#/.test(text.slice(afterColon(text, pair))) && !(value instanceof BlockText)) {
    return at(afterColon(text, pair), ` ${inline(value, false)}`);
  }
  const isOneLine = !text.slice(start(pair), to).includes("\n");
  if (isOneLine && !(value instanceof BlockText) && !isNested(value) && fitsInline(value)) {
    const old = isEmpty(node) && to === afterColon(text, pair) ? undefined : node!.range!;
    const style = isScalar(node) ? (node.type as string) : undefined;
    if (!old) return at(afterColon(text, pair), ` ${inline(value, true)}`);
    return { from: old[0], to: old[1], insert: inline(value, true, style) };
  }
  const indent = column(text, start(pair));
  const key = text.slice(start(pair), afterColon(text, pair)).replace(/\s*:$/, "");
  const stop = text[to - 1] === "\n" ? to : undefined;
  const insert = lines({ [isScalar(pair.key) ? String(pair.key.value) : key]: value }, indent, eol).trimStart();
  return { from: start(pair), to: stop ?? to, insert: stop ? insert : insert.slice(0, -eol.length) };
}

function removeEdit(text: string, document: Document.Parsed, path: KeyPath): Edit {
  const map = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const pair = isMap(map) ? findPair(map as YAMLMap<Node, Node | null>, path.at(-1)!) : undefined;
  if (!isMap(map) || !pair) throw new FleetError(`${show(path)} is not there`);
  const items = map.items as Pair<Node, Node | null>[];
  const index = items.indexOf(pair);
  const [previous, next] = [items[index - 1], items[index + 1]];
  if (map.flow) {
    if (items.length === 1) return { from: map.range![0], to: map.range![1], insert: "{}" };
    if (previous) return { from: end(text, previous), to: end(text, pair), insert: "" };
    return { from: start(pair), to: start(next!), insert: "" };
  }
  if (items.length === 1) {
    const holder = holderOf(document, path.slice(0, -1));
    if (!holder) return { from: lineStart(text, start(pair)), to: behind(text, end(text, pair)), insert: "" };
    const from = afterColon(text, holder);
    const to = end(text, pair);
    return { from, to, insert: text[to - 1] === "\n" ? " {}\n" : " {}" };
  }
  const first = lineStart(text, start(pair));
  if (text.slice(first, start(pair)).trim() !== "") return { from: start(pair), to: start(next!), insert: "" };
  // A comment above the first key may well speak of the whole section: it stays.
  let from = previous ? aboveComments(text, first, column(text, start(pair))) : first;
  const to = behind(text, end(text, pair));
  // Of the empty lines around what goes away one side is enough.
  if (/\n\r?\n$/.test(text.slice(0, from))) {
    const blank = /^(?:[ \t]*\r?\n)+/.exec(text.slice(to));
    if (blank) return { from, to: to + blank[0].length, insert: "" };
    if (!next)
      from = text.slice(0, from).replace(/(?:[ \t]*\r?\n)+$/, "").length + /\r?\n/.exec(text.slice(0, from))![0].length;
  }
  return { from, to, insert: "" };
}

// ---- places in the text

const at = (position: number, insert: string): Edit => ({ from: position, to: position, insert });
const start = (pair: { key: unknown }): number => (pair.key as Node).range![0];
const lineStart = (text: string, position: number): number => text.lastIndexOf("\n", position - 1) + 1;
const column = (text: string, position: number): number => position - lineStart(text, position);

function afterColon(text: string, pair: { key: unknown }): number {
  const keyEnd = (pair.key as Node).range![1];
  return keyEnd + text.slice(keyEnd).indexOf(":") + 1;
}

/** Where a pair's value ends, without comments and empty lines behind it. A block text (`|`) ends behind its last line. */
function end(text: string, pair: { key: unknown; value: unknown }): number {
  const value = pair.value as Node | null;
  if (!value?.range) return afterColon(text, pair);
  return Math.max(afterColon(text, pair), endOfNode(text, value));
}

function endOfNode(text: string, node: Node): number {
  if (isMap(node) && !node.flow) return endOfMap(text, node);
  if (isSeq(node) && !node.flow)
    return node.items.length > 0 ? endOfNode(text, node.items.at(-1) as Node) : node.range![1];
  const [from, to] = node.range!;
  if (!isScalar(node) || !String(node.type).startsWith("BLOCK")) return to;
  const body = text.slice(from, to).replace(/(?:[ \t]*\r?\n)+$/, "");
  const newline = /^[ \t]*\r?\n/.exec(text.slice(from + body.length, to));
  return from + body.length + (newline?.[0].length ?? 0);
}

function endOfMap(text: string, map: YAMLMap): number {
  const last = map.items.at(-1);
  return last ? end(text, last) : map.range![1];
}

/** The beginning of the line behind a position, where a new line can go. */
function behind(text: string, position: number): number {
  if (position > 0 && text[position - 1] === "\n") return position;
  const newline = text.indexOf("\n", position);
  return newline < 0 ? text.length : newline + 1;
}

/** The first of the comment lines right above a line, indented as it is. */
function aboveComments(text: string, position: number, indent: number): number {
  let from = position;
  while (from > 0) {
    const above = lineStart(text, from - 1);
    const line = text.slice(above, from);
    if (!/^\s*#/.test(line) || line.search(/\S/) !== indent) break;
    from = above;
  }
  return from;
}

/** True if the keys of a map stand apart from each other by empty lines. */
function areApart(text: string, map: YAMLMap): boolean {
  const [before, last] = map.items.slice(-2);
  return (
    before !== undefined && last !== undefined && /\n[ \t]*\r?\n/.test(text.slice(end(text, before) - 1, start(last)))
  );
}

function findPair(map: YAMLMap, key: string | number): Pair<Node, Node | null> | undefined {
  const pairs = map.items as Pair<Node, Node | null>[];
  return pairs.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}

function holderOf(document: Document.Parsed, path: KeyPath): Pair<Node, Node | null> | undefined {
  if (path.length === 0) return undefined;
  const map = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  return isMap(map) ? findPair(map, path.at(-1)!) : undefined;
}

const isEmpty = (node: unknown): boolean =>
  node === null || node === undefined || (isScalar(node) && node.value === null && !isAlias(node));

// ---- values as text

/** `{ a: { b: value } }` for the path a, b. */
const nest = (path: KeyPath, value: unknown): Record<string, unknown> =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Record<string, unknown>;

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A map of maps: people write it as a block. */
const isNested = (value: unknown): boolean =>
  isContainer(value) && !Array.isArray(value) && Object.values(value).some(isContainer);

/** Short enough, and without line breaks in it. */
function fitsInline(value: unknown): boolean {
  if (value instanceof BlockText) return false;
  if (isContainer(value) && Object.values(value).some((item) => !fitsInline(item))) return false;
  if (typeof value === "string") return !value.includes("\n");
  return inline(value, true).length <= 90;
}

/** A value on one line. `block`: it stands in a block, where commas and brackets need no quotes. */
function inline(value: unknown, block: boolean, style?: string): string {
  // Pulumi reads with the rules of YAML 1.1 for numbers: what those take for one is quoted.
  const isList = Array.isArray(value) && !value.some(isContainer);
  const options = {
    lineWidth: 0,
    collectionStyle: "flow",
    compat: "yaml-1.1",
    flowCollectionPadding: !isList,
  } as const;
  if (typeof value === "string" && (style === "QUOTE_DOUBLE" || style === "QUOTE_SINGLE")) {
    return stringify(value, { ...options, defaultStringType: style }).trimEnd();
  }
  if (block) return stringify(value, { ...options, blockQuote: false }).trimEnd();
  return stringify([value], { ...options, blockQuote: false })
    .trim()
    .slice(1, -1)
    .trim();
}

function inlinePair(pair: Record<string, unknown>): string {
  const text = inline(plainAll(pair), false);
  return text.trim().slice(1, -1).trim();
}

const plain = (value: unknown): unknown => (value instanceof BlockText ? parse(value.text).toJS() : value);

/** The same for a value that may have blocks of text in it. */
function plainAll(value: unknown): unknown {
  if (value instanceof BlockText || !isContainer(value) || Array.isArray(value)) return plain(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainAll(item)]));
}

/** One key with its value as lines, every one ended. Small maps stay on one line, as people write them. */
function lines(pair: Record<string, unknown>, indent: number, eol: string): string {
  const [[key, value]] = Object.entries(pair) as [[string, unknown]];
  const pad = " ".repeat(indent);
  const name = inline(key, true);
  if (value instanceof BlockText) {
    const body = value.text.replace(/\n$/, "").split(/\r?\n/);
    return [`${name}:`, ...body.map((line) => (line === "" ? "" : `  ${line}`))]
      .map((line) => (line && pad) + line + eol)
      .join("");
  }
  if (!isNested(value) && fitsInline(value)) return `${pad}${name}: ${inline(value, true)}${eol}`;
  if (isContainer(value) && !Array.isArray(value)) {
    const inner = Object.entries(value).map(([word, item]) => lines({ [word]: item }, indent + 2, eol));
    return `${pad}${name}:${eol}${inner.join("")}`;
  }
  const block = stringify({ [key]: value }, { lineWidth: 0, compat: "yaml-1.1" });
  return block
    .trimEnd()
    .split("\n")
    .map((line) => (line === "" ? "" : pad + line) + eol)
    .join("");
}

// ---- the proof

function verified(before: string, after: string, path: KeyPath, change: (data: unknown) => unknown): string {
  // Through JSON: what an alias shares with its anchor becomes two things.
  const expected = change(JSON.parse(JSON.stringify(parse(before).toJS() ?? {})));
  let actual: unknown;
  try {
    actual = parse(after).toJS();
  } catch {
    actual = undefined;
  }
  if (JSON.stringify(actual) === JSON.stringify(expected)) return after;
  if (sorted(actual) === sorted(expected)) return after;
  throw new FleetError(
    `${show(path)} cannot be changed without touching something else in the file (is it used by an alias?)`,
    "edit the file by hand; nothing was written",
  );
}

/** Independent of the order of keys, and of the difference between an empty and a missing section. */
function sorted(value: unknown): string {
  const order = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(order);
    if (!isContainer(item)) return item;
    const entries = Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1));
    return Object.fromEntries(entries.map(([key, inner]) => [key, order(inner)]));
  };
  return JSON.stringify(order(value ?? {}));
}

function assign(data: unknown, path: KeyPath, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const target = (isContainer(data) ? data : {}) as Record<string | number, unknown>;
  target[key] = assign(target[key], rest, value);
  return target;
}

const show = (path: KeyPath): string => path.filter((key, index) => index > 0 || key !== "config").join(".");
