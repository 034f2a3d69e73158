import { describe, expect, it } from "vitest";
import { costOf } from "../../../review/cost/cost.js";
import { PRICES_DATE } from "../../../review/cost/sources.js";
import { type JsonMap, SECRET, UNKNOWN } from "../../../review/types.js";
import { droplet, resource } from "./resources.js";

/** Each item as `what: price`, or `what: why there is none`. */
const told = (...args: Parameters<typeof costOf>) =>
  costOf(...args).items.map(({ what, monthly, why }) => `${what}: ${monthly ?? why}`);

describe("DigitalOcean", () => {
  it("adds droplets, backups and volumes up", () => {
    const cost = costOf([
      droplet({ size: "s-4vcpu-8gb", region: "nyc3", backups: true, backupPolicy: { plan: "daily", hour: 4 } }, "big"),
      droplet({ size: "s-1vcpu-1gb", region: "fra1", backups: true }, "small"),
      droplet({ size: "g-2vcpu-8gb", backups: false }, "plain"),
      resource("digitalocean:index/volume:Volume", { size: 50, region: "nyc3" }),
      resource("digitalocean:index/dnsRecord:DnsRecord", { type: "A" }),
      resource("digitalocean:index/firewall:Firewall", {}),
    ]);
    expect(cost).toMatchObject({ unknown: 0, prices: PRICES_DATE });
    expect(cost.items.map(({ name, what, monthly }) => [name, what, monthly])).toEqual([
      ["big", "droplet s-4vcpu-8gb, nyc3", 48],
      ["big", "backups of the droplet", 14.4],
      ["small", "droplet s-1vcpu-1gb, fra1", 6],
      ["small", "backups of the droplet", 1.2],
      ["plain", "droplet g-2vcpu-8gb", 63],
      ["one", "volume 50 GiB, nyc3", 5],
    ]);
    expect(cost.total).toBe(137.6);
  });

  it("takes no nearest size, and no value that it does not know", () => {
    const cost = costOf([
      droplet({ size: "s-5vcpu-8gb", backups: true }, "odd"),
      droplet({ size: UNKNOWN }, "later"),
      droplet({ size: "s-1vcpu-1gb", backups: UNKNOWN }, "backed"),
      droplet({ size: "constructor" }, "trap"),
      droplet({}, "empty"),
      resource("digitalocean:index/volume:Volume", { size: SECRET }),
    ]);
    expect(cost.items.map(({ name, what, monthly, why }) => [name, what, monthly ?? why])).toEqual([
      ["odd", "droplet s-5vcpu-8gb", "there is no price for a droplet of size s-5vcpu-8gb"],
      ["odd", "backups of the droplet", "there is no price for a droplet of size s-5vcpu-8gb"],
      ["later", "droplet", "size is only known once it is made"],
      ["backed", "droplet s-1vcpu-1gb", 6],
      ["backed", "backups of the droplet", "backups is only known once it is made"],
      ["trap", "droplet constructor", "there is no price for a droplet of size constructor"],
      ["empty", "droplet", "size is not set"],
      ["one", "volume", "size is secret"],
    ]);
    expect(cost).toMatchObject({ total: 6, unknown: 7 });
  });

  it("has a reserved address cost only where no droplet has it", () => {
    const address = resource("digitalocean:index/reservedIp:ReservedIp", { region: "nyc3" });
    const assignment = resource(
      "digitalocean:index/reservedIpAssignment:ReservedIpAssignment",
      {},
      { uses: [address] },
    );
    expect(costOf([address, assignment]).total).toBe(0);
    expect(costOf([resource("digitalocean:index/reservedIp:ReservedIp", { dropletId: UNKNOWN })]).total).toBe(0);
    const record = resource("digitalocean:index/dnsRecord:DnsRecord", {}, { uses: [address] });
    expect(costOf([address, record]).total).toBe(5);
  });

  it("knows load balancers, databases and registries, and says what is usage", () => {
    const balancer = (inputs: JsonMap) => resource("digitalocean:index/loadBalancer:LoadBalancer", inputs);
    const database = (inputs: JsonMap) => resource("digitalocean:index/databaseCluster:DatabaseCluster", inputs);
    expect(
      told([
        balancer({}),
        balancer({ sizeUnit: 3 }),
        balancer({ type: "GLOBAL" }),
        database({ engine: "pg", size: "db-s-1vcpu-2gb", nodeCount: 2 }),
        database({ engine: "valkey", size: "db-s-1vcpu-1gb", nodeCount: 1 }),
        database({ engine: "pg", size: "db-s-1vcpu-1gb", nodeCount: 1, storageSizeMib: "61440" }),
        database({ engine: "kafka", size: "db-s-2vcpu-2gb", nodeCount: 3 }),
        resource("digitalocean:index/containerRegistry:ContainerRegistry", { subscriptionTierSlug: "basic" }),
        resource("digitalocean:index/volumeSnapshot:VolumeSnapshot", {}),
        resource("digitalocean:index/kubernetesCluster:KubernetesCluster", {}),
      ]),
    ).toEqual([
      "load balancer of 1 node: 12",
      "load balancer of 3 nodes: 36",
      "load balancer: there is no price for a load balancer of type GLOBAL",
      "pg db-s-1vcpu-2gb, 2 nodes: 60.9",
      "valkey db-s-1vcpu-1gb, 1 node: 15",
      "pg db-s-1vcpu-1gb, 1 node: 15.15",
      "pg storage: more than the 10 GiB that belong to the size",
      "database cluster: there is no price for the engine kafka",
      "container registry basic: 5",
      "volume snapshot: $0.06 a month for each GB that it comes to hold",
      "digitalocean:index/kubernetesCluster:KubernetesCluster: the price table does not have it",
    ]);
  });
});

