import { isUnknown, type Stack, type StackRule, type Verdict } from "../../rule.js";
import { isWorld } from "../_addresses.js";
import { plainType } from "../_types.js";
import { breachesFirst, later } from "../_values.js";
import {
  AZURE_GROUP,
  AZURE_RULE,
  CLASSIC_GROUP,
  CLASSIC_RULE,
  closings,
  FIREWALLS,
  GCP_FIREWALL,
  type Opening,
  openings,
} from "./_openings.js";

type Resource = Stack["resources"][number];

const GCP_NETWORK = "gcp:compute/network:Network";
/** Clouds that let everything out unless a rule keeps it in: what needs such a rule, and where it may stand. */
const OPEN_BY_DEFAULT: Record<string, string[]> = {
  [GCP_NETWORK]: [GCP_FIREWALL],
  [AZURE_GROUP]: [AZURE_GROUP, AZURE_RULE],
  [CLASSIC_GROUP]: [CLASSIC_GROUP, CLASSIC_RULE],
};

export const rule: StackRule = {
  id: "firewall-egress-limited",
  title: "What may go out is limited to a list",
  severity: "medium",
  benchmarks: ["DIG-0003", "GCP-0035", "AZU-0051"],
  why:
    "An agent that was talked into it sends data wherever it likes, and a machine that was taken over mails, mines and scans. Few ports " +
    "are needed: the rest need not be open.",
  fix:
    "name ports or addresses in the firewall's outbound rules; on GCP and Azure, deny all outbound traffic with a low priority first " +
    "and allow the list before it. A proxy that knows host names limits further",
  settings: {
    ports: {
      type: "array",
      items: { type: "string" },
      default: ["443/tcp", "443/udp", "80/tcp", "53/tcp", "53/udp", "123/udp", "icmp"],
      description: "What may go to any address: `port/protocol`, or a protocol without ports.",
    },
  },
  checkStack({ resources }, { ports }) {
    const listed = new Set<string>(ports);
    return resources.flatMap((resource) =>
      breachesFirst([...tooOpen(resource, listed), ...withoutDenial(resource, resources)]).map((verdict) => ({
        ...verdict,
        urn: resource.urn,
      })),
    );
  },
};

/** What a firewall lets out to the world beyond the list. */
function tooOpen(resource: Resource, listed: Set<string>): Verdict[] {
  if (!FIREWALLS.includes(plainType(resource.type))) return [];
  return openings(resource, "out").flatMap((opening): Verdict[] => {
    if ("later" in opening) return [later(opening.path)];
    const { path, peers } = opening;
    const toWorld = peers.some((peer) => !isUnknown(peer) && isWorld(peer));
    const isListed = within(opening, listed);
    if (isListed === true || (!toWorld && !peers.some(isUnknown))) return [];
    return toWorld && isListed === false
      ? [{ breach: "it lets out more to the world than what is listed", path }]
      : [{ unknown: "what it lets out to whom is known only later", path }];
  });
}

/** Whether all that a rule opens is listed. Undefined: known only later. */
function within({ protocol, ports }: Opening, listed: Set<string>): boolean | undefined {
  if (isUnknown(protocol)) return undefined;
  if (protocol === undefined) return false;
  if (ports.length === 0) return listed.has(protocol);
  const found = ports.map((range) => {
    if (isUnknown(range)) return undefined;
    // Each port of a range has to be listed, so a range longer than the list cannot be.
    if (range[1] - range[0] >= listed.size) return false;
    return Array.from({ length: range[1] - range[0] + 1 }, (_, index) => range[0] + index).every((port) =>
      listed.has(`${port}/${protocol}`),
    );
  });
  return found.includes(false) ? false : found.includes(undefined) ? undefined : true;
}

/** Where everything may go out by default, a rule has to deny it. */
function withoutDenial(resource: Resource, resources: Resource[]): Verdict[] {
  const places = OPEN_BY_DEFAULT[plainType(resource.type)];
  if (places === undefined) return [];
  const found = resources
    .filter(({ type }) => places.includes(plainType(type)))
    .filter((other) => other.urn === resource.urn || isOf(other, resource))
    .flatMap((other) => closings(other, "out"));
  const isAll = (one: (typeof found)[number]) =>
    !("later" in one) &&
    one.protocol === undefined &&
    one.peers.some((peer) => !isUnknown(peer) && isWorld(peer)) &&
    one.ports.some((range) => !isUnknown(range) && range[1] - range[0] >= 65534);
  if (found.some(isAll)) return [];
  const isUnsure = (one: (typeof found)[number]) =>
    "later" in one || isUnknown(one.protocol) || one.peers.some(isUnknown) || one.ports.some(isUnknown);
  return found.some(isUnsure)
    ? [{ unknown: "whether a rule keeps in what is not listed is known only later" }]
    : [{ breach: "everything may go out: no rule denies what is not listed" }];
}

/** Whether a rule stands in a network or group: it comes after it, or says its name. */
function isOf({ props, dependencies }: Resource, { urn, props: owner, outputs, name }: Resource): boolean {
  if (dependencies.includes(urn)) return true;
  const said = props.network ?? props.networkSecurityGroupName;
  const names = [owner.name, outputs.name, outputs.selfLink, owner.networkSecurityGroupName, name];
  return said !== undefined && !isUnknown(said) && names.includes(said);
}
