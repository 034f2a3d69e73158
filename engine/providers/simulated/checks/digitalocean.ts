import type { PropertyMap } from "../../../values.js";
import { type Held, type Refusal, textOf, type Vendor } from "./account.js";

/** https://docs.digitalocean.com/platform/regional-availability/ */
const REGIONS = [
  ...["ams2", "ams3", "atl1", "blr1", "fra1", "lon1", "nyc1", "nyc2", "nyc3", "ric1", "sfo1", "sfo2", "sfo3", "sgp1"],
  ...["syd1", "tor1"],
];
/** Slugs of sizes by their form: the list of them changes every few months. */
const SIZE = /^(s-\d+vcpu-\d+(gb|mb)|(c2?|g|gd|m|m3|m6|so|so1_5|gpu)-\d+(vcpu)?(x?-?\d+gb)?|c-\d+)(-[a-z0-9-]+)?$/;
const VOLUME_NAME = /^[a-z][a-z0-9-]{0,63}$/;
const LARGEST_VOLUME_GIB = 16_384;
/** Droplets of a new account: https://docs.digitalocean.com/products/droplets/details/limits/ */
const DROPLET_LIMIT = 10;

/** FLEET_SIMULATED_DROPLET_LIMIT: the limit of an account that has another one. */
const dropletLimit = () => Number(process.env.FLEET_SIMULATED_DROPLET_LIMIT) || DROPLET_LIMIT;

const REGION_FIX = "see the regions with doctl compute region list, and write one of them under fleet:clouds";

/** By the type's name: what is refused, given those of the type that are held. */
const refusals: Record<string, (inputs: PropertyMap, held: Held[]) => Refusal | undefined> = {
  droplet: (inputs, held) => {
    if (isKnown(inputs.region) && !REGIONS.includes(textOf(inputs.region)))
      return { message: "422 You specified an invalid region for Droplet creation.", fix: REGION_FIX };
    if (isKnown(inputs.size) && !SIZE.test(textOf(inputs.size))) {
      return {
        message: "422 You specified an invalid size for Droplet creation.",
        fix: "see the sizes with doctl compute size list",
      };
    }
    if (held.length < dropletLimit()) return undefined;
    return {
      message: "422 creating this/these droplet(s) will exceed your droplet limit",
      fix: `the account has room for ${dropletLimit()} droplets, and a rebuild needs one more for a while: ask DigitalOcean for a higher limit`,
    };
  },
  volume: (inputs, held) => {
    const name = textOf(inputs.name);
    if (isKnown(inputs.region) && !REGIONS.includes(textOf(inputs.region)))
      return { message: "422 region is not available for volumes", fix: REGION_FIX };
    if (!VOLUME_NAME.test(name)) {
      return {
        message: `422 name ${name} is invalid: only lower-case letters, digits and hyphens, a letter first, 64 characters at most`,
        fix: "give the volume a name of its own by the key name",
      };
    }
    const size = Number(inputs.size);
    if (!(size >= 1 && size <= LARGEST_VOLUME_GIB))
      return { message: `422 size must be from 1 to ${LARGEST_VOLUME_GIB} GiB`, fix: "write another size" };
    if (!held.some(({ inputs: other }) => other.name === name && other.region === inputs.region)) return undefined;
    return {
      message: `409 volume name ${name} already exists in region ${textOf(inputs.region)}`,
      fix: "take the volume up by its id (doctl compute volume list), or give this one another name",
    };
  },
  vpc: (inputs) =>
    isKnown(inputs.region) && !REGIONS.includes(textOf(inputs.region))
      ? { message: "422 region is not available for VPCs", fix: REGION_FIX }
      : undefined,
  sshKey: ({ publicKey }, held) =>
    held.some(({ inputs }) => bare(inputs.publicKey) === bare(publicKey))
      ? {
          message: "422 SSH Key is already in use on your account",
          fix: "make it in one stack, and take the cloud from that one by shared",
        }
      : undefined,
  domain: ({ name }, held) =>
    held.some(({ inputs }) => inputs.name === name)
      ? {
          message: `422 domain ${textOf(name)} already exists`,
          fix: "make it in one stack, and take the zone from that one by shared",
        }
      : undefined,
};

/** Domains that the account has from elsewhere, where FLEET_SIMULATED_DOMAINS lists them; undefined: any may be there. */
const otherDomains = () => process.env.FLEET_SIMULATED_DOMAINS?.split(",").map((domain) => domain.trim());

function recordRefusal(inputs: PropertyMap, held: Held[]): Refusal | undefined {
  const domain = textOf(inputs.domain);
  const others = otherDomains();
  const isThere = held.some(({ type, inputs: own }) => kindOf(type) === "domain" && own.name === domain);
  // Another stack may have made it: only what cannot be one is sure not to be there.
  if (isThere || (others ? others.includes(domain) : domain.includes("."))) return undefined;
  return {
    message: "404 The resource you were accessing could not be found.",
    fix: `there is no domain ${domain} in the account: declare it in fleet:dns`,
  };
}

/** A key without its comment. */
const bare = (key: unknown) => textOf(key).split(" ").slice(0, 2).join(" ");

const isKnown = (value: unknown) => textOf(value) !== "";

const kindOf = (type: string) => /^digitalocean:index\/(\w+):/.exec(type)?.[1] ?? "";

const NUMBERED = new Set(["droplet", "sshKey", "dnsRecord", "customImage"]);

/** Reserved addresses: of 203.0.113.0/24, which is for documentation. */
const reserved = (hash: string) => `203.0.113.${1 + (Number.parseInt(hash.slice(0, 4), 16) % 254)}`;

export const digitalocean: Vendor = {
  name: "DigitalOcean",
  refuses(type, inputs, held) {
    const kind = kindOf(type);
    if (kind === "dnsRecord") return recordRefusal(inputs, held);
    return refusals[kind]?.(
      inputs,
      held.filter((object) => object.type === type),
    );
  },
  id(type, inputs, hash) {
    const kind = kindOf(type);
    const number = String(100_000_000 + (Number.parseInt(hash.slice(0, 10), 16) % 900_000_000));
    if (NUMBERED.has(kind)) return number;
    switch (kind) {
      case "domain":
      case "tag":
        return textOf(inputs.name);
      case "reservedIp":
        return reserved(hash);
      case "reservedIpAssignment":
        return `${Number(inputs.dropletId)}-${textOf(inputs.ipAddress)}-${number}`;
      case "volumeAttachment":
        return `${Number(inputs.dropletId)}-${textOf(inputs.volumeId)}-${number}`;
      case "projectResources":
        return textOf(inputs.project);
      default:
        return undefined;
    }
  },
  output(type, key, { id, inputs, hash }) {
    const kind = kindOf(type);
    if (key.endsWith("Urn")) return `do:${kind.toLowerCase()}:${id}`;
    switch (`${kind}.${key}`) {
      case "reservedIp.ipAddress":
        return id;
      case "dnsRecord.fqdn":
        return inputs.name === "@" ? textOf(inputs.domain) : `${textOf(inputs.name)}.${textOf(inputs.domain)}`;
      case "vpc.ipRange":
        return `198.18.${(Number.parseInt(hash.slice(0, 2), 16) % 16) * 16}.0/20`;
      case "sshKey.fingerprint":
        return hash.slice(0, 32).match(/../g)!.join(":");
      default:
        return undefined;
    }
  },
};
