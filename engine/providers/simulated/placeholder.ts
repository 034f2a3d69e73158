import { createHash } from "node:crypto";
import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../values.js";
import { vendorOf } from "./checks/index.js";
import type { OutputKind } from "./facts.js";

/** A time before which nothing that a real provider made can be: it is plainly not real. */
const EPOCH = "1970-01-01T00:00:00Z";

/** Hex digits that are the same for the same parts. */
export function digest(...parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

export interface Subject {
  pkg: string;
  type: string;
  /** The resource's name in the program. */
  name: string;
  /** Same for the same resource. */
  seed: string;
  /** Plain. */
  inputs: PropertyMap;
}

/** The name that the object would have, by its inputs or else by the resource's name. */
export function objectName({ inputs, name }: Subject): string {
  return typeof inputs.name === "string" && inputs.name !== "" ? inputs.name : name;
}

/** The id that a simulated object gets: shaped as the vendor's where programs look into it. */
export function placeholderId(subject: Subject): string {
  const { type, seed } = subject;
  if (/^docker:index\/(volume|tag):/.test(type)) return objectName(subject);
  if (type.startsWith("docker:index/remoteImage:")) return `sha256:${digest(seed, "image")}${objectName(subject)}`;
  if (type.startsWith("docker:")) return digest(seed);
  if (type.startsWith("command:")) return `${subject.name}${digest(seed).slice(0, 8)}`;
  const hash = digest(seed);
  return vendorOf(subject.pkg)?.id(type, subject.inputs, hash) ?? uuid(hash);
}

/** A value for an output that only the real provider could know: of the right type, and recognizable as made up. */
export function placeholder(subject: Subject, key: string, kind: OutputKind): PropertyValue {
  const hash = digest(subject.seed, key);
  switch (kind) {
    case "boolean":
      return false;
    case "array":
      return known(subject, key) ?? [];
    case "object":
      return {};
    case "integer":
    case "number":
      return /port$/i.test(key) ? 20_000 + (Number.parseInt(hash.slice(0, 4), 16) % 10_000) : 0;
    case "string":
      return known(subject, key) ?? text(subject, key, hash);
  }
}

/** What programs take apart or pass on. */
function known(subject: Subject, key: string): PropertyValue | undefined {
  const { type, seed } = subject;
  const name = objectName(subject);
  switch (`${type.split(":").at(-1)}.${key}`) {
    case "Container.networkDatas":
      return networkDatas(subject);
    case "Container.containerLogs":
    case "Command.stdout":
    case "Command.stderr":
      return "";
    case "Container.hostname":
      return digest(seed).slice(0, 12);
    case "RemoteImage.imageId":
      return `sha256:${digest(seed, "image")}`;
    case "RemoteImage.repoDigest":
      return `${name.replace(/(:[^/:]*|@.*)$/, "")}@sha256:${digest(seed, "repository")}`;
    case "Image.repoDigest":
      return `${String(subject.inputs.imageName ?? name).replace(/:[^/:]*$/, "")}@sha256:${digest(seed, "repository")}`;
    case "Volume.mountpoint":
      return `/var/lib/docker/volumes/${name}/_data`;
    case "Network.driver":
      return "bridge";
    case "Network.ipamConfigs":
      return [{ subnet: "192.0.2.0/24", gateway: "192.0.2.1", ipRange: "", auxAddress: {} }];
    case "Volume.driver":
      return type.startsWith("docker:") ? "local" : undefined;
    default:
      return undefined;
  }
}

/** One entry for each network that the container joins; the addresses are of 192.0.2.0/24, which is for documentation. */
function networkDatas({ inputs, seed }: Subject): PropertyValue {
  const joined = Array.isArray(inputs.networksAdvanced) ? inputs.networksAdvanced : [];
  const names = joined.map((network) => (isPropertyMap(network) ? String(network.name) : ""));
  return (names.length > 0 ? names : ["bridge"]).map((networkName) => ({
    networkName,
    gateway: "192.0.2.1",
    globalIpv6Address: "",
    globalIpv6PrefixLength: 0,
    ipAddress: documentationAddress(digest(seed, networkName)),
    ipPrefixLength: 24,
    ipv6Gateway: "",
    macAddress: `02:${digest(seed, networkName, "mac").slice(0, 10).match(/../g)!.join(":")}`,
  }));
}

function text(subject: Subject, key: string, hash: string): string {
  const own = vendorOf(subject.pkg)?.output(subject.type, key, { id: placeholderId(subject), ...subject, hash });
  if (own !== undefined) return own;
  if (key === "name") return objectName(subject);
  if (/ipv?6/i.test(key)) return `2001:db8::${hash.slice(0, 4)}`;
  if (/ip(v4)?(address)?(private)?$/i.test(key)) return documentationAddress(hash);
  if (/urn$/i.test(key)) return `${subject.pkg}:simulated:${hash.slice(0, 12)}`;
  if (/uuid$|^(project|owner|tunnel|zone)Id$/i.test(key)) return uuid(hash);
  if (
    /(at|on)$|^last|^not(After|Before)$/i.test(key) &&
    /created|modified|updated|expires|active|deleted|not/i.test(key)
  ) {
    return EPOCH;
  }
  if (/digest$|sha256/i.test(key)) return `sha256:${hash}`;
  if (/host$|endpoint$|domain(name)?$|fqdn$/i.test(key)) return `${hash.slice(0, 8)}.simulated.invalid`;
  if (/(uri|url)$/i.test(key)) return `https://${hash.slice(0, 8)}.simulated.invalid/`;
  if (key === "status" || key === "state") return "active";
  return `simulated-${hash.slice(0, 12)}`;
}

function documentationAddress(hash: string): string {
  return `192.0.2.${2 + (Number.parseInt(hash.slice(0, 4), 16) % 252)}`;
}

function uuid(hash: string): string {
  const variant = "89ab"[Number.parseInt(hash[16]!, 16) % 4]!;
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
