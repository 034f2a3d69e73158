import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const DROPLET = "digitalocean:index/droplet:Droplet";
const AZURE_VM = "azure-native:compute:VirtualMachine";
const AZURE_NIC = "azure-native:network:NetworkInterface";
const CLASSIC_NIC = "azure:network/networkInterface:NetworkInterface";

const gcp = (nic: unknown, more: object = {}) => ({ networkInterfaces: [nic], ...more });
const vm = (configuration: unknown) => ({
  networkProfile: { networkInterfaceConfigurations: [{ name: "nic", ipConfigurations: [configuration] }] },
});

export const samples: Samples = {
  passing: [
    { name: "gcp, private", props: gcp({ subnetwork: "agents" }) },
    { name: "gcp, no access", props: gcp({ accessConfigs: [] }) },
    { name: "gcp, edge by label", props: gcp({ accessConfigs: [{}] }, { labels: { edge: "true" } }) },
    { name: "gcp, edge by tag", props: gcp({ accessConfigs: [{}] }, { tags: ["edge"] }) },
    { name: "droplet, private", type: DROPLET, props: { publicNetworking: false } },
    { name: "droplet, edge", type: DROPLET, props: { tags: ["fleet", "fleet-edge"] } },
    { name: "azure machine, private", type: AZURE_VM, props: vm({ name: "ip" }) },
    { name: "azure card, private", type: AZURE_NIC, props: { ipConfigurations: [{ subnet: { id: "s" } }] } },
    {
      name: "azure card, edge",
      type: AZURE_NIC,
      props: { ipConfigurations: [{ publicIPAddress: { id: "ip" } }], tags: { edge: "" } },
    },
    { name: "classic card, private", type: CLASSIC_NIC, props: { ipConfigurations: [{ subnetId: "s" }] } },
    { name: "own mark", settings: { edgeMarks: ["front"] }, type: DROPLET, props: { tags: ["front"] } },
  ],
  failing: [
    { name: "gcp, public", props: gcp({ accessConfigs: [{}] }), says: "public address" },
    { name: "gcp, public address later", props: gcp({ accessConfigs: [{ natIp: UNKNOWN }] }) },
    { name: "gcp, public IPv6", props: gcp({ ipv6AccessConfigs: [{ networkTier: "PREMIUM" }] }) },
    { name: "gcp, edge: false", props: gcp({ accessConfigs: [{}] }, { labels: { edge: "false" } }) },
    {
      name: "gcp template",
      type: "gcp:compute/instanceTemplate:InstanceTemplate",
      props: gcp({ accessConfigs: [{}] }),
    },
    { name: "droplet", type: DROPLET, props: { tags: ["fleet"] } },
    { name: "azure machine", type: AZURE_VM, props: vm({ publicIPAddressConfiguration: { name: "ip" } }) },
    {
      name: "azure machine of an older API",
      type: "azure-native:compute/v20240301:VirtualMachine",
      props: vm({ publicIPAddressConfiguration: { name: "ip" } }),
    },
    { name: "azure card", type: AZURE_NIC, props: { ipConfigurations: [{ publicIPAddress: { id: UNKNOWN } }] } },
    { name: "classic card", type: CLASSIC_NIC, props: { ipConfigurations: [{ publicIpAddressId: UNKNOWN }] } },
  ],
  unknown: [
    { name: "gcp, cards later", props: { networkInterfaces: UNKNOWN } },
    { name: "gcp, access later", props: gcp({ accessConfigs: UNKNOWN }) },
    { name: "gcp, labels later", props: gcp({ accessConfigs: [{}] }, { labels: UNKNOWN }), says: "marked as edge" },
    { name: "droplet, networking later", type: DROPLET, props: { publicNetworking: UNKNOWN } },
    { name: "droplet, a tag later", type: DROPLET, props: { tags: ["fleet", UNKNOWN] }, says: "marked as edge" },
    { name: "azure machine, cards later", type: AZURE_VM, props: { networkProfile: UNKNOWN } },
    { name: "azure card later", type: AZURE_NIC, props: { ipConfigurations: [UNKNOWN] } },
    { name: "azure card, address later", type: AZURE_NIC, props: { ipConfigurations: [{ publicIPAddress: UNKNOWN }] } },
    { name: "classic card later", type: CLASSIC_NIC, props: { ipConfigurations: UNKNOWN } },
  ],
};
