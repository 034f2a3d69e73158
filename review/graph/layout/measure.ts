/** Widths of characters in ems, of a wide face: what fits by it fits in the narrower ones that browsers are more likely to have. */
const NARROW = 0.36;
const NORMAL = 0.66;
const WIDE = 0.86;
const WIDEST = 1.05;

const widthOf = (char: string): number => {
  if (/[ijl.,:;'|!()[\]]/.test(char)) return NARROW;
  if (/[rtf /\\-]/.test(char)) return 0.44;
  if (/[mwMW@%]/.test(char)) return 1;
  if (/[A-Z]/.test(char)) return 0.78;
  if (/[\u0020-\u024F]/.test(char)) return NORMAL;
  if (/[\u0250-\u10FF]/.test(char)) return WIDE;
  return WIDEST;
};

/** Width of a text that no browser exceeds by much, in the unit of the size. */
export const textWidth = (text: string, size: number): number =>
  [...text].reduce((sum, char) => sum + widthOf(char), 0) * size;

/**
 * A text in lines that fit: broken at spaces and after what stands between words, and anywhere where there is neither. What needs more
 * lines than there may be ends with an ellipsis.
 */
export function wrap(text: string, size: number, width: number, most = 6): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of pieces(text, size, width)) {
    if (line !== "" && textWidth((line + piece).trimEnd(), size) > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += line === "" ? piece.trimStart() : piece;
  }
  if (line.trim() !== "") lines.push(line.trimEnd());
  if (lines.length <= most) return lines;
  const last = [...lines[most - 1]!];
  while (textWidth(`${last.join("")}…`, size) > width) last.pop();
  return [...lines.slice(0, most - 1), `${last.join("")}…`];
}

/** What is not broken, unless it is too wide by itself. */
function pieces(text: string, size: number, width: number): string[] {
  return (text.match(/[^ /.:@,_-]*[ /.:@,_-]?/g) ?? []).flatMap((word) => {
    if (textWidth(word, size) <= width) return [word];
    const parts: string[] = [];
    let part = "";
    for (const char of word) {
      if (textWidth(part + char, size) > width) {
        parts.push(part);
        part = "";
      }
      part += char;
    }
    return [...parts, part];
  });
}
