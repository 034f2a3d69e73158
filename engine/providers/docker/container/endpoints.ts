import type { PropertyMap, PropertyValue } from "../../../values.js";
import { objects, texts } from "./create-body.js";
import type { Inspected } from "./inspected.js";

type Endpoint = Inspected["NetworkSettings"]["Networks"][string];

export function networkDatas(live: Inspected): PropertyMap[] {
  return Object.entries(live.NetworkSettings.Networks ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([networkName, endpoint]) => ({
      gateway: endpoint.Gateway,
      globalIpv6Address: endpoint.GlobalIPv6Address,
      globalIpv6PrefixLength: endpoint.GlobalIPv6PrefixLen,
      ipAddress: endpoint.IPAddress,
      ipPrefixLength: endpoint.IPPrefixLen,
      ipv6Gateway: endpoint.IPv6Gateway,
      macAddress: endpoint.MacAddress,
      networkName,
    }));
}

/** Modes in which a container is in the networks that are listed, or in the default bridge. */
export const DEFAULT_MODES = ["bridge", "default"];

/** Other modes that are no network of the Docker host. */
const OWN_STACK = /^(host|none|container:.*)?$/;

/**
 * The network mode, in the words in which it is asked for. Made by hand, `docker run --network web`, a container has that name as
 * its mode; asked for in the list of networks, it has the default. Both are in that network and no other.
 */
export function networkMode(live: Inspected, asked: PropertyMap): string {
  const mode = live.HostConfig.NetworkMode ?? "";
  if (DEFAULT_MODES.includes(mode)) return "bridge";
  return DEFAULT_MODES.includes(String(asked.networkMode)) && !OWN_STACK.test(mode) ? "bridge" : mode;
}

/** The networks beside that of networkMode, each as it was asked where it is as asked. */
export function networks(live: Inspected, asked: PropertyMap): PropertyMap[] {
  const wanted = objects(asked.networksAdvanced);
  const mode = networkMode(live, asked);
  const found: PropertyMap[] = [];
  for (const [name, endpoint] of Object.entries(live.NetworkSettings.Networks ?? {})) {
    const want = wanted.find((item) => isNetwork(item.name, name, endpoint));
    const own = mode === name || mode === endpoint.NetworkID || ["host", "none"].includes(name);
    if (!want && own) continue;
    found.push(want && endpointGrants(want, endpoint) ? want : endpointOf(name, endpoint, live.Id));
  }
  return found;
}

/** True if an asked network, by name or id, is this one. */
export function isNetwork(asked: PropertyValue | undefined, name: string, endpoint: { NetworkID?: string }): boolean {
  return asked === name || (typeof asked === "string" && asked !== "" && asked === endpoint.NetworkID);
}

/** True if an endpoint has the aliases and addresses that were asked. */
export function endpointGrants(asked: PropertyMap, endpoint: Endpoint): boolean {
  const aliases = (endpoint.Aliases as string[] | null | undefined) ?? [];
  const ipam = (endpoint.IPAMConfig ?? {}) as { IPv4Address?: string; IPv6Address?: string };
  return (
    texts(asked.aliases).every((alias) => aliases.includes(alias)) &&
    (!asked.ipv4Address || asked.ipv4Address === ipam.IPv4Address) &&
    (!asked.ipv6Address || asked.ipv6Address === ipam.IPv6Address)
  );
}

function endpointOf(name: string, endpoint: Endpoint, id: string): PropertyMap {
  const ipam = (endpoint.IPAMConfig ?? {}) as { IPv4Address?: string; IPv6Address?: string };
  // Docker adds the container's short id to the aliases by itself.
  const aliases = ((endpoint.Aliases as string[] | null | undefined) ?? []).filter((alias) => !id.startsWith(alias));
  return { name, aliases, ipv4Address: ipam.IPv4Address ?? "", ipv6Address: ipam.IPv6Address ?? "" };
}
