import { EngineError } from "../errors.js";

/**
 * Splits a line into arguments as a POSIX shell does, with quotes and backslashes but without any expansion.
 * Throws EngineError on a quote that is never closed.
 */
export function splitArguments(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (quote === "'") {
      if (char === "'") quote = "";
      else word += char;
    } else if (char === "\\" && (quote === "" || '"\\$`'.includes(line[at + 1] ?? ""))) {
      word = (word ?? "") + (line[++at] ?? "");
    } else if (quote === '"') {
      if (char === '"') quote = "";
      else word += char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + char;
    }
  }
  if (quote) throw new EngineError(`runtime option nodeargs: a quote is never closed: ${line}`, "close the quote");
  if (word !== undefined) words.push(word);
  return words;
}
