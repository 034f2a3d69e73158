import { type Document, isMap, isScalar, isSeq, type Node, parseDocument, visit, type YAMLError } from "yaml";
import type { Path } from "../fleet.js";
import { keyText, type Place, Places } from "./places.js";

/** Something wrong in a file, with its place. */
export interface LocatedFault extends Place {
  severity: "error" | "warning";
  /** Where it stands in the file: `["config", "fleet:agents", "ada", "port"]`. Empty for a syntax error. */
  path: Path;
  message: string;
  suggestion?: string;
}

/** A file whose syntax is right, with what finds places in it. */
export interface ReadYaml {
  value: unknown;
  document: Document;
  places: Places;
}

/** Where a file's text is no YAML: what the reader says, in words that say what to do. */
const ADVICE: Partial<Record<string, string>> = {
  TAB_AS_INDENT: "tabs cannot indent: use spaces",
  BAD_INDENT: "the indentation does not fit the lines above",
  MISSING_CHAR: "something is not closed, or a colon, comma or space is missing here",
  BLOCK_AS_IMPLICIT_KEY: "a block cannot begin in the middle of a line: check the colons and the indentation",
  MULTILINE_IMPLICIT_KEY: "a key must stand on one line and end in a colon",
  MULTIPLE_DOCS: "a stack file is one document: take the --- line out",
  BAD_ALIAS: "an alias must be the name of an anchor",
  KEY_OVER_1024_CHARS: "a key is too long: is a colon or a quote missing?",
};

/** Reads YAML and finds all that is wrong with its syntax, and every key that stands twice. Never throws. */
export function readYaml(text: string): { read?: ReadYaml; faults: LocatedFault[] } {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, merge: true });
  const places = new Places(text, document);
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) return { faults: syntaxFaults(text, problems, places) };
  const unusable = unusableNodes(document, places);
  if (unusable.length > 0) return { faults: unusable };
  const faults = duplicateKeys(document, places);
  try {
    const value = document.toJS() as unknown;
    if (!isTree(value)) return { faults: [...faults, refused(places, "an anchor contains itself")] };
    return { read: { value, document, places }, faults };
  } catch (error) {
    // Aliases of aliases that would fill the memory.
    return { faults: [...faults, refused(places, error instanceof Error ? sentence(error.message) : String(error))] };
  }
}

/** One fault a line, and only the first token that fits nowhere: after it the reader takes all that follows amiss. */
function syntaxFaults(text: string, problems: YAMLError[], places: Places): LocatedFault[] {
  const byLine = new Map<number, LocatedFault>();
  let isLost = false;
  for (const { code, message, pos } of problems.sort((one, other) => one.pos[0] - other.pos[0])) {
    if (isLost) break;
    isLost = code === "UNEXPECTED_TOKEN";
    const offset = nextWord(text, pos[0]);
    const word = /^(\w+|\S)/.exec(text.slice(offset, offset + 30))?.[0];
    const place = places.at(offset);
    if (byLine.has(place.line)) continue;
    byLine.set(place.line, {
      ...place,
      severity: "error",
      path: [],
      message: `not valid YAML: ${isLost && word ? `${word} cannot stand here` : sentence(message)}`,
      suggestion: /^Flow (map|sequence)/i.test(message) ? "a { or [ above is not closed" : ADVICE[code],
    });
  }
  return [...byLine.values()];
}

/** Where a person looks: not the blanks before something (a tab may be what is wrong), nor past the end of the text. */
function nextWord(text: string, offset: number): number {
  const blanks = /^[ \r\n]*/.exec(text.slice(offset))![0].length;
  return offset + blanks < text.length ? offset + blanks : Math.max(0, text.trimEnd().length - 1);
}

/** What YAML allows and a config cannot have: aliases to nowhere, and keys that are lists or blocks. */
function unusableNodes(document: Document, places: Places): LocatedFault[] {
  const faults: LocatedFault[] = [];
  const add = (node: Node, message: string) => {
    faults.push({
      ...(places.start(node) ?? places.at(0)),
      severity: "error",
      path: [],
      message: `not valid YAML: ${message}`,
    });
  };
  visit(document, {
    Alias(_key, alias) {
      if (!alias.resolve(document)) add(alias, `there is no anchor &${alias.source} above`);
    },
    Pair(_key, pair) {
      if (!isScalar(pair.key)) add(pair.key as Node, "a key must be plain text");
    },
  });
  return faults;
}

const refused = (places: Places, message: string): LocatedFault => ({
  ...places.at(0),
  severity: "error",
  path: [],
  message: `not valid YAML: ${message}`,
});

const sentence = (message: string) => {
  const line = message.split("\n")[0]!.trim().replace(/[.:]$/, "");
  return line.charAt(0).toLowerCase() + line.slice(1);
};

/** YAML keeps only the last of two equal keys, so the first would be ignored silently. */
function duplicateKeys(document: Document, places: Places): LocatedFault[] {
  const faults: LocatedFault[] = [];
  const search = (node: unknown, path: Path): void => {
    if (isSeq(node)) {
      node.items.forEach((item, index) => {
        search(item, [...path, index]);
      });
    }
    if (!isMap(node)) return;
    const seen = new Map<string, Place>();
    for (const pair of node.items) {
      const key = keyText(pair);
      const place = places.start(pair.key as Node) ?? places.at(0);
      if (key === undefined) continue;
      const first = seen.get(key);
      if (!first) seen.set(key, place);
      else {
        const also = `${key} stands here twice`;
        faults.push({ ...first, severity: "error", path: [...path, key], message: `${also}: again at ${spot(place)}` });
        faults.push({ ...place, severity: "error", path: [...path, key], message: `${also}: first at ${spot(first)}` });
      }
      if (!isScalar(pair.value)) search(pair.value, [...path, key]);
    }
  };
  search(document.contents, []);
  return faults;
}

const spot = ({ line, column }: Place) => `${line}:${column}`;

/** Whether a value contains itself nowhere: an anchor can be used inside of what it names. */
function isTree(value: unknown, above: unknown[] = []): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (above.includes(value)) return false;
  return Object.values(value).every((item) => isTree(item, [...above, value]));
}
