import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const DO = "digitalocean:index/firewall:Firewall";
const GROUP = "azure-native:network:NetworkSecurityGroup";
const RULE = "azure-native:network:SecurityRule";
const CLASSIC_GROUP = "azure:network/networkSecurityGroup:NetworkSecurityGroup";
const CLASSIC_RULE = "azure:network/networkSecurityRule:NetworkSecurityRule";

const gcp = (allow: unknown, more: object = {}) => ({ network: "default", allows: [allow], ...more });
const droplet = (rule: unknown) => ({ inboundRules: [rule] });
const azure = (more: object = {}) => ({
  access: "Allow",
  direction: "Inbound",
  protocol: "Tcp",
  priority: 100,
  sourceAddressPrefix: "*",
  destinationPortRange: "22",
  ...more,
});

export const samples: Samples = {
  passing: [
    {
      name: "gcp, from a network",
      props: gcp({ protocol: "tcp", ports: ["22"] }, { sourceRanges: ["35.235.240.0/20"] }),
    },
    {
      name: "gcp, from machines with a tag",
      props: gcp({ protocol: "tcp", ports: ["22"] }, { sourceTags: ["bastion"] }),
    },
    { name: "gcp, another port", props: gcp({ protocol: "tcp", ports: ["80", "443"] }) },
    { name: "gcp, another protocol", props: gcp({ protocol: "udp", ports: ["22"] }) },
    { name: "gcp, off", props: gcp({ protocol: "tcp", ports: ["22"] }, { disabled: true }) },
    { name: "gcp, outwards", props: gcp({ protocol: "tcp", ports: ["22"] }, { direction: "EGRESS" }) },
    { name: "gcp, kept out", props: { denies: [{ protocol: "tcp", ports: ["22"] }] } },
    {
      name: "droplet, from the VPN",
      type: DO,
      props: droplet({ protocol: "tcp", portRange: "22", sourceAddresses: ["100.64.0.0/10"] }),
    },
    {
      name: "droplet, from a tag",
      type: DO,
      props: droplet({ protocol: "tcp", portRange: "22", sourceTags: ["bastion"] }),
    },
    {
      name: "azure, from an address",
      type: GROUP,
      props: { securityRules: [azure({ sourceAddressPrefix: "203.0.113.7" })] },
    },
    { name: "azure, kept out", type: GROUP, props: { securityRules: [azure({ access: "Deny" })] } },
    { name: "azure, outwards", type: RULE, props: azure({ direction: "Outbound" }) },
    { name: "azure, no rules", type: GROUP, props: {} },
    { name: "azure, from inside", type: RULE, props: azure({ sourceAddressPrefix: "VirtualNetwork" }) },
  ],
  failing: [
    {
      name: "gcp, from anywhere",
      props: gcp({ protocol: "tcp", ports: ["22"] }, { sourceRanges: ["0.0.0.0/0"] }),
      says: "TCP port 22 is open",
    },
    { name: "gcp, from anywhere by default", props: gcp({ protocol: "tcp", ports: ["3389"] }), says: "3389" },
    { name: "gcp, in a range", props: gcp({ protocol: "6", ports: ["20-25"] }) },
    { name: "gcp, all protocols", props: gcp({ protocol: "all" }), says: "22 and 3389" },
    { name: "gcp, IPv6", props: gcp({ protocol: "tcp", ports: ["22"] }, { sourceRanges: ["::/0"] }) },
    {
      name: "gcp, the world in halves",
      props: gcp({ protocol: "tcp", ports: ["22"] }, { sourceRanges: ["0.0.0.0/1", "128.0.0.0/1"] }),
    },
    {
      name: "droplet, from anywhere",
      type: DO,
      props: droplet({ protocol: "tcp", portRange: "22", sourceAddresses: ["0.0.0.0/0", "::/0"] }),
    },
    {
      name: "droplet, all ports",
      type: DO,
      props: droplet({ protocol: "tcp", portRange: "all", sourceAddresses: ["0.0.0.0/0"] }),
    },
    { name: "azure, any", type: GROUP, props: { securityRules: [azure()] } },
    {
      name: "azure, of an older API",
      type: "azure-native:network/v20240501:NetworkSecurityGroup",
      props: { securityRules: [azure()] },
    },
    {
      name: "azure, Internet",
      type: RULE,
      props: azure({ sourceAddressPrefix: "Internet", destinationPortRange: "*" }),
    },
    {
      name: "azure, lists",
      type: RULE,
      props: azure({
        sourceAddressPrefix: undefined,
        sourceAddressPrefixes: ["203.0.113.0/24", "0.0.0.0/0"],
        destinationPortRange: undefined,
        destinationPortRanges: ["80", "3000-4000"],
        protocol: "*",
      }),
    },
    { name: "azure classic, inline", type: CLASSIC_GROUP, props: { securityRules: [azure()] } },
    { name: "azure classic", type: CLASSIC_RULE, props: azure() },
    {
      name: "another port of administrators",
      settings: { ports: [8006] },
      props: gcp({ protocol: "tcp", ports: ["8006"] }),
    },
  ],
  unknown: [
    { name: "gcp, sources later", props: gcp({ protocol: "tcp", ports: ["22"] }, { sourceRanges: UNKNOWN }) },
    { name: "gcp, ports later", props: gcp({ protocol: "tcp", ports: UNKNOWN }) },
    { name: "gcp, protocol later", props: gcp({ protocol: UNKNOWN, ports: ["22"] }) },
    { name: "gcp, rules later", props: { allows: UNKNOWN } },
    { name: "gcp, direction later", props: gcp({ protocol: "tcp", ports: ["22"] }, { direction: UNKNOWN }) },
    { name: "droplet, a rule later", type: DO, props: { inboundRules: [UNKNOWN] } },
    {
      name: "droplet, a source later",
      type: DO,
      props: droplet({ protocol: "tcp", portRange: "22", sourceAddresses: [UNKNOWN] }),
    },
    { name: "azure, rules later", type: GROUP, props: { securityRules: UNKNOWN } },
    { name: "azure, access later", type: RULE, props: azure({ access: UNKNOWN }) },
    { name: "azure, source later", type: RULE, props: azure({ sourceAddressPrefix: UNKNOWN }) },
  ],
};
