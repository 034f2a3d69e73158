/** A line of a diff: kept, taken out, put in, or a gap (`…`). */
export interface DiffLine {
  sign: " " | "-" | "+";
  text: string;
  gap?: true;
}

/** Larger tables are not made: what differs is then shown as all out and all in. */
const MOST_CELLS = 1_000_000;

/** The lines that differ, with `context` lines around them, and "…" for what lies between. */
export function lineDiff(before: string[], after: string[], context = 2): DiffLine[] {
  const lines = compare(before, after);
  const near = new Array<boolean>(lines.length).fill(false);
  lines.forEach(({ sign }, index) => {
    if (sign !== " ") near.fill(true, Math.max(0, index - context), index + context + 1);
  });
  const out: DiffLine[] = [];
  lines.forEach((line, index) => {
    if (near[index]) out.push(line);
    else if (index === 0 || near[index - 1]) out.push({ sign: " ", text: "…", gap: true });
  });
  return out;
}

/** Longest common subsequence of what lies between the equal ends. */
function compare(before: string[], after: string[]): DiffLine[] {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const old = before.slice(head, before.length - tail);
  const now = after.slice(head, after.length - tail);
  const kept = (texts: string[]): DiffLine[] => texts.map((text) => ({ sign: " ", text }));
  return [...kept(before.slice(0, head)), ...between(old, now), ...kept(before.slice(before.length - tail))];
}

function between(old: string[], now: string[]): DiffLine[] {
  const out = (text: string): DiffLine => ({ sign: "-", text });
  const put = (text: string): DiffLine => ({ sign: "+", text });
  const width = now.length + 1;
  if ((old.length + 1) * width > MOST_CELLS) return [...old.map(out), ...now.map(put)];
  /** Length of the longest common subsequence of what follows, by row and column. */
  const common = new Uint32Array((old.length + 1) * width);
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = now.length - 1; column >= 0; column--) {
      common[row * width + column] =
        old[row] === now[column]
          ? common[(row + 1) * width + column + 1]! + 1
          : Math.max(common[(row + 1) * width + column]!, common[row * width + column + 1]!);
    }
  }
  const lines: DiffLine[] = [];
  let row = 0;
  let column = 0;
  while (row < old.length || column < now.length) {
    if (row < old.length && column < now.length && old[row] === now[column]) {
      lines.push({ sign: " ", text: old[row]! });
      row++;
      column++;
    } else if (
      row < old.length &&
      (column === now.length || common[(row + 1) * width + column]! >= common[row * width + column + 1]!)
    ) {
      lines.push(out(old[row++]!));
    } else {
      lines.push(put(now[column++]!));
    }
  }
  return lines;
}
