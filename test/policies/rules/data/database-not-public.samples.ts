import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples, StackSample } from "../../samples.js";

const sql = (ipConfiguration: unknown) => ({
  name: "db",
  type: "gcp:sql/databaseInstance:DatabaseInstance",
  props: { settings: { ipConfiguration } },
});
const azure = (network: unknown) => ({ name: "db", type: "azure-native:dbforpostgresql:Server", props: { network } });
const classic = (props: object) => ({ name: "db", type: "azure:postgresql/flexibleServer:FlexibleServer", props });
const range = (startIpAddress: unknown, endIpAddress: unknown) => ({
  name: "range",
  type: "azure-native:dbforpostgresql:FirewallRule",
  props: { serverName: "db", startIpAddress, endIpAddress },
});
const cluster = { name: "db", type: "digitalocean:index/databaseCluster:DatabaseCluster", props: { engine: "pg" } };
const wall = (rules: unknown, dependsOn = ["db"]) => ({
  name: "wall",
  type: "digitalocean:index/databaseFirewall:DatabaseFirewall",
  props: { clusterId: UNKNOWN, rules },
  dependsOn,
});
const settings = { allowListed: true };
const office = [{ name: "office", value: "203.0.113.0/24" }];

export const samples: Samples<StackSample> = {
  passing: [
    { name: "gcp, private", resources: [sql({ ipv4Enabled: false, privateNetwork: "net" })] },
    { name: "gcp, listed", settings, resources: [sql({ ipv4Enabled: true, authorizedNetworks: office })] },
    { name: "azure, off", resources: [azure({ publicNetworkAccess: "Disabled" })] },
    { name: "azure, subnet made in the same stack", resources: [azure({ delegatedSubnetResourceId: UNKNOWN })] },
    { name: "azure, listed", settings, resources: [azure({}), range("203.0.113.7", "203.0.113.7")] },
    { name: "azure classic, off", resources: [classic({ publicNetworkAccessEnabled: false })] },
    { name: "digitalocean, named droplets", resources: [cluster, wall([{ type: "tag", value: "agents" }])] },
  ],
  failing: [
    { name: "gcp, nothing said", resources: [sql(undefined)], about: ["db"], says: "public address" },
    {
      name: "gcp, the world",
      settings,
      resources: [sql({ authorizedNetworks: [{ value: "0.0.0.0/0" }] })],
      says: "the world",
    },
    { name: "azure, nothing said", resources: [azure(undefined)] },
    { name: "azure, on", resources: [azure({ publicNetworkAccess: "Enabled" })] },
    { name: "azure, the world", settings, resources: [range("0.0.0.0", "255.255.255.255")], about: ["range"] },
    { name: "azure, all of Azure", settings, resources: [range("0.0.0.0", "0.0.0.0")], says: "other customers" },
    { name: "azure, a large part", settings, resources: [range("1.0.0.0", "223.255.255.255")] },
    { name: "azure classic, nothing said", resources: [classic({})] },
    { name: "digitalocean, no firewall", resources: [cluster], about: ["db"] },
    {
      name: "digitalocean, the world",
      resources: [cluster, wall([{ type: "ip_addr", value: "0.0.0.0/0" }])],
      about: ["wall"],
    },
  ],
  unknown: [
    { name: "gcp, later", resources: [sql(UNKNOWN)] },
    { name: "gcp, networks later", settings, resources: [sql({ authorizedNetworks: UNKNOWN })] },
    { name: "azure, later", resources: [azure({ publicNetworkAccess: UNKNOWN })] },
    { name: "azure, range later", resources: [range("203.0.113.7", UNKNOWN)] },
    {
      name: "digitalocean, which cluster later",
      resources: [cluster, wall([{ type: "tag", value: "a" }], [])],
      about: ["db"],
    },
    { name: "digitalocean, rules later", resources: [cluster, wall(UNKNOWN)], about: ["wall"] },
  ],
};
