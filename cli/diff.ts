/** A line of a diff: kept, taken out, or put in. */
interface DiffLine {
  sign: " " | "-" | "+";
  text: string;
}

/** The lines that differ between two texts, with `context` lines around them, as `diff -u` prints them (without the file names). */
export function lineDiff(before: string, after: string, context = 2): string {
  const lines = compare(split(before), split(after));
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ sign }) => sign !== " "),
  );
  const out: string[] = [];
  lines.forEach(({ sign, text }, index) => {
    if (!near[index]) return;
    if (index > 0 && !near[index - 1] && out.length > 0) out.push("…");
    out.push(`${sign} ${text}`);
  });
  return out.map((line) => `${line}\n`).join("");
}

const split = (text: string): string[] => text.replace(/\r?\n$/, "").split(/\r?\n/);

/** Longest common subsequence; what is equal at both ends is left out of the table first. */
function compare(before: string[], after: string[]): DiffLine[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail))
    tail++;
  const old = before.slice(head, before.length - tail);
  const now = after.slice(head, after.length - tail);
  const common: number[][] = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = now.length - 1; column >= 0; column--) {
      common[row]![column] =
        old[row] === now[column]
          ? common[row + 1]![column + 1]! + 1
          : Math.max(common[row + 1]![column]!, common[row]![column + 1]!);
    }
  }
  const kept = (texts: string[]): DiffLine[] => texts.map((text) => ({ sign: " ", text }));
  const lines = kept(before.slice(0, head));
  let row = 0;
  let column = 0;
  while (row < old.length || column < now.length) {
    if (row < old.length && column < now.length && old[row] === now[column]) {
      lines.push({ sign: " ", text: old[row]! });
      row++;
      column++;
    } else if (row < old.length && (column === now.length || common[row + 1]![column]! >= common[row]![column + 1]!)) {
      lines.push({ sign: "-", text: old[row++]! });
    } else {
      lines.push({ sign: "+", text: now[column++]! });
    }
  }
  return [...lines, ...kept(before.slice(before.length - tail))];
}
