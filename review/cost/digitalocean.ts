import type { JsonMap } from "../types.js";
import { type Part, type Pricers, part, type Surroundings, unpriced } from "./pricer.js";
import {
  BACKUPS,
  DATABASES,
  DROPLETS,
  IDLE_ADDRESS,
  LOAD_BALANCER_NODE,
  REGISTRIES,
  SNAPSHOT_GB,
  VOLUME_GIB,
} from "./prices-digitalocean.js";
import { lookUp, neededNumber, neededText, number, read, text, Unpriced } from "./reading.js";

const snapshot = (of: string) => ({
  kind: `${of} snapshot`,
  parts: () => [unpriced(`${of} snapshot`, `$${SNAPSHOT_GB} a month for each GB that it comes to hold`)],
});

const reservedAddress = {
  kind: "reserved address",
  parts: ({ urn, inputs }: { urn: string; inputs: JsonMap }, { usersOf }: Surroundings): Part[] => {
    const isAssigned =
      (inputs.dropletId ?? undefined) !== undefined ||
      usersOf(urn).some(({ type }) => /:(ReservedIp|FloatingIp)Assignment$/.test(type));
    return [
      {
        what: isAssigned ? "reserved address" : "reserved address of no droplet",
        monthly: isAssigned ? 0 : IDLE_ADDRESS,
      },
    ];
  },
};

export const digitalocean: Pricers = {
  "digitalocean:Droplet": {
    kind: "droplet",
    parts: ({ inputs }) => {
      const size = neededText(inputs, "size");
      const monthly = () => lookUp(DROPLETS, size, "a droplet of size");
      return [part(`droplet ${size}${region(inputs)}`, monthly), ...backups(inputs, monthly)];
    },
  },
  "digitalocean:Volume": {
    kind: "volume",
    parts: ({ inputs }) => {
      const size = neededNumber(inputs, "size");
      return [{ what: `volume ${size} GiB${region(inputs)}`, monthly: size * VOLUME_GIB }];
    },
  },
  "digitalocean:DropletSnapshot": snapshot("droplet"),
  "digitalocean:VolumeSnapshot": snapshot("volume"),
  "digitalocean:CustomImage": snapshot("custom image, as a"),
  "digitalocean:ReservedIp": reservedAddress,
  "digitalocean:FloatingIp": reservedAddress,
  "digitalocean:LoadBalancer": {
    kind: "load balancer",
    parts: ({ inputs }) => {
      const type = text(inputs, "type") ?? "REGIONAL";
      if (type !== "REGIONAL") throw new Unpriced(`there is no price for a load balancer of type ${type}`);
      if (text(inputs, "size") !== undefined) throw new Unpriced("there is no price for the old sizes: set sizeUnit");
      const nodes = number(inputs, "sizeUnit") ?? 1;
      return [{ what: `load balancer of ${nodes} node${nodes === 1 ? "" : "s"}`, monthly: nodes * LOAD_BALANCER_NODE }];
    },
  },
  "digitalocean:DatabaseCluster": {
    kind: "database cluster",
    parts: ({ inputs }) => {
      const engine = neededText(inputs, "engine");
      const size = neededText(inputs, "size");
      const nodes = neededNumber(inputs, "nodeCount");
      const node = lookUp(lookUp(DATABASES, engine, "the engine"), size, `a ${engine} node of size`);
      const storage = number(inputs, "storageSizeMib") ?? 0;
      const what = `${engine} ${size}, ${nodes} node${nodes === 1 ? "" : "s"}`;
      const parts: Part[] = [{ what, monthly: nodes * node.monthly }];
      if (storage > node.includedGiB * 1024)
        parts.push(unpriced(`${engine} storage`, `more than the ${node.includedGiB} GiB that belong to the size`));
      return parts;
    },
  },
  "digitalocean:ContainerRegistry": {
    kind: "container registry",
    parts: ({ inputs }) => {
      const tier = neededText(inputs, "subscriptionTierSlug");
      if (tier === "starter") return [{ what: "container registry starter", monthly: 0 }];
      return [part(`container registry ${tier}`, () => lookUp(REGISTRIES, tier, "a container registry of tier"))];
    },
  },
  "digitalocean:SpacesBucket": {
    kind: "Spaces bucket",
    parts: () => [
      unpriced(
        "Spaces bucket",
        "$5 a month for all buckets of the account together with 250 GiB; then by what they hold",
      ),
    ],
  },
};

function backups(inputs: JsonMap, droplet: () => number): Part[] {
  const { backups: on } = inputs;
  if (on === undefined || on === null || on === false) return [];
  return [
    part("backups of the droplet", () => {
      read(inputs, "backups");
      const plan = text(inputs, "backupPolicy.plan") ?? "weekly";
      return droplet() * lookUp(BACKUPS, plan, "the backup plan");
    }),
  ];
}

/** No price goes by it: where it is not known, it is left out. */
const region = ({ region }: JsonMap): string =>
  typeof region === "string" && /^[a-z]+\d+$/.test(region) ? `, ${region}` : "";
