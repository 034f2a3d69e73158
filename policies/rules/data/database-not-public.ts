import { isUnknown, type Stack, type StackRule, type Verdict } from "../../rule.js";
import { isWorld } from "../_addresses.js";
import { plainType } from "../_types.js";
import { breachesFirst, demand, elementsAt, later, valueAt } from "../_values.js";
import { AZURE_DATABASE, CLASSIC_DATABASE, DO_DATABASE, GCP_DATABASE } from "./_stateful.js";

type Resource = Stack["resources"][number];

const DO_FIREWALL = "digitalocean:index/databaseFirewall:DatabaseFirewall";
const AZURE_FIREWALLS: Record<string, [start: string, end: string]> = {
  "azure-native:dbforpostgresql:FirewallRule": ["startIpAddress", "endIpAddress"],
  "azure:postgresql/flexibleServerFirewallRule:FlexibleServerFirewallRule": ["startIpAddress", "endIpAddress"],
};

export const rule: StackRule = {
  id: "database-not-public",
  title: "Managed databases are not open to the public Internet",
  severity: "critical",
  benchmarks: [
    "CIS GCP 4.0 6.5",
    "CIS GCP 4.0 6.6",
    "CKV_GCP_11",
    "CKV_GCP_60",
    "GCP-0017",
    "CKV_AZURE_68",
    "AZU-0022",
  ],
  why: "A database that anybody can reach is one password away from everybody, and every fault of its server is open to all.",
  fix:
    "GCP: ipConfiguration.ipv4Enabled false with a privateNetwork; Azure: publicNetworkAccess Disabled or a delegated subnet; " +
    "DigitalOcean: a DatabaseFirewall that names droplets, tags or addresses",
  settings: {
    allowListed: {
      type: "boolean",
      default: false,
      description: "Lets databases have a public address if only single addresses or ranges are let in.",
    },
  },
  checkStack({ resources }, { allowListed }) {
    return resources.flatMap((resource) =>
      breachesFirst(verdictsOf(resource, resources, allowListed)).map((verdict) => ({ ...verdict, urn: resource.urn })),
    );
  },
};

function verdictsOf(resource: Resource, resources: Resource[], allowListed: boolean): Verdict[] {
  const { props } = resource;
  const type = plainType(resource.type);
  switch (type) {
    case GCP_DATABASE:
      return ofGoogle(props, allowListed);
    case AZURE_DATABASE:
      if (valueAt(props, "network.delegatedSubnetResourceId") !== undefined) return [];
      return allowListed
        ? []
        : demand(props, "network.publicNetworkAccess", (value) => value === "Disabled", "its public address is on");
    case CLASSIC_DATABASE:
      if (props.delegatedSubnetId !== undefined || allowListed) return [];
      return demand(props, "publicNetworkAccessEnabled", (value) => value === false, "its public address is on");
    case DO_DATABASE:
      return ofDigitalOcean(resource, resources);
    case DO_FIREWALL:
      return elementsAt(props, "rules").flatMap(({ value, path }) =>
        isUnknown(value) || isUnknown(value.value)
          ? [later(path)]
          : value.type === "ip_addr" && isWorld(value.value)
            ? [{ breach: "it lets the world in to a database", path }]
            : [],
      );
    default:
      return type in AZURE_FIREWALLS ? ofRange(props, AZURE_FIREWALLS[type]!) : [];
  }
}

function ofGoogle(props: Resource["props"], allowListed: boolean): Verdict[] {
  const at = "settings.ipConfiguration";
  const isOff = valueAt(props, `${at}.ipv4Enabled`) === false;
  return [
    // On unless it is said otherwise.
    ...(allowListed ? [] : demand(props, `${at}.ipv4Enabled`, (value) => value === false, "its public address is on")),
    ...elementsAt(props, `${at}.authorizedNetworks`).flatMap(({ value, path }): Verdict[] => {
      if (isOff) return [];
      if (isUnknown(value) || isUnknown(value.value)) return [later(path)];
      return isWorld(value.value) ? [{ breach: "it lets the world in", path }] : [];
    }),
  ];
}

/** Without a firewall, DigitalOcean lets everybody in. */
function ofDigitalOcean({ urn, outputs }: Resource, resources: Resource[]): Verdict[] {
  const firewalls = resources.filter(({ type }) => type === DO_FIREWALL);
  const names = ({ props, dependencies }: Resource) =>
    dependencies.includes(urn) || (!isUnknown(props.clusterId) && props.clusterId === outputs.id);
  if (firewalls.some((one) => names(one) && elementsAt(one.props, "rules").length > 0)) return [];
  return firewalls.some(({ props }) => isUnknown(props.clusterId))
    ? [{ unknown: "which database the stack's firewalls are for is known only later" }]
    : [{ breach: "no DatabaseFirewall of this stack limits who may come in" }];
}

/** Azure's own services come by 0.0.0.0 to 0.0.0.0: also those of other customers. */
function ofRange(props: Resource["props"], [start, end]: [string, string]): Verdict[] {
  const [from, to] = [props[start], props[end]];
  if (isUnknown(from) || isUnknown(to)) return [later(isUnknown(from) ? start : end)];
  if (from === "0.0.0.0") {
    return [
      { breach: to === "0.0.0.0" ? "it lets in all of Azure, other customers too" : "it lets the world in", path: end },
    ];
  }
  return firstByte(to) - firstByte(from) > 1 ? [{ breach: "it lets in a large part of the world", path: end }] : [];
}

const firstByte = (address: unknown) => Number(String(address).split(".")[0]);
