import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const DO = "digitalocean:index/firewall:Firewall";
const GROUP = "azure-native:network:NetworkSecurityGroup";
const RULE = "azure-native:network:SecurityRule";

const droplet = (portRange: unknown, sourceAddresses: unknown, protocol = "tcp") => ({
  inboundRules: [{ protocol, portRange, sourceAddresses }],
});
const azure = (more: object = {}) => ({
  access: "Allow",
  direction: "Inbound",
  protocol: "*",
  sourceAddressPrefix: "*",
  destinationPortRange: "*",
  ...more,
});

export const samples: Samples = {
  passing: [
    { name: "gcp, named ports", props: { allows: [{ protocol: "tcp", ports: ["80", "443"] }] } },
    { name: "gcp, all from inside", props: { allows: [{ protocol: "all" }], sourceRanges: ["10.0.0.0/8"] } },
    { name: "gcp, all from machines with a tag", props: { allows: [{ protocol: "all" }], sourceTags: ["agent"] } },
    { name: "gcp, ping", props: { allows: [{ protocol: "icmp" }] } },
    { name: "droplet, a short range", type: DO, props: droplet("60000-61000", ["0.0.0.0/0"], "udp") },
    { name: "droplet, all from the VPN", type: DO, props: droplet("1-65535", ["100.64.0.0/10"]) },
    { name: "azure, all from inside", type: RULE, props: azure({ sourceAddressPrefix: "VirtualNetwork" }) },
    { name: "azure, outwards", type: GROUP, props: { securityRules: [azure({ direction: "Outbound" })] } },
  ],
  failing: [
    { name: "gcp, all", props: { allows: [{ protocol: "all" }] }, says: "more than 1024 ports" },
    { name: "gcp, all of TCP", props: { allows: [{ protocol: "tcp" }], sourceRanges: ["0.0.0.0/0"] } },
    { name: "gcp, all but the first", props: { allows: [{ protocol: "tcp", ports: ["1024-65535"] }] } },
    { name: "gcp, all from one stranger", props: { allows: [{ protocol: "tcp" }], sourceRanges: ["203.0.113.7/32"] } },
    { name: "droplet, all", type: DO, props: droplet("1-65535", ["0.0.0.0/0"]) },
    { name: "droplet, all by the API's zero", type: DO, props: droplet("0", ["::/0"], "udp") },
    { name: "azure, all", type: GROUP, props: { securityRules: [azure()] } },
    { name: "azure rule, all", type: RULE, props: azure({ sourceAddressPrefix: "Internet" }) },
    {
      name: "azure classic, all",
      type: "azure:network/networkSecurityGroup:NetworkSecurityGroup",
      props: { securityRules: [azure()] },
    },
    {
      name: "a range that is too wide",
      settings: { widest: 100 },
      type: DO,
      props: droplet("8000-8200", ["0.0.0.0/0"]),
    },
  ],
  unknown: [
    { name: "gcp, rules later", props: { allows: UNKNOWN } },
    { name: "gcp, ports later", props: { allows: [{ protocol: "tcp", ports: [UNKNOWN] }] } },
    { name: "gcp, sources later", props: { allows: [{ protocol: "all" }], sourceRanges: UNKNOWN } },
    { name: "droplet, ports later", type: DO, props: droplet(UNKNOWN, ["0.0.0.0/0"]) },
    { name: "azure, rule later", type: GROUP, props: { securityRules: [UNKNOWN] } },
    { name: "azure, direction later", type: RULE, props: azure({ direction: UNKNOWN }) },
  ],
};
