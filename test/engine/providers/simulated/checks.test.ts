import { afterEach, describe, expect, it } from "vitest";
import { simulatedProvider } from "../../../../engine/providers/simulated/index.js";
import type { PropertyMap } from "../../../../engine/values.js";
import { drive } from "../drive.js";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";

/** An account at a vendor: resources are made one after the other by one provider. */
function account(pkg: string) {
  const provider = simulatedProvider(pkg)();
  const on = (type: string, name: string) =>
    drive(provider, `${pkg}:index/${type[0]!.toLowerCase()}${type.slice(1)}:${type}`, name);
  return {
    on,
    create: (type: string, inputs: PropertyMap, name = type) => on(type, name).create(inputs),
  };
}

describe("simulated DigitalOcean", () => {
  const droplet = { name: "web", region: "nyc3", size: "s-1vcpu-1gb", image: "ubuntu-24-04-x64" };
  afterEach(() => {
    delete process.env.FLEET_SIMULATED_DROPLET_LIMIT;
    delete process.env.FLEET_SIMULATED_DOMAINS;
  });

  it("gives ids and addresses in the vendor's form", async () => {
    const { create } = account("digitalocean");
    const web = await create("Droplet", droplet);
    expect(web.id).toMatch(/^\d{9}$/);
    expect(web.outputs).toMatchObject({
      dropletUrn: `do:droplet:${web.id}`,
      ipv4Address: expect.stringMatching(/^192\.0\.2\.\d+$/),
    });
    const volume = await create("Volume", { name: "data", region: "nyc3", size: 1 });
    expect(volume.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(volume.outputs.volumeUrn).toBe(`do:volume:${volume.id}`);
    const address = await create("ReservedIp", { region: "nyc3" });
    expect(address.id).toMatch(/^203\.0\.113\.\d+$/);
    expect(address.outputs).toMatchObject({ ipAddress: address.id, reservedIpUrn: `do:reservedip:${address.id}` });
    expect((await create("SshKey", { name: "ops", publicKey: KEY })).id).toMatch(/^\d+$/);
    expect((await create("Tag", { name: "fleet" })).id).toBe("fleet");
    expect((await create("Domain", { name: "example.org" })).id).toBe("example.org");
    const record = await create("DnsRecord", { domain: "example.org", name: "www", type: "A", value: "192.0.2.1" });
    expect(record.outputs.fqdn).toBe("www.example.org");
    const vpc = await create("Vpc", { name: "lab", region: "nyc3" });
    expect(vpc.outputs).toMatchObject({
      vpcUrn: `do:vpc:${vpc.id}`,
      ipRange: expect.stringMatching(/^198\.18\.\d+\.0\/20$/),
    });
  });

  it("knows nothing of what it makes before that is made, and refuses nothing in a preview", async () => {
    const { on } = account("digitalocean");
    const planned = await on("Droplet", "web").preview({ ...droplet, region: "mars1" });
    expect(planned.id).toBe("");
    expect(String(planned.outputs.ipv4Address)).not.toMatch(/^192/);
  });

  it("makes a droplet that replaces another a new one, also when it is asked for in the same words", async () => {
    const { on } = account("digitalocean");
    const web = on("Droplet", "web");
    const first = await web.create(droplet);
    await web.check(droplet, droplet);
    const second = await web.create(droplet);
    expect(second.id).not.toBe(first.id);
    expect(second.id).toMatch(/^\d{9}$/);
  });

  it.each<[string, string, PropertyMap, string]>([
    [
      "a region that is not there",
      "Droplet",
      { ...droplet, region: "mars1" },
      "422 You specified an invalid region for Droplet creation.",
    ],
    [
      "a size that is none",
      "Droplet",
      { ...droplet, size: "huge" },
      "422 You specified an invalid size for Droplet creation.",
    ],
    [
      "a volume's region",
      "Volume",
      { name: "data", region: "nyc9", size: 1 },
      "422 region is not available for volumes",
    ],
    ["a volume's name", "Volume", { name: "My_Data", region: "nyc3", size: 1 }, "422 name My_Data is invalid"],
    [
      "a volume's size",
      "Volume",
      { name: "data", region: "nyc3", size: 20_000 },
      "422 size must be from 1 to 16384 GiB",
    ],
    ["a VPC's region", "Vpc", { name: "lab", region: "nowhere" }, "422 region is not available for VPCs"],
    [
      "a record in no domain",
      "DnsRecord",
      { domain: "example", name: "www", type: "A" },
      "404 The resource you were accessing",
    ],
  ])("refuses %s", async (_what, type, inputs, message) => {
    await expect(account("digitalocean").create(type, inputs)).rejects.toThrow(`simulated DigitalOcean: ${message}`);
  });

  it.each([
    "s-1vcpu-1gb",
    "s-4vcpu-8gb-amd",
    "s-1vcpu-512mb-10gb",
    "c-2",
    "c2-4vcpu-8gb",
    "g-2vcpu-8gb",
    "m-2vcpu-16gb",
    "so1_5-2vcpu-16gb",
  ])("takes the size %s", async (size) => {
    expect((await account("digitalocean").create("Droplet", { ...droplet, size })).id).toMatch(/^\d+$/);
  });

  it("refuses what is there once already, and not what is gone again", async () => {
    const { create, on } = account("digitalocean");
    const data = { name: "data", region: "nyc3", size: 1 };
    const made = await create("Volume", data, "a");
    await expect(create("Volume", data, "b")).rejects.toThrow("409 volume name data already exists in region nyc3");
    await create("Volume", { ...data, region: "ams3" }, "c");
    await on("Volume", "a").delete(made);
    await create("Volume", data, "b");
    await create("Domain", { name: "example.org" }, "a");
    await expect(create("Domain", { name: "example.org" }, "b")).rejects.toThrow(
      "422 domain example.org already exists",
    );
    await create("SshKey", { name: "a", publicKey: `${KEY} ada` }, "a");
    await expect(create("SshKey", { name: "b", publicKey: KEY }, "b")).rejects.toThrow("422 SSH Key is already in use");
  });

  it("refuses more droplets than the account may have: 10, or as many as a test says", async () => {
    const { create } = account("digitalocean");
    for (let n = 0; n < 10; n++) await create("Droplet", { ...droplet, name: `web-${n}` }, `web-${n}`);
    await expect(create("Droplet", droplet, "one-more")).rejects.toThrow(
      /^simulated DigitalOcean: 422 creating this\/these droplet\(s\) will exceed your droplet limit\n {2}fix: /,
    );
    process.env.FLEET_SIMULATED_DROPLET_LIMIT = "1";
    const small = account("digitalocean");
    await small.create("Droplet", droplet, "a");
    await expect(small.create("Droplet", droplet, "b")).rejects.toThrow("the account has room for 1 droplets");
  });

  it("counts what the state has and the run has come by", async () => {
    process.env.FLEET_SIMULATED_DROPLET_LIMIT = "1";
    const { on, create } = account("digitalocean");
    await on("Droplet", "a").diff({ id: "100000001", inputs: droplet, outputs: droplet }, droplet);
    await expect(create("Droplet", droplet, "b")).rejects.toThrow("exceed your droplet limit");
  });

  it("has records in its own domains, in any that may be another stack's, or in those that are named", async () => {
    const { create } = account("digitalocean");
    const record = { domain: "example.org", name: "www", type: "A", value: "192.0.2.1" };
    await create("DnsRecord", record, "a");
    process.env.FLEET_SIMULATED_DOMAINS = "example.net, example.com";
    await expect(create("DnsRecord", record, "b")).rejects.toThrow("there is no domain example.org in the account");
    await create("DnsRecord", { ...record, domain: "example.com" }, "c");
    await create("Domain", { name: "example.org" });
    await create("DnsRecord", record, "d");
  });
});

describe("simulated Cloudflare", () => {
  const zone = { name: "example.org", account: { id: "0".repeat(32) } };

  it("gives ids in the vendor's form", async () => {
    expect((await account("cloudflare").create("Zone", zone)).id).toMatch(/^[0-9a-f]{32}$/);
  });

  it("refuses a zone twice, a zone that is none, and records that exclude one another", async () => {
    const { create } = account("cloudflare");
    const { id } = await create("Zone", zone, "a");
    await expect(create("Zone", zone, "b")).rejects.toThrow(
      "simulated Cloudflare: 400 example.org already exists (1061)",
    );
    const record = { zoneId: id, name: "www.example.org", type: "A", content: "192.0.2.1", ttl: 300 };
    await create("DnsRecord", record, "a");
    await create("DnsRecord", { ...record, content: "192.0.2.2" }, "b");
    await expect(create("DnsRecord", record, "c")).rejects.toThrow("An identical record already exists. (81058)");
    const alias = { ...record, type: "CNAME", content: "example.com" };
    await expect(create("DnsRecord", alias, "d")).rejects.toThrow("with that host already exists. (81053)");
    await expect(create("DnsRecord", { ...record, zoneId: "example.org" }, "e")).rejects.toThrow("(7003)");
  });
});
