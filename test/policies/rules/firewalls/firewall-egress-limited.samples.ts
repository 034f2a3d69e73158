import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples, StackSample } from "../../samples.js";

const WORLD = ["0.0.0.0/0", "::/0"];
const droplets = (...outboundRules: unknown[]) => ({
  name: "wall",
  type: "digitalocean:index/firewall:Firewall",
  props: { outboundRules },
});
const out = (protocol: unknown, portRange?: unknown, destinationAddresses: unknown = WORLD) => ({
  protocol,
  portRange,
  destinationAddresses,
});
const network = { name: "net", type: "gcp:compute/network:Network", props: { name: "net" } };
const gcp = (props: object, name = "rule") => ({
  name,
  type: "gcp:compute/firewall:Firewall",
  props: { network: "net", direction: "EGRESS", ...props },
});
const group = (securityRules: unknown, type = "azure-native:network:NetworkSecurityGroup") => ({
  name: "group",
  type,
  props: { networkSecurityGroupName: "group", securityRules },
});
const azure = (access: unknown, more: object = {}) => ({
  access,
  direction: "Outbound",
  protocol: "*",
  destinationAddressPrefix: "*",
  destinationPortRange: "*",
  ...more,
});
const https = { protocol: "Tcp", destinationPortRange: "443" };
const rule = (props: object) => ({
  name: "deny",
  type: "azure-native:network:SecurityRule",
  props: { networkSecurityGroupName: "group", ...props },
});

export const samples: Samples<StackSample> = {
  passing: [
    { name: "droplet, the list", resources: [droplets(out("tcp", "443"), out("udp", "53"), out("icmp"))] },
    { name: "droplet, nothing", resources: [droplets()] },
    { name: "droplet, all inside", resources: [droplets(out("tcp", "1-65535", ["10.0.0.0/8"]))] },
    {
      name: "gcp, denied but the list",
      resources: [
        network,
        gcp({ denies: [{ protocol: "all" }] }),
        gcp({ allows: [{ protocol: "tcp", ports: ["443"] }] }, "https"),
      ],
    },
    { name: "azure, denied inline", resources: [group([azure("Allow", https), azure("Deny")])] },
    {
      name: "azure, denied by a rule of its own",
      resources: [group([]), rule(azure("Deny", { destinationAddressPrefix: "Internet" }))],
    },
    { name: "another list", settings: { ports: ["25/tcp"] }, resources: [droplets(out("tcp", "25"))] },
  ],
  failing: [
    {
      name: "droplet, everything",
      resources: [droplets(out("tcp", "1-65535"))],
      about: ["wall"],
      says: "more to the world",
    },
    { name: "droplet, mail", resources: [droplets(out("tcp", "443"), out("tcp", "25"))], about: ["wall"] },
    { name: "droplet, ping that is not listed", settings: { ports: ["25/tcp"] }, resources: [droplets(out("icmp"))] },
    { name: "gcp, nothing said", resources: [network], about: ["net"], says: "no rule denies" },
    { name: "gcp, denied for a part", resources: [network, gcp({ denies: [{ protocol: "tcp" }] })], about: ["net"] },
    {
      name: "gcp, denied and allowed again",
      resources: [network, gcp({ denies: [{ protocol: "all" }] }), gcp({ allows: [{ protocol: "all" }] }, "all")],
      about: ["all"],
    },
    { name: "azure, nothing said", resources: [group([])], about: ["group"] },
    { name: "azure, allowed to all", resources: [group([azure("Allow"), azure("Deny")])], about: ["group"] },
    {
      name: "azure classic, nothing said",
      resources: [group([], "azure:network/networkSecurityGroup:NetworkSecurityGroup")],
      about: ["group"],
    },
  ],
  unknown: [
    { name: "droplet, rule later", resources: [droplets(UNKNOWN)] },
    { name: "droplet, ports later", resources: [droplets(out("tcp", UNKNOWN))] },
    { name: "droplet, destination later", resources: [droplets(out("tcp", "25", [UNKNOWN]))] },
    {
      name: "gcp, what is denied later",
      resources: [network, gcp({ denies: [{ protocol: UNKNOWN }] })],
      about: ["net"],
    },
    { name: "azure, rules later", resources: [group(UNKNOWN)] },
    { name: "azure, access later", resources: [group([azure(UNKNOWN)])] },
  ],
};
