import type { Json, JsonMap, ReviewedResource } from "../types.js";
import { attempt, type Part, type Pricers, part, type Surroundings, unpriced } from "./pricer.js";
import {
  ADDRESS_IN_USE,
  DISK_GIB,
  DNS_ZONE,
  FIRST_GENERATION,
  FIRST_GENERATION_SUSTAINED,
  IDLE_ADDRESS,
  SERIES,
  SHARED_CORES,
} from "./prices-gcp.js";
import { asMap, list, lookUp, neededNumber, neededText, read, text, Unpriced } from "./reading.js";
import { HOURS } from "./sources.js";

/** Images whose licence is billed apart. */
const LICENSED = /windows|rhel|sles|sql-|ubuntu-pro/i;

export const gcp: Pricers = {
  "gcp:compute:Instance": { kind: "instance", parts: ({ inputs }) => instance(inputs) },
  "gcp:compute:Disk": {
    kind: "disk",
    parts: ({ inputs }) => {
      const type = last(text(inputs, "type") ?? "pd-standard");
      return [disk(`disk ${type}`, type, neededNumber(inputs, "size"), regionOf(inputs))];
    },
  },
  "gcp:compute:Snapshot": {
    kind: "snapshot",
    parts: () => [unpriced("snapshot", "it costs by what it comes to hold")],
  },
  "gcp:compute:Address": {
    kind: "static address",
    parts: (resource, surroundings) => address(resource, surroundings),
  },
  "gcp:dns:ManagedZone": { kind: "DNS zone", parts: () => [{ what: "DNS zone", monthly: DNS_ZONE }] },
};

function instance(inputs: JsonMap): Part[] {
  const type = last(neededText(inputs, "machineType"));
  const region = regionOf(inputs);
  const parts = [
    part(`instance ${type}, ${region}`, () => {
      const provisioning = text(inputs, "scheduling.provisioningModel");
      if (provisioning === "SPOT" || read(inputs, "scheduling.preemptible") === true)
        throw new Unpriced("the price of spot machines changes all the time");
      return machine(type, region) * HOURS;
    }),
    ...attempt("boot disk", () => boot(inputs, region)),
    ...attempt("external addresses", () => external(inputs)),
  ];
  if (list(inputs, "guestAccelerators").length > 0) parts.push(unpriced("accelerators", "there is no price for them"));
  if (list(inputs, "scratchDisks").length > 0) parts.push(unpriced("local disks", "there is no price for them"));
  return parts;
}

/** Dollars an hour of a machine that runs all month. */
function machine(type: string, region: string): number {
  if (Object.hasOwn(FIRST_GENERATION, type))
    return lookUp(FIRST_GENERATION[type]!, region, `${type} in`) * (1 - FIRST_GENERATION_SUSTAINED);
  const { series, vcpu, gib } = size(type);
  const { rates, sustained } = SERIES[series]!;
  const rate = lookUp(rates, region, `${type} in`);
  return (vcpu * rate.vcpu + gib * rate.gib) * (1 - sustained);
}

function size(type: string): { series: string; vcpu: number; gib: number } {
  if (Object.hasOwn(SHARED_CORES, type)) return SHARED_CORES[type]!;
  const [series = "", shape = "", vcpus = ""] = type.split("-");
  const known = Object.hasOwn(SERIES, series) ? SERIES[series]!.shapes : {};
  const found = Object.hasOwn(known, shape) ? known[shape]! : undefined;
  const vcpu = found?.vcpus.find((number) => String(number) === vcpus && type === `${series}-${shape}-${number}`);
  if (found === undefined || vcpu === undefined) throw new Unpriced(`there is no price for the machine type ${type}`);
  return { series, vcpu, gib: vcpu * found.gib };
}

/** Of the boot disk that is made with the machine; one that exists is a resource of its own. */
function boot(inputs: JsonMap, region: string): Part[] {
  if (text(inputs, "bootDisk.source") !== undefined) return [];
  const disk = part("boot disk", () => {
    const type = last(text(inputs, "bootDisk.initializeParams.type") ?? "pd-standard");
    return gibPrice(type, region) * neededNumber(inputs, "bootDisk.initializeParams.size");
  });
  const image = text(inputs, "bootDisk.initializeParams.image") ?? "";
  return LICENSED.test(image) ? [disk, unpriced(`licence of ${last(image)}`, "there is no price for it")] : [disk];
}

function disk(what: string, type: string, gib: number, region: string): Part {
  return part(`${what} ${gib} GiB, ${region}`, () => gibPrice(type, region) * gib);
}

const gibPrice = (type: string, region: string): number =>
  lookUp(lookUp(DISK_GIB, region, "a disk in"), type, "a disk of type", ` in ${region}`);

/** Addresses by which it is reached from outside, reserved ones too: they cost where they are used. */
function external(inputs: JsonMap): Part[] {
  const configs = list(inputs, "networkInterfaces").flatMap((card: Json) => list(asMap(card), "accessConfigs"));
  return configs.map(() => ({ what: "external address", monthly: ADDRESS_IN_USE * HOURS }));
}

function address({ urn, inputs }: ReviewedResource, { usersOf }: Surroundings): Part[] {
  if (text(inputs, "addressType") === "INTERNAL") return [{ what: "internal address", monthly: 0 }];
  const users = usersOf(urn).map(({ type }) => type);
  if (users.some((type) => /:(Instance|ForwardingRule)$/.test(type)))
    return [{ what: "static address in use, see what uses it", monthly: 0 }];
  if (users.some((type) => !/:(RecordSet|DnsRecord|Record)$/.test(type) && !type.startsWith("fleet:")))
    throw new Unpriced("the table does not say what an address costs that is used like this");
  const region = neededText(inputs, "region");
  return [
    part(
      `static address that no machine of the stack uses, ${region}`,
      () => lookUp(IDLE_ADDRESS, region, "an unused address in") * HOURS,
    ),
  ];
}

/** The region of the zone. Throws Unpriced where the provider's configuration says it. */
function regionOf(inputs: JsonMap): string {
  const zone = text(inputs, "zone");
  if (zone === undefined) throw new Unpriced("zone is not set");
  return last(zone).replace(/-[a-z]$/, "");
}

/** Names may be given as URLs. */
const last = (name: string): string => name.split("/").at(-1)!;