describe("Google Cloud", () => {
  const instance = (inputs: JsonMap) => resource("gcp:compute/instance:Instance", inputs);
  const machine = (machineType: string, zone = "us-central1-a") =>
    told([instance({ machineType, zone, bootDisk: { source: "a-disk" } })])[0];

  it("adds a machine, its boot disk and its address up", () => {
    const cost = costOf([
      instance({
        machineType: "e2-standard-4",
        zone: "europe-west1-b",
        bootDisk: { initializeParams: { image: "debian-cloud/debian-12", size: 30, type: "pd-balanced" } },
        networkInterfaces: [{ network: "default", accessConfigs: [{}] }],
      }),
    ]);
    // (4 × 0.02399337 + 16 × 0.00321609) × 730, 30 × 0.10, 0.005 × 730.
    expect(cost.items.map(({ what, monthly }) => [what, monthly])).toEqual([
      ["instance e2-standard-4, europe-west1", 107.62],
      ["boot disk", 3],
      ["external address", 3.65],
    ]);
    expect(cost.total).toBe(114.27);
  });

  it("prices by processors and memory, with what is taken off for a whole month", () => {
    expect(machine("e2-micro")).toBe("instance e2-micro, us-central1: 6.11");
    expect(machine("e2-medium")).toBe("instance e2-medium, us-central1: 24.46");
    // 0.0475 × 730 × 0.7 and 0.3885 × 730 × 0.8.
    expect(machine("n1-standard-1")).toBe("instance n1-standard-1, us-central1: 24.27");
    expect(machine("n2-standard-8")).toBe("instance n2-standard-8, us-central1: 226.87");
    expect(machine("f1-micro")).toBe("instance f1-micro, us-central1: 3.88");
    expect(machine("projects/p/zones/us-east1-b/machineTypes/e2-small")).toBe("instance e2-small, us-central1: 12.23");
  });

  it("knows neither other machines nor other regions, nor what changes all the time", () => {
    for (const type of [
      "e2-custom-2-4096",
      "e2-standard-3",
      "e2-standard-04",
      "c3-standard-4",
      "n2-highmem-128",
      "e2-toString-2",
    ])
      expect(machine(type)).toBe(`instance ${type}, us-central1: there is no price for the machine type ${type}`);
    expect(machine("e2-micro", "asia-east1-a")).toContain("there is no price for e2-micro in asia-east1");
    expect(told([instance({ machineType: "e2-micro" })])).toEqual(["instance: zone is not set"]);
    const spot = { machineType: "e2-micro", zone: "us-east1-b", scheduling: { preemptible: true }, bootDisk: {} };
    expect(told([instance(spot)])).toEqual([
      "instance e2-micro, us-east1: the price of spot machines changes all the time",
      "boot disk: bootDisk.initializeParams.size is not set",
    ]);
  });

  it("tells licences and accelerators apart from the machine", () => {
    const inputs = {
      machineType: "n1-standard-1",
      zone: "us-central1-a",
      bootDisk: { initializeParams: { image: "rhel-cloud/rhel-9", size: 20 } },
      guestAccelerators: [{ type: "nvidia-tesla-t4", count: 1 }],
    };
    expect(told([instance(inputs)])).toEqual([
      "instance n1-standard-1, us-central1: 24.27",
      "boot disk: 0.8",
      "licence of rhel-9: there is no price for it",
      "accelerators: there is no price for them",
    ]);
  });

  it("has a static address cost where it is used, or more where it is not", () => {
    const address = resource("gcp:compute/address:Address", { region: "us-central1" });
    const user = resource(
      "gcp:compute/instance:Instance",
      {
        machineType: "e2-micro",
        zone: "us-central1-a",
        bootDisk: { source: "x" },
        networkInterfaces: [{ accessConfigs: [{ natIp: "203.0.113.7" }] }],
      },
      { uses: [address] },
    );
    expect(told([address, user])).toEqual([
      "static address in use, see what uses it: 0",
      "instance e2-micro, us-central1: 6.11",
      "external address: 3.65",
    ]);
    expect(told([address])).toEqual(["static address that no machine of the stack uses, us-central1: 7.3"]);
    expect(told([resource("gcp:compute/address:Address", { addressType: "INTERNAL" })])).toEqual([
      "internal address: 0",
    ]);
  });

  it("knows disks and zones of DNS, and nothing of what only holds rights", () => {
    expect(
      told([
        resource("gcp:compute/disk:Disk", { size: 100, type: "pd-ssd", zone: "us-east4-a" }),
        resource("gcp:compute/disk:Disk", { size: 100, type: "hyperdisk-balanced", zone: "us-east4-a" }),
        resource("gcp:dns/managedZone:ManagedZone", {}),
        resource("gcp:projects/iAMMember:IAMMember", {}),
        resource("gcp:sql/databaseInstance:DatabaseInstance", {}),
      ]),
    ).toEqual([
      "disk pd-ssd 100 GiB, us-east4: 18.7",
      "disk hyperdisk-balanced 100 GiB, us-east4: there is no price for a disk of type hyperdisk-balanced in us-east4",
      "DNS zone: 0.2",
      "gcp:sql/databaseInstance:DatabaseInstance: the price table does not have it",
    ]);
  });
});

