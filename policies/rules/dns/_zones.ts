import { isUnknown, type Stack, UNKNOWN } from "../../rule.js";
import { plainType } from "../_types.js";

export type Resource = Stack["resources"][number];
export type Provider = "cloudflare" | "digitalocean" | "gcp" | "azure";

/** A zone that the stack makes. */
export interface Zone {
  provider: Provider;
  resource: Resource;
  /** What the public Internet does not see; undefined: known only later. */
  isPrivate: boolean | undefined;
}

/** One name and type with all its values. */
export interface DnsRecord {
  provider: Provider;
  resource: Resource;
  type: string | typeof UNKNOWN;
  /** As written; without the dot at the end. */
  values: (string | typeof UNKNOWN)[];
}

const ZONES: Record<string, Provider> = {
  "cloudflare:index/zone:Zone": "cloudflare",
  "digitalocean:index/domain:Domain": "digitalocean",
  "gcp:dns/managedZone:ManagedZone": "gcp",
  "azure-native:dns:Zone": "azure",
};
const RECORDS: Record<string, Provider> = {
  "cloudflare:index/dnsRecord:DnsRecord": "cloudflare",
  "cloudflare:index/record:Record": "cloudflare",
  "digitalocean:index/dnsRecord:DnsRecord": "digitalocean",
  "gcp:dns/recordSet:RecordSet": "gcp",
  "azure-native:dns:RecordSet": "azure",
};

export function zonesOf({ resources }: Stack): Zone[] {
  return resources.flatMap((resource) => {
    const provider = ZONES[plainType(resource.type)];
    return provider === undefined ? [] : [{ provider, resource, isPrivate: isPrivateZone(provider, resource) }];
  });
}

function isPrivateZone(provider: Provider, { props }: Resource): boolean | undefined {
  const kind = provider === "gcp" ? props.visibility : provider === "azure" ? props.zoneType : undefined;
  return isUnknown(kind) ? undefined : String(kind ?? "public").toLowerCase() === "private";
}

export function recordsOf({ resources }: Stack): DnsRecord[] {
  return resources.flatMap((resource) => {
    const provider = RECORDS[plainType(resource.type)];
    if (provider === undefined) return [];
    const { type, recordType } = resource.props;
    const given = provider === "azure" ? recordType : type;
    return [
      {
        provider,
        resource,
        // Azure's may have the resource type before it.
        type: isUnknown(given)
          ? UNKNOWN
          : String(given ?? "")
              .replace(/^.*\//, "")
              .toUpperCase(),
        values: valuesOf(provider, resource.props).map((value) => (isUnknown(value) ? UNKNOWN : bare(String(value)))),
      },
    ];
  });
}

const bare = (text: string) => text.replace(/\.$/, "");

function valuesOf(provider: Provider, props: Resource["props"]): unknown[] {
  switch (provider) {
    case "digitalocean":
      return given(props.value);
    case "gcp":
      return isUnknown(props.rrdatas) ? [UNKNOWN] : (props.rrdatas ?? []);
    case "cloudflare":
      return given(props.content ?? props.value ?? (isUnknown(props.data) ? UNKNOWN : props.data?.target));
    case "azure":
      return [
        ...ofList(props.aRecords, "ipv4Address"),
        ...ofList(props.aaaaRecords, "ipv6Address"),
        ...ofList(isUnknown(props.cnameRecord) ? UNKNOWN : props.cnameRecord && [props.cnameRecord], "cname"),
      ];
  }
}

const given = (value: unknown) => (value === undefined ? [] : [value]);

function ofList(list: unknown, key: string): unknown[] {
  if (isUnknown(list)) return [UNKNOWN];
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry) => (isUnknown(entry) ? [UNKNOWN] : given(entry[key])));
}

/** Types of what has an address or a host name, so that a record may follow it. */
const ADDRESSED =
  /address|app\b|bucket|container|distribution|droplet|fqdn|(floating|reserved|public)ip|forwardingrule|instance|loadbalancer|pages|server|service|site|stackreference|storageaccount|tunnel|virtualmachine|worker/i;

/** What a record may have its value from: of what it comes after, that which has addresses. */
export function sourcesOf({ dependencies }: Resource, { resources }: Stack): Resource[] {
  return resources.filter(({ urn, type }) => dependencies.includes(urn) && ADDRESSED.test(type.split(":").at(-1)!));
}

/** By what a record, or another thing of a zone, names its zone: of the record, of the zone. */
const NAMES: Record<Provider, [of: string, zone: string[]]> = {
  cloudflare: ["zoneId", ["id"]],
  digitalocean: ["domain", ["name"]],
  gcp: ["managedZone", ["name"]],
  azure: ["zoneName", ["zoneName", "name"]],
};

/** Whether something that has a zone has this one. What names it in clear counts more than on what it waits for. */
export function belongsTo({ props, dependencies }: Resource, { provider, resource: zone }: Zone): boolean {
  const [key, keys] = NAMES[provider];
  const named = props[key];
  const names = keys.map((one) => zone.props[one] ?? zone.outputs[one]).filter((name) => name !== undefined);
  const isClear = named !== undefined && !isUnknown(named) && names.length > 0 && !names.some(isUnknown);
  return isClear ? names.includes(named) : dependencies.includes(zone.urn);
}
