import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distilFacts } from "../../../../engine/providers/simulated/facts.js";
import { simulatedProvider } from "../../../../engine/providers/simulated/index.js";
import { type PropertyMap, Secret, UNKNOWN } from "../../../../engine/values.js";
import { drive } from "../drive.js";

const NETWORK = "docker:index/network:Network";
const VOLUME = "docker:index/volume:Volume";
const CONTAINER = "docker:index/container:Container";
const DROPLET = "digitalocean:index/droplet:Droplet";
const on = (type: string, name?: string) => drive(simulatedProvider(type.split(":")[0]!)(), type, name);

describe("a simulated provider", () => {
  it("says so", () => {
    const provider = simulatedProvider("azure-native")();
    expect(provider).toMatchObject({ package: "azure-native", simulated: true, supportsPreview: true });
  });

  it("gives what our components use of docker", async () => {
    const network = await on(NETWORK, "net").create({ name: "fleet" });
    expect(network.id).toMatch(/^[0-9a-f]{64}$/);
    expect(network.outputs).toMatchObject({ name: "fleet", driver: "bridge", scope: expect.any(String) });
    const volume = await on(VOLUME, "data").create({});
    expect(volume).toMatchObject({
      id: "data",
      outputs: { name: "data", mountpoint: "/var/lib/docker/volumes/data/_data" },
    });
    const image = await on("docker:index/remoteImage:RemoteImage").create({ name: "localhost:5000/caddy:2" });
    expect(image.outputs.imageId).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(image.outputs.repoDigest).toMatch(/^localhost:5000\/caddy@sha256:[0-9a-f]{64}$/);
    const container = await on(CONTAINER).create({
      image: "x",
      name: "web",
      networksAdvanced: [{ name: "fleet" }, { name: "edge" }],
    });
    expect(container.id).toMatch(/^[0-9a-f]{64}$/);
    expect(container.outputs.networkDatas).toMatchObject([
      { networkName: "fleet", ipAddress: expect.stringMatching(/^192\.0\.2\.\d+$/) },
      { networkName: "edge" },
    ]);
    const command = await on("command:local:Command").create({ create: "rm -rf /" });
    expect(command.outputs).toEqual({ create: "rm -rf /", stdout: "", stderr: "" });
  });

  it("makes up values of the schema's types, addresses that cannot be real, secrets that are secret", async () => {
    const droplet = await on(DROPLET).create({ image: "debian-12", region: "ams3", size: "s-1vcpu-1gb" });
    expect(droplet.id).toMatch(/^\d+$/);
    expect(droplet.outputs).toMatchObject({
      ipv4Address: expect.stringMatching(/^192\.0\.2\./),
      ipv6Address: expect.stringMatching(/^2001:db8:/),
      status: "active",
      vcpus: 0,
      volumeIds: [],
      locked: false,
      region: "ams3",
    });
    const cluster = await on("digitalocean:index/databaseCluster:DatabaseCluster").create({ engine: "pg" });
    expect(cluster.outputs.password).toBeInstanceOf(Secret);
    expect(cluster.outputs.host).toMatch(/\.invalid$/);
    expect(cluster.outputs.port).toBeGreaterThan(1024);
  });

  it("any package: outputs hold the inputs, a second look shows no difference, the id is the same for the same", async () => {
    const inputs = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue()) as fc.Arbitrary<PropertyMap>;
    await fc.assert(
      fc.asyncProperty(inputs, async (news) => {
        const made = await on("azure-native:compute:VirtualMachine").create(news);
        expect(made.outputs).toEqual(news);
        expect(made.id).toBe((await on("azure-native:compute:VirtualMachine").create(structuredClone(news))).id);
        const now = structuredClone(news);
        expect(await on("azure-native:compute:VirtualMachine").diff(made, now)).toEqual({ changes: "none" });
      }),
      { numRuns: 30 },
    );
  });

  it("judges changes by the vendor's schema", async () => {
    const old = { id: "x", inputs: { name: "web", image: "a", memory: 1, envs: ["A=1"] }, outputs: {} };
    expect(await on(CONTAINER).diff(old, { ...old.inputs, memory: 2 })).toMatchObject({
      diffs: ["memory"],
      replaces: [],
    });
    expect(await on(CONTAINER).diff(old, { ...old.inputs, envs: ["A=2"] })).toMatchObject({
      replaces: ["envs"],
      deleteBeforeReplace: true,
      detailedDiff: { "envs[0]": { kind: "update-replace" } },
    });
    const renamed = await on(CONTAINER).diff(old, { ...old.inputs, name: "other" });
    expect(renamed).toMatchObject({ replaces: ["name"] });
    expect(renamed.deleteBeforeReplace).toBeUndefined();
    expect(
      (await on("command:local:Command").diff({ ...old, inputs: { triggers: [1] } }, { triggers: [2] })).replaces,
    ).toEqual(["triggers"]);
    expect((await on("gcp:compute:Instance").diff(old, {})).replaces).toEqual([]);
  });

  it("a replacement has another id, an update keeps what was made up", async () => {
    const first = await on(NETWORK).create({ name: "a", driver: "bridge" });
    const second = await on(NETWORK).create({ name: "a", driver: "overlay" });
    expect(second.id).not.toBe(first.id);
    const droplet = await on(DROPLET).create({ image: "debian-12", size: "c-2", tags: ["a"] });
    const outputs = await on(DROPLET).update(droplet, { image: "debian-12", size: "c-4" });
    expect(outputs).toMatchObject({ size: "c-4", ipv4Address: droplet.outputs.ipv4Address });
    expect(outputs.tags).toBeUndefined();
  });

  it("the id does not depend on secrets", async () => {
    const make = async (text: string) => (await on(DROPLET).create({ image: "x", userData: new Secret(text) })).id;
    expect(await make("one")).toBe(await make("two"));
  });

  it("a preview does not know what a creation would bring", async () => {
    const { id, outputs } = await on(NETWORK).preview({ name: "fleet" });
    expect(id).toBe("");
    expect(outputs).toMatchObject({ name: "fleet", driver: UNKNOWN, scope: UNKNOWN });
  });

  it("reads its state, or takes what is looked up as given", async () => {
    const made = await on(NETWORK).create({ name: "fleet" });
    expect(await on(NETWORK).read(made.id, made.inputs, made.outputs)).toEqual({ id: made.id, outputs: made.outputs });
    const found = await on(NETWORK).read("abc", { name: "other" });
    expect(found).toMatchObject({ id: "abc", outputs: { name: "other", driver: "bridge" } });
    const imported = await on(NETWORK).read("abc", {}, {}, { import: { asked: { name: "mine", internal: true } } });
    expect(imported).toMatchObject({
      inputs: { name: "mine", internal: true },
      outputs: { name: "mine", internal: true, driver: "bridge" },
    });
  });

  it("answers functions", async () => {
    const token = "cloudflare:index/getZone:getZone";
    const { result, failures } = await simulatedProvider("cloudflare")().invoke!(token, { zoneId: "z" });
    expect(failures).toEqual([]);
    expect(result).toMatchObject({ zoneId: "z", id: expect.any(String), status: "active", nameServers: [] });
  });
});

describe("distilFacts", () => {
  it("takes what matters out of a package schema", () => {
    const facts = distilFacts({
      name: "p",
      resources: {
        "p:index:R": {
          inputProperties: {
            a: { type: "string", willReplaceOnChanges: true },
            b: { type: "array", replaceOnChanges: true },
            c: { type: "string" },
          },
          properties: {
            s: { type: "string", secret: true },
            o: { $ref: "#/types/T" },
            n: { oneOf: [{ type: "number" }] },
          },
          required: ["s", "o", "n"],
        },
      },
      functions: { "p:index:f": { outputs: { properties: { id: { type: "string" } }, required: ["id"] } } },
    });
    expect(facts).toEqual({
      name: "p",
      resources: {
        "p:index:R": { replaces: ["a", "b"], outputs: { n: "number", o: "object", s: "string" }, secrets: ["s"] },
      },
      functions: { "p:index:f": { outputs: { id: "string" } } },
    });
  });
});
