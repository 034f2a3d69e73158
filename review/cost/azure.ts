import type { JsonMap } from "../types.js";
import { attempt, type Part, type Pricers, part } from "./pricer.js";
import { BURSTABLE, DISKS, DNS_ZONE, POSTGRESQL, PUBLIC_ADDRESS, SERIES } from "./prices-azure.js";
import { asMap, list, lookUp, neededNumber, neededText, read, text, Unpriced } from "./reading.js";
import { HOURS } from "./sources.js";

const dnsZone = {
  kind: "DNS zone",
  parts: ({ inputs }: { inputs: JsonMap }): Part[] => {
    if (text(inputs, "zoneType") === "Private") throw new Unpriced("there is no price for a private zone");
    return [{ what: "DNS zone", monthly: DNS_ZONE }];
  },
};

export const azure: Pricers = {
  "azure-native:compute:VirtualMachine": { kind: "virtual machine", parts: ({ inputs }) => virtualMachine(inputs) },
  "azure-native:compute:Disk": {
    kind: "managed disk",
    parts: ({ inputs }) => [
      disk("managed disk", neededText(inputs, "sku.name"), neededNumber(inputs, "diskSizeGB"), locationOf(inputs)),
    ],
  },
  "azure-native:network:PublicIPAddress": {
    kind: "public address",
    parts: ({ inputs }) => {
      const sku = neededText(inputs, "sku.name");
      if (sku !== "Standard") throw new Unpriced(`there is no price for a public address of kind ${sku}`);
      if (text(inputs, "sku.tier") === "Global") throw new Unpriced("there is no price for a global address");
      if (text(inputs, "publicIPAddressVersion") === "IPv6") throw new Unpriced("there is no price for IPv6");
      return [{ what: "public address", monthly: PUBLIC_ADDRESS * HOURS }];
    },
  },
  "azure-native:dbforpostgresql:Server": { kind: "PostgreSQL server", parts: ({ inputs }) => postgresql(inputs) },
  "azure-native:network:Zone": dnsZone,
  "azure-native:dns:Zone": dnsZone,
};

function virtualMachine(inputs: JsonMap): Part[] {
  const size = neededText(inputs, "hardwareProfile.vmSize");
  const location = locationOf(inputs);
  const ofMachine = part(`virtual machine ${size}, ${location}`, () => {
    const priority = text(inputs, "priority");
    if (priority === "Spot" || priority === "Low")
      throw new Unpriced("the price of spot machines changes all the time");
    const isWindows =
      read(inputs, "osProfile.windowsConfiguration") !== undefined ||
      text(inputs, "storageProfile.osDisk.osType") === "Windows";
    if (isWindows) throw new Unpriced("the table is of Linux machines");
    return machine(size, location) * HOURS;
  });
  return [ofMachine, ...attempt("disks", () => disks(inputs, location))];
}

/** Dollars an hour. */
function machine(size: string, location: string): number {
  const [, name = ""] = /^Standard_(.+)$/i.exec(size) ?? [];
  if (/^B\d/.test(name))
    return lookUp(lookUp(BURSTABLE, location, "a machine in"), name, "a machine of size", ` in ${location}`);
  const [, letter, vcpus, rest] = /^([A-Z])(\d+)([a-z]*_v\d)$/.exec(name) ?? [];
  const series = `${letter}*${rest}`;
  const { vcpus: known, rates } = Object.hasOwn(SERIES, series) ? SERIES[series]! : { vcpus: [], rates: {} };
  if (!known.includes(Number(vcpus))) throw new Unpriced(`there is no price for a machine of size ${size}`);
  return Number(vcpus) * lookUp(rates, location, `${size} in`);
}

/** The disks that are made with the machine. Those that are attached are resources of their own. */
function disks(inputs: JsonMap, location: string): Part[] {
  const os = asMap(read(inputs, "storageProfile.osDisk"));
  const data = list(inputs, "storageProfile.dataDisks").map(asMap);
  return [os, ...data]
    .filter((one) => text(one, "createOption") !== "Attach")
    .flatMap((one, index) => {
      const what = index === 0 && one === os ? "system disk" : "data disk";
      return attempt(what, () => [
        disk(what, neededText(one, "managedDisk.storageAccountType"), neededNumber(one, "diskSizeGB"), location),
      ]);
    });
}

function disk(what: string, kind: string, gib: number, location: string): Part {
  return part(`${what} ${kind} ${gib} GiB, ${location}`, () => {
    const tiers = lookUp(lookUp(DISKS, location, "disks in"), kind, "disks of kind", ` in ${location}`);
    const tier = tiers.find((one) => gib <= one.gib);
    if (tier === undefined) throw new Unpriced(`there is no price for a disk of ${gib} GiB`);
    return tier.monthly;
  });
}

function postgresql(inputs: JsonMap): Part[] {
  const size = neededText(inputs, "sku.name");
  const location = locationOf(inputs);
  const standby = text(inputs, "highAvailability.mode") ?? "Disabled";
  // The standby is a second server with a disk of its own.
  const servers = standby === "Disabled" ? 1 : 2;
  const times = servers === 1 ? "" : ", with a standby";
  const prices = () => lookUp(POSTGRESQL, location, "a PostgreSQL server in");
  const parts = [
    part(
      `PostgreSQL ${size}, ${location}${times}`,
      () => servers * HOURS * lookUp(prices().compute, size, "a PostgreSQL server of size", ` in ${location}`),
    ),
    part(`PostgreSQL storage${times}`, () => servers * prices().gib * neededNumber(inputs, "storage.storageSizeGB")),
  ];
  // As much again as the storage is included in it.
  if (text(inputs, "backup.geoRedundantBackup") === "Enabled")
    parts.push({ what: "geo-redundant backups", why: "they cost by what they come to hold" });
  return parts;
}

/** `West Europe` is `westeurope`. Throws Unpriced where it is the resource group's. */
const locationOf = (inputs: JsonMap): string => neededText(inputs, "location").toLowerCase().replaceAll(" ", "");
