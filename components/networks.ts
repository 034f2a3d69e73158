import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Machine } from "./hosts/machine.js";
import { dockerLabels, type Ownership, ownershipLabels } from "./labels.js";
import { type Transform, transformed } from "./transform.js";

export interface NetworkArgs {
  machine: Machine;
  owner: Ownership;
  /** Its name on the machine. Default: `<stack>-<entry>`. */
  network?: string;
  /** What is in it reaches nothing outside, and is reached from nowhere. Default: false. */
  internal?: boolean;
  transform?: Transform<docker.NetworkArgs>;
}

/**
 * The network of one entry: what is in no network with it cannot reach it, except from the machine itself through the ports
 * that it publishes.
 */
export function entryNetwork(name: string, args: NetworkArgs, opts: pulumi.CustomResourceOptions): docker.Network {
  const { machine, owner, transform } = args;
  return new docker.Network(
    ...transformed(
      transform,
      name,
      {
        name: args.network ?? `${owner.stack}-${owner.entry}`,
        ...(args.internal && { internal: true }),
        driver: "bridge",
        labels: dockerLabels(ownershipLabels(owner)),
      },
      { ...opts, ...machine.docker.opts, deleteBeforeReplace: true },
    ),
  );
}

/** The machine's own address in a network, from which what it forwards to a published port comes. */
export function gatewayAddress(network: docker.Network): pulumi.Output<string> {
  return network.ipamConfigs.apply((configs) => {
    const [config] = configs ?? [];
    if (config?.gateway) return config.gateway.replace(/\/\d+$/, "");
    const subnet = config?.subnet;
    if (!subnet) throw new Error("Docker gave a network no subnet");
    return firstHost(subnet);
  });
}

/** Docker's choice of gateway: the first address of an IPv4 subnet. */
function firstHost(subnet: string): string {
  const octets = subnet.split("/")[0]!.split(".").map(Number);
  const number = octets.reduce((sum, octet) => sum * 256 + octet, 0) + 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
