import type { PropertyMap } from "../../../values.js";
import type { DockerClient } from "../client.js";
import { objects, texts } from "./create-body.js";
import { DEFAULT_MODES, endpointGrants, isNetwork } from "./endpoints.js";
import type { Inspected } from "./inspected.js";

/** What POST /containers/create and POST /networks/{id}/connect get for a network. */
export function endpointSettings(asked: PropertyMap): object {
  const driverOpts = texts(asked.driverOpts).map((option) => {
    const equals = option.indexOf("=");
    return [option.slice(0, equals), option.slice(equals + 1)];
  });
  return {
    Aliases: texts(asked.aliases),
    ...(driverOpts.length > 0 ? { DriverOpts: Object.fromEntries(driverOpts) } : {}),
    ...(asked.macAddress ? { MacAddress: asked.macAddress } : {}),
    IPAMConfig: {
      ...(asked.ipv4Address ? { IPv4Address: asked.ipv4Address } : {}),
      ...(asked.ipv6Address ? { IPv6Address: asked.ipv6Address } : {}),
      ...(texts(asked.linkLocalIps).length > 0 ? { LinkLocalIPs: texts(asked.linkLocalIps) } : {}),
    },
  };
}

/**
 * The network that the container is created in; the API takes one, the others are connected before it starts.
 * With networkMode "bridge" that is the first of networksAdvanced, in place of the default bridge; HostConfig.NetworkMode stays
 * "bridge", as the vendor's plugin leaves it and reads it back.
 */
export function firstEndpoint(inputs: PropertyMap): PropertyMap | undefined {
  const asked = objects(inputs.networksAdvanced);
  if (DEFAULT_MODES.includes(String(inputs.networkMode ?? "bridge"))) return asked[0];
  return asked.find((network) => network.name === inputs.networkMode);
}

/** True if the container is attached to what was asked and to nothing else. */
export function networksAgree(live: Inspected, inputs: PropertyMap): boolean {
  const { missing, surplus } = compare(live, inputs);
  return missing.length === 0 && surplus.length === 0;
}

/** Connects what is missing and disconnects what was not asked. Idempotent. */
export async function settleNetworks(
  client: DockerClient,
  live: Inspected,
  inputs: PropertyMap,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { missing, surplus } = compare(live, inputs);
  const name = live.Name.slice(1);
  for (const network of surplus) {
    await client.post(`/networks/${encodeURIComponent(network)}/disconnect`, {
      doing: `disconnecting container "${name}" from network "${network}"`,
      body: { Container: live.Id, Force: false },
      signal,
    });
  }
  for (const network of missing) {
    await client.post(`/networks/${encodeURIComponent(String(network.name))}/connect`, {
      doing: `connecting container "${name}" to network "${network.name}"`,
      body: { Container: live.Id, EndpointConfig: endpointSettings(network) },
      signal,
    });
  }
  return missing.length > 0 || surplus.length > 0;
}

function compare(live: Inspected, inputs: PropertyMap): { missing: PropertyMap[]; surplus: string[] } {
  const asked = objects(inputs.networksAdvanced);
  // A container that asks for nothing is left where networkMode, or somebody else, put it.
  if (asked.length === 0) return { missing: [], surplus: [] };
  const attached = Object.entries(live.NetworkSettings.Networks ?? {});
  const isRight = (network: PropertyMap) =>
    attached.some(([name, endpoint]) => isNetwork(network.name, name, endpoint) && endpointGrants(network, endpoint));
  const mode = String(inputs.networkMode ?? "bridge");
  const surplus = attached.filter(([name, endpoint]) => {
    const want = asked.find((network) => isNetwork(network.name, name, endpoint));
    if (want) return !endpointGrants(want, endpoint);
    return DEFAULT_MODES.includes(mode) || !isNetwork(mode, name, endpoint);
  });
  return { missing: asked.filter((network) => !isRight(network)), surplus: surplus.map(([name]) => name) };
}
