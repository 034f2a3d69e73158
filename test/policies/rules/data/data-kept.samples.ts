import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const BUCKET = "gcp:storage/bucket:Bucket";
const SPACE = "digitalocean:index/spacesBucket:SpacesBucket";
const GCP_ZONE = "gcp:dns/managedZone:ManagedZone";
const SQL = "gcp:sql/databaseInstance:DatabaseInstance";
const LIBVIRT = "libvirt:index/volume:Volume";
const options = { protect: true };
const settings = { untold: "breach" };

export const samples: Samples = {
  passing: [
    { name: "volume of Docker, protected", props: { name: "data" }, options },
    {
      name: "volume of DigitalOcean, protected",
      type: "digitalocean:index/volume:Volume",
      props: { size: 10 },
      options,
    },
    { name: "cluster, protected", type: "digitalocean:index/databaseCluster:DatabaseCluster", props: {}, options },
    { name: "disk of GCP, protected", type: "gcp:compute/disk:Disk", props: {}, options },
    { name: "disk of Azure, protected", type: "azure-native:compute:Disk", props: {}, options },
    { name: "server of Azure, protected", type: "azure-native:dbforpostgresql:Server", props: {}, options },
    {
      name: "zone of Cloudflare, protected",
      type: "cloudflare:index/zone:Zone",
      props: { name: "example.com" },
      options,
    },
    { name: "Cloud SQL, protected by its provider", type: SQL, props: { deletionProtection: true } },
    { name: "Cloud SQL, protected by default", type: SQL, props: {} },
    {
      name: "base image of libvirt",
      type: LIBVIRT,
      props: { create: { content: { url: "https://example.com/debian.img" } } },
    },
  ],
  failing: [
    { name: "bucket of GCP", type: BUCKET, props: { forceDestroy: true }, says: "forceDestroy" },
    { name: "bucket, protected all the same", type: SPACE, props: { forceDestroy: true }, options },
    { name: "zone of GCP", type: GCP_ZONE, props: { forceDestroy: true } },
    { name: "volume, all to be protected", settings, props: { name: "data" }, says: "not protected" },
    { name: "volume of libvirt, all to be protected", settings, type: LIBVIRT, props: { name: "root" } },
    { name: "Cloud SQL, all to be protected", settings, type: SQL, props: { deletionProtection: false } },
    { name: "disk of Azure, all to be protected", settings, type: "azure-native:compute/v20240302:Disk", props: {} },
  ],
  unknown: [
    { name: "volume of Docker", props: { name: "data" }, says: "whether it is retained is not told" },
    { name: "volume of DigitalOcean", type: "digitalocean:index/volume:Volume", props: {} },
    { name: "domain of DigitalOcean", type: "digitalocean:index/domain:Domain", props: { name: "example.com" } },
    { name: "disk of GCP", type: "gcp:compute/disk:Disk", props: {} },
    { name: "server of Azure", type: "azure-native:dbforpostgresql:Server", props: {} },
    { name: "volume of libvirt, content later", settings, type: LIBVIRT, props: { create: UNKNOWN } },
    { name: "bucket, forceDestroy later", type: BUCKET, props: { forceDestroy: UNKNOWN }, options },
    { name: "Cloud SQL, protection later", type: SQL, props: { deletionProtection: UNKNOWN } },
  ],
};