describe("Azure", () => {
  const machine = (vmSize: string, location = "eastus", more: JsonMap = {}) =>
    told([
      resource("azure-native:compute/v20240701:VirtualMachine", {
        location,
        hardwareProfile: { vmSize },
        storageProfile: { osDisk: { createOption: "Attach" } },
        ...more,
      }),
    ]);

  it("knows Linux machines by size and region", () => {
    expect(machine("Standard_B2s")).toEqual(["virtual machine Standard_B2s, eastus: 30.37"]);
    expect(machine("Standard_D4s_v5", "West Europe")).toEqual(["virtual machine Standard_D4s_v5, westeurope: 167.9"]);
    expect(machine("Standard_E8s_v3")).toEqual(["virtual machine Standard_E8s_v3, eastus: 367.92"]);
    expect(machine("Standard_D5s_v5")[0]).toContain("there is no price for a machine of size Standard_D5s_v5");
    expect(machine("Standard_E64s_v3")[0]).toContain("there is no price for a machine of size Standard_E64s_v3");
    expect(machine("Standard_NC6s_v3")[0]).toContain("there is no price for a machine of size Standard_NC6s_v3");
    expect(machine("Standard_B2s", "brazilsouth")[0]).toContain("there is no price for a machine in brazilsouth");
    expect(machine("Standard_D4s_v5", "eastus", { priority: "Spot" })[0]).toContain("spot machines");
    expect(machine("Standard_D4s_v5", "eastus", { osProfile: { windowsConfiguration: {} } })[0]).toContain("Linux");
  });

  it("bills disks by the tier that holds them", () => {
    const storageProfile: JsonMap = {
      osDisk: { createOption: "FromImage", diskSizeGB: 30, managedDisk: { storageAccountType: "Premium_LRS" } },
      dataDisks: [
        { createOption: "Empty", diskSizeGB: 200, managedDisk: { storageAccountType: "StandardSSD_LRS" } },
        { createOption: "Attach", managedDisk: { id: "of another resource" } },
        { createOption: "Empty", managedDisk: { storageAccountType: "Standard_LRS" } },
      ],
    };
    expect(machine("Standard_B1s", "eastus", { storageProfile })).toEqual([
      "virtual machine Standard_B1s, eastus: 7.59",
      "system disk Premium_LRS 30 GiB, eastus: 5.28",
      "data disk StandardSSD_LRS 200 GiB, eastus: 19.2",
      "data disk: diskSizeGB is not set",
    ]);
    const disk = (inputs: JsonMap) => told([resource("azure-native:compute:Disk", { location: "eastus", ...inputs })]);
    expect(disk({ diskSizeGB: 128, sku: { name: "Premium_LRS" } })).toEqual([
      "managed disk Premium_LRS 128 GiB, eastus: 19.71",
    ]);
    expect(disk({ diskSizeGB: 129, sku: { name: "Premium_LRS" } })).toEqual([
      "managed disk Premium_LRS 129 GiB, eastus: 38.02",
    ]);
    expect(disk({ diskSizeGB: 9000, sku: { name: "Premium_LRS" } })[0]).toContain("a disk of 9000 GiB");
    expect(disk({ diskSizeGB: 64, sku: { name: "Premium_ZRS" } })[0]).toContain("for disks of kind Premium_ZRS");
  });

  it("knows addresses, zones and PostgreSQL servers", () => {
    const server = (inputs: JsonMap) =>
      resource("azure-native:dbforpostgresql:Server", {
        location: "westus",
        storage: { storageSizeGB: 32 },
        ...inputs,
      });
    expect(
      told([
        resource("azure-native:network:PublicIPAddress", {
          sku: { name: "Standard" },
          publicIPAllocationMethod: "Static",
        }),
        resource("azure-native:network:PublicIPAddress", { sku: { name: "Basic" } }),
        resource("azure-native:dns:Zone", { zoneType: "Public" }),
        server({ sku: { name: "Standard_D4s_v3", tier: "GeneralPurpose" } }),
        server({ sku: { name: "Standard_B1ms" }, highAvailability: { mode: "ZoneRedundant" } }),
        server({ sku: { name: "Standard_B1ms" }, location: "eastus", backup: { geoRedundantBackup: "Enabled" } }),
        server({ sku: { name: "Standard_D64s_v3" } }),
        resource("azure-native:resources:ResourceGroup", {}),
      ]),
    ).toEqual([
      "public address: 3.65",
      "public address: there is no price for a public address of kind Basic",
      "DNS zone: 0.5",
      "PostgreSQL Standard_D4s_v3, westus: 284.7",
      "PostgreSQL storage: 4.42",
      "PostgreSQL Standard_B1ms, westus, with a standby: 32.12",
      "PostgreSQL storage, with a standby: 8.83",
      "PostgreSQL Standard_B1ms, eastus: 12.41",
      "PostgreSQL storage: 3.68",
      "geo-redundant backups: they cost by what they come to hold",
      "PostgreSQL Standard_D64s_v3, westus: there is no price for a PostgreSQL server of size Standard_D64s_v3 in westus",
      "PostgreSQL storage: 4.42",
    ]);
  });
});

