import { isUnknown, type Stack, type StackRule, type Verdict } from "../../rule.js";
import { isAddress, isPrivate } from "../_addresses.js";
import { breachesFirst } from "../_values.js";
import { type DnsRecord, recordsOf, sourcesOf } from "./_zones.js";

/** Names that whoever comes first gets, and that are free again when what had them is gone. */
const CLAIMABLE = [
  "azurecontainer.io",
  "azureedge.net",
  "azurewebsites.net",
  "blob.core.windows.net",
  "cfargotunnel.com",
  "cloudapp.azure.com",
  "cloudapp.net",
  "digitaloceanspaces.com",
  "github.io",
  "herokuapp.com",
  "netlify.app",
  "ondigitalocean.app",
  "pages.dev",
  "run.app",
  "s3.amazonaws.com",
  "storage.googleapis.com",
  "trafficmanager.net",
  "vercel.app",
  "workers.dev",
];

export const rule: StackRule = {
  id: "dns-no-dangling-record",
  title: "Records point at what the stack has",
  severity: "high",
  benchmarks: ["Prowler dns_record_cname_target_valid"],
  why:
    "A cloud gives an address or name that was given up to its next customer. A record that still points there serves that one's pages " +
    "under your domain, with a certificate.",
  fix:
    "let the record's value come from the resource that it is for, so that both go together; what is somewhere else on purpose belongs " +
    "in the setting elsewhere",
  settings: {
    elsewhere: {
      type: "array",
      items: { type: "string" },
      default: [],
      description:
        "Addresses and host names outside of the stack that records may point at; `*.example.com` for all below.",
    },
    claimable: {
      type: "array",
      items: { type: "string" },
      default: CLAIMABLE,
      description:
        "Domains whose names whoever comes first gets: only these are looked for in records that point at a name.",
    },
  },
  checkStack(stack, { elsewhere, claimable }) {
    const known = textsOf(stack);
    return recordsOf(stack).flatMap((record) => {
      const { resource } = record;
      // It follows something's address, or what another stack says.
      if (sourcesOf(resource, stack).length > 0) return [];
      return breachesFirst(verdictsOf(record, known, { elsewhere, claimable })).map((verdict) => ({
        ...verdict,
        urn: resource.urn,
      }));
    });
  },
};

function verdictsOf(
  { type, values }: DnsRecord,
  known: Set<string>,
  { elsewhere, claimable }: { elsewhere: string[]; claimable: string[] },
): Verdict[] {
  if (!isUnknown(type) && !["A", "AAAA", "CNAME"].includes(type)) return [];
  return values.flatMap((value): Verdict[] => {
    if (isUnknown(value))
      return [
        { unknown: "what it points at is known only later, and comes from nothing in this stack that has an address" },
      ];
    if (isUnknown(type)) return [{ unknown: "its type is known only later" }];
    if (known.has(value) || elsewhere.some((one) => isBelow(value, one))) return [];
    const points = isAddress(value) ? !isPrivate(value) : claimable.some((domain) => value.endsWith(`.${domain}`));
    return points ? [{ breach: `it points at ${value}, which nothing in this stack has` }] : [];
  });
}

const isBelow = (value: string, pattern: string) =>
  pattern.startsWith("*.") ? value.endsWith(pattern.slice(1)) : value === pattern;

/** Types that name addresses of others, or whose parts have them already. */
const NO_OWNERS = /^(pulumi|fleet):|firewall|securityrule|securitygroup/i;

/** Every text that a resource other than a record has, such as addresses and host names. */
function textsOf(stack: Stack): Set<string> {
  const records = new Set(recordsOf(stack).map(({ resource }) => resource.urn));
  const texts = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === "string") texts.add(value.replace(/\.$/, ""));
    else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) collect(inner);
  };
  for (const { urn, type, props, outputs } of stack.resources) {
    if (records.has(urn) || NO_OWNERS.test(type)) continue;
    collect(props);
    collect(outputs);
  }
  return texts;
}
