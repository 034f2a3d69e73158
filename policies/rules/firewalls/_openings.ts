import { isUnknown, type Props, type Subject, UNKNOWN } from "../../rule.js";
import { plainType } from "../_types.js";
import { elementsAt } from "../_values.js";

export const GCP_FIREWALL = "gcp:compute/firewall:Firewall";
export const DO_FIREWALL = "digitalocean:index/firewall:Firewall";
export const AZURE_GROUP = "azure-native:network:NetworkSecurityGroup";
export const AZURE_RULE = "azure-native:network:SecurityRule";
export const CLASSIC_GROUP = "azure:network/networkSecurityGroup:NetworkSecurityGroup";
export const CLASSIC_RULE = "azure:network/networkSecurityRule:NetworkSecurityRule";
export const FIREWALLS = [GCP_FIREWALL, DO_FIREWALL, AZURE_GROUP, AZURE_RULE, CLASSIC_GROUP, CLASSIC_RULE];

export type Direction = "in" | "out";
type Maybe<T> = T | typeof UNKNOWN;

/** What a firewall lets through, or keeps out, in the same words for every cloud. */
export interface Opening {
  /** Of the rule in the resource's inputs. */
  path: string;
  /** Undefined: any. `tcp`, `udp`, `icmp`. */
  protocol: Maybe<string | undefined>;
  /** From and to, both included. Every port where none are named; none for a protocol that has no ports. */
  ports: Maybe<[number, number]>[];
  /** Addresses and ranges of the other side. Machines that are named by a tag, an account or their id are not among them. */
  peers: Maybe<string>[];
}

/** A rule; one that is known only later as a whole has nothing but its path. */
export type Ruled = Opening | { path: string; later: true };

const ALL_PORTS: [number, number] = [0, 65535];

/** What a resource lets through in a direction. */
export function openings(subject: Subject, direction: Direction): Ruled[] {
  return rulesOf(subject, direction, true);
}

/** What a resource keeps out in a direction, where the cloud has rules for that. */
export function closings(subject: Subject, direction: Direction): Ruled[] {
  return rulesOf(subject, direction, false);
}

function rulesOf({ type, props }: Subject, direction: Direction, allow: boolean): Ruled[] {
  switch (plainType(type)) {
    case DO_FIREWALL:
      return allow ? ofDigitalOcean(props, direction) : [];
    case GCP_FIREWALL:
      return ofGcp(props, direction, allow ? "allows" : "denies");
    case AZURE_RULE:
    case CLASSIC_RULE:
      return ofAzureRule(props, "", direction, allow);
    default:
      return elementsAt(props, "securityRules").flatMap(({ value, path }): Ruled[] =>
        isUnknown(value) ? [{ path, later: true }] : ofAzureRule(value, path, direction, allow),
      );
  }
}

function ofDigitalOcean(props: Props, direction: Direction): Ruled[] {
  const [rules, peers] =
    direction === "in" ? ["inboundRules", "sourceAddresses"] : ["outboundRules", "destinationAddresses"];
  return elementsAt(props, rules!).map(({ value, path }) =>
    isUnknown(value)
      ? { path, later: true }
      : {
          path,
          protocol: protocolOf(value.protocol),
          ports: portsOf(value.protocol, [value.portRange]),
          peers: elementsAt(value, peers!).map((peer) => peer.value),
        },
  );
}

function ofGcp(props: Props, direction: Direction, list: string): Ruled[] {
  if (props.disabled === true) return [];
  if (isUnknown(props.direction) || isUnknown(props.disabled)) return [{ path: "direction", later: true }];
  if ((props.direction === "EGRESS") !== (direction === "out")) return [];
  const peers = elementsAt(props, direction === "in" ? "sourceRanges" : "destinationRanges").map(({ value }) => value);
  // Where nothing is said of the other side, it is everybody.
  const named = direction === "in" && (props.sourceTags !== undefined || props.sourceServiceAccounts !== undefined);
  if (peers.length === 0 && !named) peers.push("0.0.0.0/0");
  return elementsAt(props, list).map(({ value, path }) =>
    isUnknown(value)
      ? { path, later: true }
      : {
          path,
          protocol: protocolOf(value.protocol),
          ports: portsOf(
            value.protocol,
            elementsAt(value, "ports").map((port) => port.value),
          ),
          peers,
        },
  );
}

function ofAzureRule(rule: Props, path: string, direction: Direction, allow: boolean): Ruled[] {
  if (isUnknown(rule.access) || isUnknown(rule.direction)) return [{ path: under(path, "access"), later: true }];
  if ((rule.access?.toLowerCase() === "allow") !== allow) return [];
  if ((rule.direction?.toLowerCase() === "outbound") !== (direction === "out")) return [];
  const side = direction === "in" ? "source" : "destination";
  const either = (one: string, many: string) => [
    ...(rule[one] === undefined || rule[one] === "" ? [] : [rule[one]]),
    ...elementsAt(rule, many).map(({ value }) => value),
  ];
  return [
    {
      path: path === "" ? `${side}AddressPrefix` : path,
      protocol: protocolOf(rule.protocol),
      ports: portsOf(rule.protocol, either("destinationPortRange", "destinationPortRanges")),
      peers: either(`${side}AddressPrefix`, `${side}AddressPrefixes`),
    },
  ];
}

const under = (path: string, key: string) => (path === "" ? key : `${path}.${key}`);

/** As numbers of IANA, which GCP takes too. */
const NUMBERS: Record<string, string> = { "1": "icmp", "6": "tcp", "17": "udp", "58": "icmp" };

function protocolOf(value: unknown): Maybe<string | undefined> {
  if (isUnknown(value)) return UNKNOWN;
  const name = String(value ?? "").toLowerCase();
  return name === "" || name === "*" || name === "all" || name === "any" ? undefined : (NUMBERS[name] ?? name);
}

/** Neither named nor for a protocol that has none: all of them. */
function portsOf(protocol: unknown, given: unknown[]): Maybe<[number, number]>[] {
  const known = protocolOf(protocol);
  if (!isUnknown(known) && known !== undefined && known !== "tcp" && known !== "udp") return [];
  const named = given.filter((ports) => ports !== undefined && ports !== null && ports !== "");
  return named.length === 0 ? [ALL_PORTS] : named.map(rangeOf);
}

function rangeOf(ports: unknown): Maybe<[number, number]> {
  if (isUnknown(ports)) return UNKNOWN;
  // DigitalOcean's word for all ports is "all", and "0" comes back from its API for the same.
  if (/^(\*|all|0)$/.test(String(ports))) return ALL_PORTS;
  const [from, to = from] = String(ports).split("-").map(Number);
  return [from!, to!];
}
