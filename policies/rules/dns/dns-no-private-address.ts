import { isUnknown, type Stack, type StackRule, type Verdict } from "../../rule.js";
import { isPrivate } from "../_addresses.js";
import { plainType } from "../_types.js";
import { breachesFirst } from "../_values.js";
import { belongsTo, type DnsRecord, recordsOf, sourcesOf, zonesOf } from "./_zones.js";

export const rule: StackRule = {
  id: "dns-no-private-address",
  title: "Public records name no private address",
  severity: "medium",
  benchmarks: ["Prowler dns_record_no_internal_ip"],
  why:
    "It tells strangers how the network inside is laid out, and lets a web page reach machines in the visitor's own network under the " +
    "domain's name (DNS rebinding).",
  fix: "keep the name in a private zone or in the VPN's own DNS, or point it at a tunnel",
  checkStack(stack) {
    const zones = zonesOf(stack);
    return recordsOf(stack).flatMap((record) => {
      const zone = zones.find((one) => belongsTo(record.resource, one));
      if (zone?.isPrivate === true) return [];
      const verdicts = breachesFirst(verdictsOf(record, followsPublic(record, stack)));
      const { urn } = record.resource;
      return verdicts.map((verdict) =>
        zone !== undefined && zone.isPrivate === undefined
          ? { urn, unknown: "whether its zone is public is known only later" }
          : { ...verdict, urn },
      );
    });
  },
};

function verdictsOf({ type, values }: DnsRecord, isPublic: boolean): Verdict[] {
  if (!isUnknown(type) && type !== "A" && type !== "AAAA") return [];
  return values.flatMap((value): Verdict[] => {
    if (isUnknown(value)) return isPublic ? [] : [{ unknown: "its address is known only later" }];
    if (!isPrivate(value)) return [];
    return isUnknown(type)
      ? [{ unknown: "its type is known only later" }]
      : [{ breach: `it names the private address ${value}` }];
  });
}

/** Addresses that are public, whichever they turn out to be. Of Google's it has to be looked at. */
const PUBLIC = [
  "digitalocean:index/reservedIp:ReservedIp",
  "azure-native:network:PublicIPAddress",
  "azure:network/publicIp:PublicIp",
];
const GCP = ["gcp:compute/address:Address", "gcp:compute/globalAddress:GlobalAddress"];

/**
 * Whether a value that is known only later can come from public addresses alone. Other stacks give no such value: theirs are known.
 */
function followsPublic({ resource }: DnsRecord, stack: Stack): boolean {
  const sources = sourcesOf(resource, stack).filter(({ type }) => type !== "pulumi:pulumi:StackReference");
  const isPublic = ({ type, props }: DnsRecord["resource"]) =>
    PUBLIC.includes(plainType(type)) ||
    (GCP.includes(type) && !isUnknown(props.addressType) && props.addressType !== "INTERNAL");
  return sources.length > 0 && sources.every(isPublic);
}
