import { isIP } from "node:net";

/** An address range as first and last address. */
interface Range {
  family: number;
  first: bigint;
  last: bigint;
}

/** The range of `10.0.0.0/24` or `fd00::/64`; undefined if it is none. */
export function cidrRange(text: string): Range | undefined {
  const [address, prefix] = text.split("/");
  const family = isIP(address ?? "");
  const bits = family === 4 ? 32 : 128;
  const length = Number(prefix);
  if (family === 0 || prefix === undefined || !/^\d+$/.test(prefix) || length > bits) return undefined;
  const mask = (1n << BigInt(bits - length)) - 1n;
  const value = family === 4 ? ipv4(address!) : ipv6(address!);
  return { family, first: value & ~mask, last: value | mask };
}

/** True if two ranges share an address. */
export function overlap(a: string, b: string): boolean {
  const [x, y] = [cidrRange(a), cidrRange(b)];
  return x !== undefined && y !== undefined && x.family === y.family && x.first <= y.last && y.first <= x.last;
}

function ipv4(text: string): bigint {
  return text.split(".").reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function ipv6(text: string): bigint {
  const [head = "", tail] = text.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...zeros, ...right].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}
