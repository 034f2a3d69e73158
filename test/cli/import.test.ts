import { expect, it } from "vitest";
import { declarations } from "../../cli/declaration.js";
import { Archive, Asset, type ResourceState, Secret } from "../../engine/index.js";
import { project } from "./harness.js";

const VOLUME = "docker:index/volume:Volume";

it("imports what exists, prints the program for it, and says what is wrong with a request", async () => {
  const here = project({
    "index.ts": "export default async () => ({});\n",
    "stacks/Pulumi.dev.yaml": "config:\n  fleet:machines: {}\n  fleet:agents: {}\n",
    "bulk.json": JSON.stringify({
      nameTable: { parent: "urn:pulumi:dev::fleet::docker:index/volume:Volume::data" },
      resources: [
        { type: VOLUME, name: "more", id: "more-volume", parent: "parent" },
        { type: "docker:index/network:Network", name: "lan", logicalName: "the lan", id: "net" },
      ],
    }),
    "bad.json": JSON.stringify({ resources: [{ type: VOLUME, name: "x", nmae: "y" }] }),
    "noid.json": JSON.stringify({ resources: [{ type: VOLUME, name: "x" }] }),
    "text.json": "{",
  });
  const run = (...args: string[]) => here.fleet(["import", "dev", ...args]);
  const sim = ["--simulate", "--yes"];
  const one = await run(VOLUME, "data", "my-volume", ...sim);
  expect(one.stderr).toContain("Put this into the program:");
  expect(one.stdout).toContain('import * as docker from "@pulumi/docker";');
  expect(one.stdout).toMatch(/const data = new docker\.Volume\("data", \{.*\}, \{ protect: true \}\);/s);
  expect(one.code).toBe(0);
  const many = await run("--file", "bulk.json", "--no-protect", "--out", "imported.ts", ...sim);
  expect(many.code).toBe(0);
  expect(here.read("imported.ts")).toMatch(
    /const more = .*\{ parent: data \}.*const the_lan = new docker\.Network\("the lan", \{/s,
  );
  const again = await run(VOLUME, "data", "my-volume", ...sim);
  expect(again.stdout + again.stderr).toMatch(/::data is in the state already/);
  expect(again.code).toBe(1);

  const refused = async (text: RegExp, ...args: string[]) => {
    const { code, stderr } = await run(...args);
    expect(stderr).toMatch(text);
    expect(code).toBe(2);
  };
  await refused(/needs a type, a name and an id/, VOLUME, "data", ...sim);
  await refused(/asks before it changes anything/, VOLUME, "data", "x", "--simulate");
  await refused(/bad\.json is not a file of imports:\n.*resources\.0.*nmae/s, "--file", "bad.json", ...sim);
  await refused(/noid\.json: x has no id/, "--file", "noid.json", ...sim);
  await refused(/text\.json is not JSON/, "--file", "text.json", ...sim);
  await refused(/--file none\.json/, "--file", "none.json", ...sim);
  await refused(/--file says all there is to say/, VOLUME, "--file", "bulk.json", ...sim);
});

it("declares what it imported in TypeScript, without a secret in it", () => {
  const state = (type: string, name: string, more: Partial<ResourceState> = {}): ResourceState => ({
    urn: `urn:pulumi:dev::test::${type}::${name}`,
    custom: true,
    type,
    inputs: {},
    outputs: {},
    dependencies: [],
    propertyDependencies: {},
    ...more,
  });
  const code = declarations([
    state("gcp:compute/instance:Instance", "web-1", {
      inputs: {
        __defaults: [],
        "odd key": null,
        "with-dash": "x",
        password: new Secret("hush-hush"),
        nested: { ports: [80, 443], keys: [new Secret({ a: 1 })], empty: {}, none: [] },
        script: new Asset({ text: "echo" }),
        files: new Archive({
          assets: { "a.txt": new Asset({ path: "a.txt" }), b: new Archive({ uri: "https://host/b.zip" }) },
        }),
      },
      provider: "urn:pulumi:dev::test::pulumi:providers:gcp::eu-west::some-id",
    }),
    state("azure-native:compute:Disk", "web-1", { protect: true }),
    state("docker:index/volume:Volume", "class", {
      provider: "urn:pulumi:dev::test::pulumi:providers:docker::default::id",
    }),
  ]);
  expect(code).toBe(`import * as azure_native from "@pulumi/azure-native";
import * as docker from "@pulumi/docker";
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const web_1 = new gcp.compute.Instance("web-1", {
    "with-dash": "x",
    password: config.requireSecret("web1Password"),
    nested: {
        ports: [
            80,
            443,
        ],
        keys: [
            config.requireSecretObject("web1NestedKeys0"),
        ],
        empty: {},
        none: [],
    },
    script: new pulumi.asset.StringAsset("echo"),
    files: new pulumi.asset.AssetArchive({
        "a.txt": new pulumi.asset.FileAsset("a.txt"),
        b: new pulumi.asset.RemoteArchive("https://host/b.zip"),
    }),
}, { provider: eu_west });

const web_12 = new azure_native.compute.Disk("web-1", {}, { protect: true });

const class_ = new docker.Volume("class", {});
`);
});