describe("the rest", () => {
  it("has Cloudflare's free plan for nothing, and no other", () => {
    expect(
      told([
        resource("cloudflare:index/zone:Zone", { name: "example.com" }),
        resource("cloudflare:index/dnsRecord:DnsRecord", {}),
        resource("cloudflare:index/zeroTrustTunnelCloudflared:ZeroTrustTunnelCloudflared", {}),
        resource("cloudflare:index/zoneSubscription:ZoneSubscription", { ratePlan: { id: "pro" } }),
        resource("cloudflare:index/argoSmartRouting:ArgoSmartRouting", {}),
      ]),
    ).toEqual([
      "zone, free plan: 0",
      "subscription of a zone: there is no price for the plan pro",
      "cloudflare:index/argoSmartRouting:ArgoSmartRouting: the price table does not have it",
    ]);
  });

  it("leaves out what is on machines anyway, and components", () => {
    const component = { ...resource("fleet:hosts:DigitalOceanHost", {}), custom: false };
    const free = [
      "docker:index/container:Container",
      "command:remote:Command",
      "random:index/randomPassword:RandomPassword",
    ];
    expect(costOf([component, ...free.map((type) => resource(type, {}))])).toEqual({
      items: [],
      total: 0,
      unknown: 0,
      prices: PRICES_DATE,
    });
    expect(told([resource("hcloud:index/server:Server", {})])).toEqual([
      "hcloud:index/server:Server: the price table does not have it",
    ]);
  });

  it("reckons own hardware as nothing, or by its power", () => {
    const domain = (name: string) => resource("libvirt:index/domain:Domain", { vcpu: 4 }, { name });
    const disk = resource("libvirt:index/volume:Volume", {});
    const two = [domain("a"), domain("b"), disk];
    expect(told(two)).toEqual(["domain on own hardware: 0", "domain on own hardware: 0"]);
    const power = { watts: 60, pricePerKWh: 0.3 };
    // 0.06 kW × 730 h × 0.30.
    expect(costOf(two, { power }).total).toBe(13.14);
    const hosts = ["rack-1", "rack-2"].map((name) => resource("pulumi:providers:libvirt", {}, { name }));
    const cost = costOf([...hosts, ...two], { power });
    expect(cost.total).toBe(26.28);
    expect(cost.items.slice(-2).map(({ name, what }) => `${name}: ${what}`)).toEqual([
      "rack-1: electricity of a hypervisor, 60 W at $0.3 a kWh",
      "rack-2: electricity of a hypervisor, 60 W at $0.3 a kWh",
    ]);
    expect(costOf([droplet({ size: "s-1vcpu-1gb" })], { power }).total).toBe(6);
  });
});
