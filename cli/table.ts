import { stripVTControlCharacters } from "node:util";

/** Columns under a head, two spaces apart; colour codes do not count as width. */
export function table(head: string[], rows: string[][]): string {
  const width = (text: string) => stripVTControlCharacters(text).length;
  const widths = head.map((title, column) => Math.max(width(title), ...rows.map((row) => width(row[column] ?? ""))));
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => cell + " ".repeat(widths[column]! - width(cell)))
      .join("  ")
      .trimEnd();
  return [head, ...rows].map((row) => `${line(row)}\n`).join("");
}

/** 1.4 GiB, 120 MiB. */
export function bytes(amount: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  const digits = amount >= 100 || unit === 0 || Number.isInteger(amount) ? 0 : 1;
  return `${amount.toFixed(digits)} ${units[unit]}`;
}

/** The time since, in its two largest units: 3 d 4 h, 12 s. */
export function since(moment: Date, now = new Date()): string {
  let seconds = Math.max(0, Math.round((now.getTime() - moment.getTime()) / 1000));
  const parts: string[] = [];
  for (const [size, unit] of [
    [86400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ] as const) {
    const whole = Math.floor(seconds / size);
    seconds -= whole * size;
    if (whole > 0) parts.push(`${whole} ${unit}`);
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}
