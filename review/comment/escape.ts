/**
 * Text of a change, made safe for a comment. All of it is hostile: whoever opens a pull request writes it. GitHub finds mentions,
 * references to issues and commits, and emoji in the finished HTML, where no Markdown escape or entity helps: only code is left alone.
 */

/** What one does not see, or not for what it is: control, format, private and filler characters, foreign spaces, halves of characters. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/** The text in one line, with every hidden character shown: `␛` for an escape, `⟨U+202E⟩` for what turns the text around. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (found) => {
    const code = found.codePointAt(0)!;
    if (code === 0x0a) return "⏎";
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return "␡";
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

/** As {@link visible}, for a line in a block of code: tabs stay. */
export const visibleLine = (text: string): string => text.split("\t").map(visible).join("\t");

/** At most so many characters, none of them cut in half. */
export const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "")}…`;

/** A code span, for text and tables. Pipes are shown as a code, since no escape of them is read alike by all. */
export function code(text: string, most = Infinity): string {
  const shown = cut(visible(text).replaceAll("|", "⟨U+007C⟩"), most);
  // A span of nothing, or of spaces alone, is none.
  if (shown.trim() === "") return `\`"${shown}"\``;
  const fence = "`".repeat(longestRun(shown) + 1);
  const pad = /^[` ]|[` ]$/.test(shown) ? " " : "";
  return fence + pad + shown + pad + fence;
}

/** A code element, for a line of HTML, where Markdown is not read. */
export const htmlCode = (text: string, most = Infinity): string => `<code>${entities(cut(visible(text), most))}</code>`;

/** Words for text and tables: what could be anything else than a word becomes code. Never to stand first in a line. */
export function prose(text: string, most = Infinity): string {
  return cut(
    text
      .split(/\s*\n\s*/)
      .map(visible)
      .join(" ⏎ "),
    most,
  )
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => {
      if (SIGN.test(word) || (WORD.test(word) && !LINKED.test(word))) return word;
      const [, opening, core, closing] = /^(["'(]*)(.*?)(["')]*[,.;:!?]?)$/su.exec(word)!;
      return core === "" ? code(word) : opening + code(core!) + closing;
    })
    .join(" ");
}

/** A word of letters and digits, with a full stop, slash, apostrophe or hyphen within and punctuation around. */
const WORD = /^["'(]*[\p{L}\p{N}]+(?:[.'’/%-][\p{L}\p{N}]+)*%?["')]*[,.;:!?]*["')]*$/u;
/** Words that GitHub makes links of: `www.example.com`, a commit, `GH-12` and what a repository adds to these. */
const LINKED = /www\.|\b[0-9a-f]{7,}\b|[a-z]-\d/i;
const SIGN = /^[–—…→×·⏎]$/;

/** A file's path as code, anything else as words. */
export const pathOrProse = (text: string, most = Infinity): string =>
  text.includes(" ") ? prose(text, most) : code(text, most);

/** A fenced block of code. No line of it can end it. */
export function fence(language: string, lines: string[]): string {
  const shown = lines.map(visibleLine);
  const ticks = "`".repeat(Math.max(3, ...shown.map((line) => longestRun(line) + 1)));
  return [ticks + language, ...shown, ticks].join("\n");
}

function longestRun(text: string): number {
  let longest = 0;
  for (const run of text.match(/`+/g) ?? []) longest = Math.max(longest, run.length);
  return longest;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const entities = (text: string): string => text.replace(/[&<>"']/g, (found) => ENTITIES[found]!);
