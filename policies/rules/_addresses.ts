import { BlockList, isIP } from "node:net";

/** Ranges that are not routed on the public Internet: RFC 1918, 6598 (also Tailscale's), 3927, 4193, 4291, loopback. */
const PRIVATE = new BlockList();
for (const [net, prefix] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
  ["169.254.0.0", 16],
  ["127.0.0.0", 8],
  ["0.0.0.0", 8],
] as const)
  PRIVATE.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of [
  ["fc00::", 7],
  ["fe80::", 10],
  ["::1", 128],
  ["::", 128],
] as const)
  PRIVATE.addSubnet(net, prefix, "ipv6");

/** Whether it is an address, or a range, that the public Internet does not route. */
export function isPrivate(text: string): boolean {
  const [address = "", prefix] = text.split("/");
  const family = isIP(address);
  if (family === 0 || (prefix !== undefined && isWide(family, Number(prefix)))) return false;
  return PRIVATE.check(address, family === 4 ? "ipv4" : "ipv6");
}

/** Ranges shorter than these are the world in a few pieces, such as `0.0.0.0/1`. */
const isWide = (family: number, prefix: number) => prefix < (family === 4 ? 7 : 4);

/** Whether a source or destination of a firewall rule is everybody; with Azure's words for it. */
export function isWorld(text: string): boolean {
  if (/^(\*|any|internet|0\.0\.0\.0|::)$/i.test(text)) return true;
  const [address = "", prefix] = text.split("/");
  const family = isIP(address);
  return family !== 0 && prefix !== undefined && isWide(family, Number(prefix));
}

export const isAddress = (text: string) => isIP(text) !== 0;
