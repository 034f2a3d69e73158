const UNITS: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };
const PART = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g;

/** Nanoseconds of a Go duration (`1m30s`, `500ms`, `0`); undefined if it is none. */
export function nanoseconds(text: string): number | undefined {
  if (text === "0") return 0;
  let total = 0;
  let length = 0;
  for (const [whole, amount, unit] of text.matchAll(PART)) {
    total += Number(amount) * UNITS[unit!]!;
    length += whole.length;
  }
  return length > 0 && length === text.length ? Math.round(total) : undefined;
}

/** A Go duration as Go prints it: `1m30s`, `0s`. */
export function duration(ns: number): string {
  if (ns === 0) return "0s";
  if (ns < 1e9) return ns % 1e6 === 0 ? `${ns / 1e6}ms` : `${ns}ns`;
  const hours = Math.floor(ns / 3600e9);
  const minutes = Math.floor((ns % 3600e9) / 60e9);
  const seconds = (ns % 60e9) / 1e9;
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
