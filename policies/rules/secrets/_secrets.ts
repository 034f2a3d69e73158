import type { Props } from "../../rule.js";
import { textOf } from "../_texts.js";
import type { Found } from "../_values.js";
import { isSecretName } from "./_names.js";
import { tokenIn } from "./_tokens.js";

/** Settings of all rules about secrets. */
export const SETTINGS = {
  allowedNames: {
    type: "array",
    items: { type: "string" },
    default: [],
    description: "Names of variables, labels, options and lines that may hold what they like.",
  },
  placeholders: {
    type: "array",
    items: { type: "string" },
    default: ["no-key-needed", "not-needed", "none", "unused", "dummy", "placeholder", "null", "-"],
    description: "Values that are no secrets, whatever their name, in lower case.",
  },
};

/** A value that says where the secret is, and not what it is: `$NAME`, `{{ name }}`, `<name>`, `file:…`, `***`. */
const REFERENCE =
  /^(\$[A-Za-z_{(]|%\w+%|\{\{|<[^>]*>$|\*+$|!|&|\|[-+]?$|>[-+]?$|(file|env|vault|op|secret|secretref):)/;
const SWITCH = /^(true|false|yes|no|on|off|null|~)$/i;
const FILE = /^(\.{1,2}|~)?(\/[\w.@+-]{1,40})+\/?$/;

/** Numbers are counts and ports more often than they are secrets, but for passwords. */
const isCount = (name: string, value: string) => /^\d{1,9}$/.test(value) && !/pass|pwd/i.test(name);

/**
 * What is secret about a value of that name, to be put behind it: `holds a token of GitHub`. Never says the value.
 *
 * @returns undefined if nothing shows that it is a secret
 */
export function secretIn(name: string, value: string, settings: Props): string | undefined {
  const text = value.trim();
  if (isAllowed(name, settings)) return undefined;
  const token = tokenIn(text);
  if (token !== undefined) return `holds ${token}`;
  if (!isSecretName(name) || text === "" || settings.placeholders.includes(text.toLowerCase())) return undefined;
  return SWITCH.test(text) || REFERENCE.test(text) || FILE.test(text) || isCount(name, text)
    ? undefined
    : "is named like a secret";
}

const NAME = /["']?([A-Za-z_][\w.-]{2,60})["']?/;
/** An option may have its value behind a space. */
const BETWEEN = /(\s*[:=]\s*|(?<=--[\w-]{1,60})\s+)/;
/** In quotes, or up to what ends a word. */
const VALUE = /(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"',;|&}\]]+))/;

/** `NAME=value`, `name: value`, `"name": "value"`, `--name value`, anywhere in a text. */
const PAIR = new RegExp(`(?<![\\w$./-])(?:--)?${NAME.source}${BETWEEN.source}${VALUE.source}`, "g");

/** A part of a program: `token = read()`, `secret = sys.argv`. */
const isCode = (value: string, between: string) =>
  /[()[\]{}<>\\]/.test(value) || (/\s=\s/.test(between) && /^[A-Za-z_][\w.]*$/.test(value));

/** What is secret in a longer text, each in words: `password in line 3 is named like a secret`. Never says a value. */
export function secretsInText(text: string, settings: Props): string[] {
  const found = new Map<string, string>();
  for (const pair of text.matchAll(PAIR)) {
    const [, name = "", between = "", double, single, plain] = pair;
    const value = double ?? single ?? plain ?? "";
    if (plain !== undefined && isCode(plain, between)) continue;
    const said = secretIn(name, value, settings);
    if (said !== undefined) found.set(name, `${name}${lineOf(text, pair.index)} ${said}`);
  }
  if (found.size > 0) return [...found.values()];
  const token = tokenIn(withoutAllowed(text, settings));
  return token === undefined ? [] : [`it holds ${token}`];
}

/** The text without the values of names that are allowed: what is left of it is looked at by form alone. */
const withoutAllowed = (text: string, settings: Props): string =>
  text.replace(PAIR, (pair, name: string) => (isAllowed(name, settings) ? "" : pair));

const isAllowed = (name: string, { allowedNames }: Props): boolean =>
  allowedNames.some((one: string) => one.toLowerCase() === name.toLowerCase());

function lineOf(text: string, index: number): string {
  if (!text.trimEnd().includes("\n")) return "";
  return ` in line ${text.slice(0, index).split("\n").length}`;
}

/** What is secret in a command's words. An option's value may be the word behind it. */
export function secretsInWords(words: Found[], settings: Props): { path: string; said: string }[] {
  return words.flatMap(({ path, value }, index) => {
    const word = textOf(value);
    const [, option] = /^--?([A-Za-z][\w-]*)$/.exec(textOf(words[index - 1]?.value)) ?? [];
    if (option === undefined || word.startsWith("-"))
      return secretsInText(word, settings).map((said) => ({ path, said }));
    if (isAllowed(option, settings)) return [];
    const said = secretIn(option, word, settings);
    if (said !== undefined) return [{ path, said: `the option ${option} ${said}` }];
    return secretsInText(word, settings).map((said) => ({ path, said }));
  });
}
