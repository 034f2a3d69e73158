import { atLeast } from "../values/version.js";

/** Every number from one to another, both among them. */
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/**
 * What a gateway takes beside its port, counted from it. Versions of 2026.2: the browser's control (+2), the relay of the browser's
 * extension (+3), and a debugging port for each browser profile (+11 to +110). Later ones ask for 120 ports to be left to each.
 */
const BEFORE_2026_3 = [0, 2, 3, ...range(11, 110)];
const SINCE_2026_3 = range(0, 119);

/** Ports of the machine that an OpenClaw gateway in the machine's own network takes, its own first. */
export function gatewayPorts(port: number, version: string | undefined): number[] {
  const old = version !== undefined && !atLeast(version, "2026.3.0");
  return (old ? BEFORE_2026_3 : SINCE_2026_3).map((offset) => port + offset);
}
