/** A time as RFC 3339 in UTC, as Go writes it (trailing zeros of the fraction cut off). The wall clock gives milliseconds. */
export function rfc3339Nano(epochMilliseconds: number = Date.now()): string {
  const [seconds, fraction = ""] = new Date(epochMilliseconds).toISOString().slice(0, -1).split(".");
  const digits = fraction.replace(/0+$/, "");
  return digits ? `${seconds}.${digits}Z` : `${seconds}Z`;
}

/** Nanoseconds since 1970, as file names of histories and backups carry them. Never twice the same in one process. */
export function unixNano(): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  last = now > last ? now : last + 1n;
  return last.toString();
}
let last = 0n;
