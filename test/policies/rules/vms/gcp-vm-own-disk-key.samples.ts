import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const labels = { critical: "true" };
const DISK = "gcp:compute/disk:Disk";
const TEMPLATE = "gcp:compute/instanceTemplate:InstanceTemplate";
const key = "projects/p/locations/l/keyRings/r/cryptoKeys/k";

export const samples: Samples = {
  passing: [
    { name: "not critical", props: { bootDisk: {} } },
    { name: "critical: false", props: { labels: { critical: "false" }, bootDisk: {} } },
    { name: "own key", props: { labels, bootDisk: { kmsKeySelfLink: key } } },
    { name: "own key, made in the same stack", props: { labels, bootDisk: { kmsKeySelfLink: UNKNOWN } } },
    { name: "key of the machine", props: { labels, bootDisk: {}, instanceEncryptionKey: { kmsKeySelfLink: key } } },
    { name: "disk that exists", props: { labels, bootDisk: { source: "disk-1" } } },
    { name: "disk with own key", type: DISK, props: { labels, diskEncryptionKey: { kmsKeySelfLink: key } } },
    {
      name: "template with own key",
      type: TEMPLATE,
      props: { labels, disks: [{ diskEncryptionKey: { kmsKeySelfLink: key } }, { source: "disk-1" }] },
    },
  ],
  failing: [
    {
      name: "critical machine",
      props: { labels, bootDisk: { initializeParams: { image: "debian-12" } } },
      says: "Google's key",
    },
    { name: "critical disk", type: DISK, props: { labels } },
    { name: "critical regional disk", type: "gcp:compute/regionDisk:RegionDisk", props: { labels } },
    { name: "critical template", type: TEMPLATE, props: { labels, disks: [{ boot: true }] } },
    { name: "every machine", settings: { all: true }, props: { bootDisk: {} } },
  ],
  unknown: [
    { name: "labels later", props: { labels: UNKNOWN, bootDisk: {} }, says: "whether it is critical" },
    { name: "label later", props: { labels: { critical: UNKNOWN }, bootDisk: {} } },
    { name: "disk of the machine later", props: { labels, bootDisk: UNKNOWN } },
    { name: "disks of the template later", type: TEMPLATE, props: { labels, disks: UNKNOWN } },
  ],
};
