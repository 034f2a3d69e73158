import {
  Archive,
  Asset,
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
  Unknown,
} from "../values.js";
import { MASK, type Masker } from "./mask.js";
import { plural, urnName } from "./style.js";

export const COMPUTED = "<computed>";
/** Keys that providers and the engine keep for themselves. */
const INTERNAL = new Set(["__defaults", "__meta", "__pulumi_raw_state_delta", "__internal"]);
/** What fits in a line beside its key. */
const INLINE_WIDTH = 88;
/** Longer texts are shortened in their middle. */
const TEXT_WIDTH = 120;

/** A value without wrappers: outputs as their value, internal keys gone. Secrets stay marked. */
export function visible(value: PropertyValue | undefined): PropertyValue | undefined {
  if (value instanceof OutputValue) {
    if (value.secret) return new Secret(null);
    return value.value === undefined ? Unknown.value : visible(value.value);
  }
  if (Array.isArray(value)) return value.map((element) => visible(element) ?? null);
  if (!isPropertyMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, member]) => !INTERNAL.has(key) && member !== undefined)
      .map(([key, member]) => [key, visible(member) ?? null]),
  );
}

export const isInternalKey = (key: string): boolean => INTERNAL.has(key);

/** Lines of a value; the first goes beside its key, further ones are indented against it. */
export function valueLines(value: PropertyValue | undefined, masker: Masker): string[] {
  if (typeof value === "string" && /\n./.test(value)) {
    const lines = masker.mask(value).replace(/\n$/, "").split("\n");
    return [`(text, ${plural(lines.length, "line")})`, ...nested(lines)];
  }
  const inline = inlineValue(value, masker);
  if (inline.length <= INLINE_WIDTH) return [inline];
  if (Array.isArray(value)) {
    return ["[", ...value.flatMap((element) => nested(valueLines(element, masker))), "]"];
  }
  if (isPropertyMap(value)) {
    const lines = Object.entries(value).flatMap(([key, member]) => {
      const [first = "", ...rest] = valueLines(member, masker);
      return nested([`${keyText(key, masker)}: ${first}`, ...rest]);
    });
    return ["{", ...lines, "}"];
  }
  return [inline];
}

/** A value in one line. Only what fits should be shown this way. */
export function inlineValue(value: PropertyValue | undefined, masker: Masker): string {
  if (value === undefined || value === null) return "null";
  if (typeof value === "string") return quoted(masker.mask(value));
  if (typeof value !== "object") return String(value);
  if (value instanceof Secret) return MASK;
  if (value instanceof Unknown) return COMPUTED;
  if (value instanceof Asset || value instanceof Archive) return fileText(value, masker);
  if (value instanceof ResourceReference) return `<${urnName(value.urn)}>`;
  if (value instanceof OutputValue) return inlineValue(visible(value), masker);
  if (Array.isArray(value)) return `[${value.map((element) => inlineValue(element, masker)).join(", ")}]`;
  const members = Object.entries(value).map(
    ([key, member]) => `${keyText(key, masker)}: ${inlineValue(member, masker)}`,
  );
  return members.length > 0 ? `{ ${members.join(", ")} }` : "{}";
}

/** Old and new text side by side; long ones are cut around the first difference. */
export function textPair(oldText: string, newText: string): [string, string] {
  if (oldText.length <= TEXT_WIDTH && newText.length <= TEXT_WIDTH)
    return [JSON.stringify(oldText), JSON.stringify(newText)];
  let common = 0;
  while (common < oldText.length && oldText[common] === newText[common]) common++;
  const from = Math.max(0, common - 20);
  const cut = (text: string): string => {
    const piece = text.slice(from, from + TEXT_WIDTH - 40);
    return `${from > 0 ? "…" : ""}${JSON.stringify(piece)}${from + piece.length < text.length ? "…" : ""}`;
  };
  return [cut(oldText), cut(newText)];
}

/** The parsed value if a text is a JSON object or list. */
export function parsedJson(text: string): PropertyMap | PropertyValue[] | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as PropertyMap | PropertyValue[];
  } catch {
    return undefined;
  }
}

/** A key as it is shown: in quotes unless it is a plain word. */
export function keyText(key: string, masker: Masker): string {
  const text = masker.mask(key);
  return /^[\w$-]+$/.test(text) || text === MASK ? text : JSON.stringify(text);
}

function quoted(text: string): string {
  if (text.length <= TEXT_WIDTH) return JSON.stringify(text);
  const half = TEXT_WIDTH / 2 - 10;
  return `${JSON.stringify(text.slice(0, half)).slice(0, -1)}…${JSON.stringify(text.slice(-half)).slice(1)} (${text.length} characters)`;
}

function fileText(value: Asset | Archive, masker: Masker): string {
  const { path, uri } = value.content;
  const kind = value instanceof Asset ? "file" : "archive";
  const place = path ?? uri;
  const hash = value.hash ? ` ${value.hash.slice(0, 12)}` : "";
  return masker.mask(`${kind}${place ? ` ${JSON.stringify(place)}` : ""}${hash}`);
}

const nested = (lines: string[]): string[] => lines.map((line) => `  ${line}`);
