import { describe, expect, it } from "vitest";
import { dockerProvider } from "../../../../engine/providers/docker/index.js";
import { type PropertyMap, UNKNOWN } from "../../../../engine/values.js";

const provider = dockerProvider();

async function failures(kind: string, news: PropertyMap): Promise<Record<string, string>> {
  const type = `docker:index/${kind}`;
  const urn = `urn:pulumi:test::fleet::${type}::thing`;
  const result = await provider.check({ urn, type, olds: undefined, news, randomSeed: new Uint8Array(32) });
  return Object.fromEntries(result.failures.map(({ property, reason }) => [property, reason]));
}
const container = (news: PropertyMap) => failures("container:Container", { image: "x", ...news });

describe("check", () => {
  it("accepts unknown values at any depth", async () => {
    expect(
      await container({ image: UNKNOWN, envs: UNKNOWN, volumes: [{ volumeName: UNKNOWN, containerPath: "/data" }] }),
    ).toEqual({});
  });

  it("reports every fault with its path", async () => {
    const found = await container({
      memmory: 5,
      memory: "64m",
      ports: [{ internal: 80 }, { external: 99999, internal: 80, protocol: "icmp" }],
      restart: "sometimes",
      envs: ["A"],
      healthcheck: { tests: ["CMD", "true"], interval: "5 seconds" },
      labels: [{ label: "a" }],
    });
    expect(found).toEqual({
      memmory: 'unknown property "memmory", did you mean "memory"?',
      memory: "must be a whole number, not a string",
      "ports[1].external": "must be at most 65535, not 99999",
      "ports[1].protocol": 'must be one of tcp, udp, sctp, not "icmp"',
      restart: 'must be one of no, on-failure, always, unless-stopped, not "sometimes"',
      "envs[0]": "must be of the form NAME=value",
      "healthcheck.interval": 'must be a duration such as 500ms, 30s or 1m30s, not "5 seconds"',
      "labels[0].value": '"value" is required',
    });
  });

  it("requires the image", async () => {
    expect(await failures("container:Container", {})).toEqual({ image: '"image" is required' });
  });

  it.each<[PropertyMap, string]>([
    [{ readOnly: true, uploads: [{ file: "/a", content: "x" }] }, "uploads"],
    [{ uploads: [{ file: "/a", content: "x", source: "/b" }] }, "uploads[0]"],
    [{ networkMode: "host", networksAdvanced: [{ name: "n" }] }, "networksAdvanced"],
    [{ volumes: [{ volumeName: "a", hostPath: "/b", containerPath: "/c" }] }, "volumes[0]"],
    [{ mounts: [{ type: "bind", target: "/a" }] }, "mounts[0].source"],
    [{ memory: 64, memorySwap: 32 }, "memorySwap"],
    [{ rm: true, restart: "always" }, "rm"],
    [{ networksAdvanced: [{ name: "n", gwPriority: 1 }] }, "networksAdvanced[0].gwPriority"],
    [{ attach: true }, "attach"],
  ])("refuses %o at %s", async (news, path) => {
    expect(Object.keys(await container(news))).toEqual([path]);
  });

  it("refuses what needs a swarm or BuildKit, and secrets in build arguments", async () => {
    expect(Object.keys(await failures("volume:Volume", { cluster: { scope: "single" } }))).toEqual(["cluster"]);
    const secrets = await failures("remoteImage:RemoteImage", { name: "x", build: { context: ".", secrets: [] } });
    expect(secrets["build.secrets"]).toContain("BuildKit");
    const args = await failures("remoteImage:RemoteImage", {
      name: "x",
      build: { context: ".", buildArgs: { NPM_TOKEN: "hunter2", PUBLIC_KEY: "a", VERSION: "1" } },
    });
    expect(Object.keys(args)).toEqual(['build.buildArgs["NPM_TOKEN"]']);
    expect(args['build.buildArgs["NPM_TOKEN"]']).not.toContain("hunter2");
  });

  it("refuses to push", async () => {
    expect((await failures("image:Image", { imageName: "x" })).skipPush).toContain("does not push");
  });

  it("names the types that it does not have", async () => {
    await expect(failures("service:Service", {})).rejects.toThrow(/no resource type .*Service[\s\S]*swarm/);
  });
});

describe("provider configuration", () => {
  const config = async (news: PropertyMap) => (await provider.checkConfig!({ urn: "", olds: {}, news })).failures;

  it("accepts sockets, TCP and ssh, and what the engine adds", async () => {
    expect(await config({ host: "unix:///run/docker.sock", version: "5.0.0", __internal: {} })).toEqual([]);
    expect(await config({ host: "tcp://10.0.0.1:2376", registryAuth: '[{"address":"ghcr.io"}]' })).toEqual([]);
  });

  it("takes options for ssh as the SDK sends them, and what is not known yet", async () => {
    expect(await config({ host: "ssh://root@box", sshOpts: '["-o","BatchMode=yes"]' })).toEqual([]);
    expect((await config({ host: "ssh://root@box", sshOpts: '"-v"' }))[0]!.reason).toContain("must be a list");
    expect(await config({ host: UNKNOWN, sshOpts: '["-v"]', caMaterial: UNKNOWN })).toEqual([]);
  });

  it("refuses what is no address, two addresses and unknown keys", async () => {
    expect((await config({ host: "box" }))[0]!.reason).toContain("must begin with unix://, tcp:// or ssh://");
    expect((await config({ host: "unix:///a", context: "b" }))[0]!.property).toBe("context");
    expect((await config({ hots: "unix:///a" }))[0]!.reason).toContain('did you mean "host"');
  });
});
