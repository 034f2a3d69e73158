import { describe, expect, it } from "vitest";
import { dataHolder } from "../../../review/loss/holders.js";
import type { JsonMap } from "../../../review/types.js";

const urnOf = (chain: string) => `urn:pulumi:dev::fleet::${chain}::data`;
const of = (type: string, inputs?: JsonMap) => dataHolder({ urn: urnOf(type), type }, inputs);

describe("what holds data", () => {
  it.each([
    ["docker:index/volume:Volume", "volume"],
    ["digitalocean:index/volume:Volume", "volume"],
    ["digitalocean:index/droplet:Droplet", "droplet"],
    ["digitalocean:index/databaseCluster:DatabaseCluster", "database cluster"],
    ["digitalocean:index/databaseDb:DatabaseDb", "database"],
    ["digitalocean:index/databaseKafkaTopic:DatabaseKafkaTopic", "Kafka topic"],
    ["digitalocean:index/domain:Domain", "DNS zone"],
    ["digitalocean:index/spacesBucket:SpacesBucket", "bucket"],
    ["digitalocean:index/containerRegistry:ContainerRegistry", "container registry"],
    ["digitalocean:index/nfs:Nfs", "file share"],
    ["gcp:compute/disk:Disk", "disk"],
    ["gcp:compute/regionDisk:RegionDisk", "disk"],
    ["gcp:compute/instance:Instance", "VM"],
    ["gcp:sql/databaseInstance:DatabaseInstance", "database server"],
    ["gcp:sql/database:Database", "database"],
    ["gcp:alloydb/cluster:Cluster", "database server"],
    ["gcp:firestore/database:Database", "database"],
    ["gcp:bigquery/dataset:Dataset", "table"],
    ["gcp:dns/managedZone:ManagedZone", "DNS zone"],
    ["gcp:storage/bucket:Bucket", "bucket"],
    ["gcp:filestore/instance:Instance", "file share"],
    ["gcp:artifactregistry/repository:Repository", "container registry"],
    ["azure-native:compute:Disk", "disk"],
    ["azure-native:compute/v20240302:Disk", "disk"],
    ["azure-native:compute:VirtualMachine", "VM"],
    ["azure-native:compute/v20240701:VirtualMachine", "VM"],
    ["azure-native:dbforpostgresql:Server", "database server"],
    ["azure-native:dbforpostgresql/v20221201:Server", "database server"],
    ["azure-native:dbformysql:FlexibleServer", "database server"],
    ["azure-native:dbforpostgresql:Database", "database"],
    ["azure-native:sql:Server", "database server"],
    ["azure-native:sql/v20211101:Database", "database"],
    ["azure-native:cosmosdb:DatabaseAccount", "database server"],
    ["azure-native:cache:Redis", "database server"],
    ["azure-native:network:Zone", "DNS zone"],
    ["azure-native:dns/v20180501:Zone", "DNS zone"],
    ["azure-native:privatedns:PrivateZone", "DNS zone"],
    ["azure-native:storage:StorageAccount", "storage account"],
    ["azure-native:storage/v20230101:FileShare", "file share"],
    ["azure-native:storage:BlobContainer", "bucket"],
    ["azure-native:storage:Table", "table"],
    ["azure-native:storage:Queue", "queue"],
    ["azure-native:containerregistry:Registry", "container registry"],
    ["cloudflare:index/zone:Zone", "DNS zone"],
    ["cloudflare:index/zeroTrustTunnelCloudflared:ZeroTrustTunnelCloudflared", "tunnel"],
    ["cloudflare:index/zeroTrustTunnelWarpConnector:ZeroTrustTunnelWarpConnector", "tunnel"],
    ["cloudflare:index/tunnel:Tunnel", "tunnel"],
    ["cloudflare:index/argoTunnel:ArgoTunnel", "tunnel"],
    ["cloudflare:index/r2Bucket:R2Bucket", "bucket"],
    ["cloudflare:index/d1Database:D1Database", "database"],
    ["cloudflare:index/workersKvNamespace:WorkersKvNamespace", "key-value store"],
    ["libvirt:index/volume:Volume", "volume"],
    ["libvirt:index/pool:Pool", "storage pool"],
    ["libvirt:index/domain:Domain", "VM"],
  ])("%s: %s", (type, what) => {
    expect(of(type)).toBe(what);
  });

  it.each([
    "docker:index/container:Container",
    "docker:index/network:Network",
    "docker:index/remoteImage:RemoteImage",
    "docker:index/volumeSomething:VolumeSomething",
    "digitalocean:index/volumeSnapshot:VolumeSnapshot",
    "digitalocean:index/volumeAttachment:VolumeAttachment",
    "digitalocean:index/dnsRecord:DnsRecord",
    "digitalocean:index/databaseFirewall:DatabaseFirewall",
    "digitalocean:index/reservedIp:ReservedIp",
    "gcp:compute/network:Network",
    "gcp:compute/attachedDisk:AttachedDisk",
    "gcp:redis/somethingElse:SomethingElse",
    "azure-native:network:VirtualNetwork",
    "azure-native:dns:RecordSet",
    "cloudflare:index/dnsRecord:DnsRecord",
    "cloudflare:index/zoneSetting:ZoneSetting",
    "cloudflare:index/zeroTrustTunnelCloudflaredConfig:ZeroTrustTunnelCloudflaredConfig",
    "cloudflare:index/tunnelConfig:TunnelConfig",
    "libvirt:index/cloudInitDisk:CloudInitDisk",
    "libvirt:index/network:Network",
    "random:index/randomPassword:RandomPassword",
    "tls:index/privateKey:PrivateKey",
    "command:local:Command",
    "fleet:data:DataVolume",
    "pulumi:pulumi:Stack",
    "other:index/volume:Volume",
  ])("not %s", (type) => {
    expect(of(type)).toBeUndefined();
  });

  it("is not what the fleet makes again by itself", () => {
    const type = "docker:index/volume:Volume";
    const within = (parents: string) => dataHolder({ urn: urnOf(`${parents}$${type}`), type });
    expect(within("fleet:agents:OpenClaw$fleet:files:ConfigFiles")).toBeUndefined();
    expect(within("fleet:files:ConfigFiles")).toBeUndefined();
    expect(within("fleet:services:CrmSync$fleet:data:DataVolume")).toBeUndefined();
    expect(within("fleet:agents:OpenClaw$fleet:data:DataVolume")).toBe("volume");
    expect(within("my:fleet:files:ConfigFilesToo")).toBe("volume");
    // What a resource is called does not make it ours.
    expect(dataHolder({ urn: `${urnOf(type)}::fleet:files:ConfigFiles$x`, type })).toBe("volume");
  });

  it("depends on a machine's disks, where they are known", () => {
    const domain = "libvirt:index/domain:Domain";
    expect(of(domain, {})).toBeUndefined();
    expect(of(domain, { disks: [{ device: "cdrom", file: "/iso" }] })).toBeUndefined();
    expect(of(domain, { disks: [{ volumeId: "v" }] })).toBe("VM");
    expect(of(domain, { devices: { disks: [{ device: "disk" }] } })).toBe("VM");
    expect(of(domain, { disks: "[unknown]" })).toBe("VM");

    const instance = "gcp:compute/instance:Instance";
    expect(of(instance, { bootDisk: { initializeParams: { image: "debian" } } })).toBe("VM");
    expect(of(instance, { bootDisk: { autoDelete: false, initializeParams: {} } })).toBe("VM");
    expect(of(instance, { bootDisk: { autoDelete: false, source: "disk-1" } })).toBeUndefined();
    expect(of(instance, { bootDisk: { source: "disk-1" } })).toBe("VM");
    expect(of(instance, {})).toBe("VM");
  });
});
