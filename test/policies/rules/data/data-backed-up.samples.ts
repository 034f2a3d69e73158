import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples, StackSample } from "../../samples.js";

const GCP_DISK = "gcp:compute/disk:Disk";
const AZURE_DISK = "azure-native:compute:Disk";
const one = (type: string, props: object = {}) => ({ name: "data", type, props });
const copier = (type: string, dependsOn = ["data"]) => ({ name: "copies", type, props: {}, dependsOn });

export const samples: Samples<StackSample> = {
  passing: [
    { name: "gcp, schedule in the disk", resources: [one(GCP_DISK, { resourcePolicies: ["daily"] })] },
    { name: "gcp, schedule made in the same stack", resources: [one(GCP_DISK, { resourcePolicies: [UNKNOWN] })] },
    {
      name: "gcp, schedule attached",
      resources: [one(GCP_DISK), copier("gcp:compute/diskResourcePolicyAttachment:DiskResourcePolicyAttachment")],
    },
    {
      name: "digitalocean, snapshot",
      resources: [one("digitalocean:index/volume:Volume"), copier("digitalocean:index/volumeSnapshot:VolumeSnapshot")],
    },
    {
      name: "azure, backup instance",
      resources: [one(AZURE_DISK), copier("azure-native:dataprotection:BackupInstance")],
    },
    {
      name: "libvirt, base image",
      resources: [one("libvirt:index/volume:Volume", { create: { content: { url: "https://example.com/a.img" } } })],
    },
    { name: "no data", resources: [{ name: "net", type: "docker:index/network:Network", props: {} }] },
  ],
  failing: [
    { name: "docker", resources: [one("docker:index/volume:Volume")], about: ["data"], says: "nothing in this stack" },
    { name: "digitalocean", resources: [one("digitalocean:index/volume:Volume")] },
    { name: "gcp", resources: [one(GCP_DISK, { resourcePolicies: [] })] },
    { name: "gcp, regional", resources: [one("gcp:compute/regionDisk:RegionDisk")] },
    { name: "azure", resources: [one(AZURE_DISK), copier("azure-native:dataprotection:BackupInstance", [])] },
    { name: "azure, older API", resources: [one("azure-native:compute/v20240302:Disk")] },
    { name: "azure classic", resources: [one("azure:compute/managedDisk:ManagedDisk")] },
    { name: "libvirt", resources: [one("libvirt:index/volume:Volume", { capacity: 1 })] },
  ],
  unknown: [
    { name: "gcp, schedule later", resources: [one(GCP_DISK, { resourcePolicies: UNKNOWN })] },
    { name: "libvirt, content later", resources: [one("libvirt:index/volume:Volume", { create: UNKNOWN })] },
  ],
};
