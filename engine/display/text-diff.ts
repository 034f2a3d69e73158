/** One line of a line diff. */
export interface LineChange {
  sign: "+" | "-" | " ";
  text: string;
}

/** Beyond this many cells a full comparison takes too long: the middle is then shown as replaced. */
const MAX_CELLS = 4_000_000;

/** The shortest edit between two lists, kept elements included. */
export function listDiff<T>(
  olds: T[],
  news: T[],
  same: (a: T, b: T) => boolean,
): { sign: "+" | "-" | " "; value: T; index: number }[] {
  let start = 0;
  while (start < olds.length && start < news.length && same(olds[start]!, news[start]!)) start++;
  let end = 0;
  while (
    end < olds.length - start &&
    end < news.length - start &&
    same(olds[olds.length - 1 - end]!, news[news.length - 1 - end]!)
  ) {
    end++;
  }
  const keep = (from: number, to: number) =>
    news.slice(from, to).map((value, at) => ({ sign: " " as const, value, index: from + at }));
  return [
    ...keep(0, start),
    ...middle(olds.slice(start, olds.length - end), news.slice(start, news.length - end), same, start),
    ...keep(news.length - end, news.length),
  ];
}

function middle<T>(olds: T[], news: T[], same: (a: T, b: T) => boolean, offset: number) {
  const changes: { sign: "+" | "-" | " "; value: T; index: number }[] = [];
  const width = news.length + 1;
  const exact = (olds.length + 1) * width <= MAX_CELLS;
  // Longest common subsequence of what follows each pair of positions.
  const lengths = new Uint32Array(exact ? (olds.length + 1) * width : 0);
  if (exact) {
    for (let o = olds.length - 1; o >= 0; o--) {
      for (let n = news.length - 1; n >= 0; n--) {
        lengths[o * width + n] = same(olds[o]!, news[n]!)
          ? lengths[(o + 1) * width + n + 1]! + 1
          : Math.max(lengths[(o + 1) * width + n]!, lengths[o * width + n + 1]!);
      }
    }
  }
  let o = 0;
  let n = 0;
  while (o < olds.length || n < news.length) {
    if (exact && o < olds.length && n < news.length && same(olds[o]!, news[n]!)) {
      changes.push({ sign: " ", value: news[n]!, index: offset + n });
      o++;
      n++;
    } else if (
      o < olds.length &&
      (n >= news.length || !exact || lengths[(o + 1) * width + n]! >= lengths[o * width + n + 1]!)
    ) {
      changes.push({ sign: "-", value: olds[o]!, index: offset + o });
      o++;
    } else {
      changes.push({ sign: "+", value: news[n]!, index: offset + n });
      n++;
    }
  }
  return changes;
}

/** A line diff with `context` unchanged lines around each change; `…` stands for what is left out. */
export function lineDiff(oldText: string, newText: string, context = 2): LineChange[] {
  // The line end that closes both texts is no line of its own.
  const closed = oldText.endsWith("\n") && newText.endsWith("\n");
  const lines = (text: string): string[] => (closed ? text.slice(0, -1) : text).split("\n");
  const all = listDiff(lines(oldText), lines(newText), (a, b) => a === b);
  const near = all.map((_, index) =>
    all.slice(Math.max(0, index - context), index + context + 1).some(({ sign }) => sign !== " "),
  );
  const shown: LineChange[] = [];
  for (const [index, { sign, value }] of all.entries()) {
    if (near[index]) shown.push({ sign, text: value });
    else if (near[index - 1] || (index === 0 && near.includes(true))) shown.push({ sign: " ", text: "…" });
  }
  return shown;
}
