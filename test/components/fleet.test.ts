import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { loadRuntime } from "../../components/index.js";
import type { Bundle } from "../../templates/files/bundle.js";
import { containerAgent, type Deployed, deploy, images, machines, openclawAgent, settled, unwrap } from "./deploy.js";

const edge = { front: { machine: "here", image: "caddy", port: 8080, domain: "localhost" } };

function bundleOf(deployed: Deployed, entry: string): { bundle: Bundle; secret: boolean } {
  const { value, secret } = unwrap(deployed.find("Command", `lab-${entry}-files-delivery`).inputs.stdin);
  return { bundle: JSON.parse(value as string), secret };
}

describe("an OpenClaw agent", () => {
  const fleet = () => deploy({ machines, images, edge, agents: { ada: openclawAgent() } });

  it("is a hardened container that names its image by id", async () => {
    const { inputs } = (await fleet()).find("Container", "lab-ada-container");
    expect(inputs).toMatchObject({
      name: "lab-ada",
      image: expect.stringMatching(/^sha256:fleet\.local\/openclaw:[0-9a-f]{16}$/),
      command: ["openclaw", "gateway", "run"],
      user: "1000:1000",
      readOnly: true,
      capabilities: { adds: [], drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      tmpfs: {
        "/tmp": "rw,nosuid,nodev,mode=1777",
        "/home/node/.cache": "rw,nosuid,nodev,mode=0700,uid=1000,gid=1000",
      },
      init: true,
      restart: "unless-stopped",
      memory: 2048,
      memorySwap: 2048,
      cpuPeriod: 100_000,
      cpuQuota: 200_000,
      ports: [{ internal: 18789, external: 18789, ip: "127.0.0.1", protocol: "tcp" }],
      networksAdvanced: [{ name: "lab-ada", aliases: ["ada"] }],
      volumes: [
        { volumeName: "lab-ada-config", containerPath: "/config", readOnly: true },
        { volumeName: "lab-ada-state", containerPath: "/home/node/.openclaw", readOnly: false },
      ],
      labels: [
        { label: "fleet.entry", value: "ada" },
        { label: "fleet.stack", value: "lab" },
      ],
      stopTimeout: 330,
      wait: true,
    });
    expect(inputs.healthcheck.tests[0]).toBe("CMD");
    expect(inputs).not.toHaveProperty("uploads");
    expect(inputs.cpus).toBeUndefined();
  });

  it("limits processes with a command that follows the container's id", async () => {
    const { inputs } = (await fleet()).find("Command", "lab-ada-limits");
    expect(inputs.environment).toEqual({ FLEET_CONTAINER: "lab-ada-container-id", FLEET_PIDS: "512" });
    expect(inputs.triggers).toBeUndefined();
  });

  it("gets its configuration, with the token, as a secret on standard input", async () => {
    const deployed = await fleet();
    const { bundle, secret } = bundleOf(deployed, "ada");
    expect(secret).toBe(true);
    expect(bundle).toMatchObject({ container: "lab-ada", labels: { "fleet.stack": "lab", "fleet.entry": "ada" } });
    const [config, state] = bundle.volumes;
    expect(config).toMatchObject({ name: "lab-ada-config", policy: "mirror", owner: "1000:1000" });
    expect(config!.files["openclaw.json"]!.mode).toBe("0600");
    expect(JSON.parse(config!.files["openclaw.json"]!.text).gateway).toMatchObject({
      auth: { token: "token-of-lab-ada-token" },
      trustedProxies: ["172.30.0.1"],
      controlUi: {
        allowedOrigins: ["http://127.0.0.1:18789", "http://localhost:18789", "http://ada.localhost:8080"],
      },
    });
    expect(state).toMatchObject({ name: "lab-ada-state", policy: "offer" });
    const { create, environment } = deployed.find("Command", "lab-ada-files-delivery").inputs;
    expect(create).toBe("node templates/files/put.mjs");
    expect(JSON.stringify([create, environment ?? {}])).not.toContain("token-of");
  });

  it("has volumes that keep their data, with labels that say whose they are", async () => {
    const deployed = await fleet();
    expect(deployed.find("Volume", "lab-ada-state-volume").inputs.labels).toEqual([
      { label: "fleet.data", value: "true" },
      { label: "fleet.entry", value: "ada" },
      { label: "fleet.stack", value: "lab" },
      { label: "fleet.volume", value: "state" },
    ]);
    expect(deployed.find("Volume", "lab-ada-files-volume").inputs).toMatchObject({ name: "lab-ada-config" });
  });

  it("gets another token for another rotation", async () => {
    const { find } = await deploy({ machines, images, agents: { ada: openclawAgent({ token: { rotation: 7 } }) } });
    expect(find("RandomPassword", "lab-ada-token").inputs).toMatchObject({
      keepers: { rotation: "7" },
      special: false,
    });
  });

  it("puts secrets into its files and nowhere else", async () => {
    const agents = {
      ada: openclawAgent({
        channels: { telegram: { botToken: { secret: "bot" } } },
        workspace: { files: { "SOUL.md": "I am", "keys.txt": { secret: "bot" } } },
      }),
    };
    const deployed = await deploy(
      { machines, images, agents, secrets: { bot: "x" } },
      { secrets: { bot: "s3cret${HOME}" } },
    );
    const [config, state] = bundleOf(deployed, "ada").bundle.volumes;
    expect(JSON.parse(config!.files["openclaw.json"]!.text).channels.telegram.botToken).toBe("s3cret$${HOME}");
    expect(state!.files).toMatchObject({
      "workspace/SOUL.md": { text: "I am" },
      "workspace/keys.txt": { text: "s3cret${HOME}" },
    });
    const elsewhere = deployed.resources.filter((resource) => resource.name !== "lab-ada-files-delivery");
    expect(JSON.stringify(elsewhere)).not.toContain("s3cret");
  });

  it("is configured in the format of the version that its image has", async () => {
    const agents = { ada: openclawAgent({ image: "ghcr.io/openclaw/openclaw:2026.2.22" }) };
    const deployed = await deploy({ machines, agents });
    const config = JSON.parse(bundleOf(deployed, "ada").bundle.volumes[0]!.files["openclaw.json"]!.text);
    expect(config.telemetry).toBeUndefined();
    expect(deployed.find("Container", "lab-ada-container").inputs.healthcheck.tests.join()).toContain("/tools/invoke");
  });
});

describe("an agent in a container", () => {
  it("runs what the spec says, no less hardened", async () => {
    const agents = {
      tool: containerAgent({
        command: ["serve"],
        port: 9000,
        internalPort: 80,
        health: { http: "/healthz", startPeriod: "1m30s" },
        files: { "a.txt": "hello" },
        volumes: { data: { path: "/data", deleteData: true } },
        env: { B: "2", A: { secret: "a" } },
        hardening: { user: "agent", readOnlyRoot: false, capAdd: ["NET_RAW"], tmpfs: ["/tmp", "/run"] },
        resources: { memory: "1.5GiB", cpus: 0.5 },
      }),
    };
    const deployed = await deploy({ machines, agents, secrets: { a: "x" } }, { secrets: { a: "1" } });
    const { inputs } = deployed.find("Container", "lab-tool-container");
    expect(inputs).toMatchObject({
      image: "sha256:ghcr.io/acme/agent:1.2",
      command: ["serve"],
      readOnly: false,
      user: "agent",
      capabilities: { adds: ["NET_RAW"], drops: ["ALL"] },
      tmpfs: { "/run": "rw,nosuid,nodev,mode=1777" },
      memory: 1536,
      cpuQuota: 50_000,
      ports: [{ internal: 80, external: 9000 }],
    });
    expect(inputs.healthcheck.startPeriod).toBe("1m30s");
    expect(unwrap(inputs.envs)).toEqual({ value: ["A=1", "B=2"], secret: true });
    const { bundle, secret } = bundleOf(deployed, "tool");
    expect(secret).toBe(false);
    expect(bundle.volumes[0]!.files).toEqual({ "a.txt": { text: "hello", mode: "0600" } });
    expect(bundle.afterwards).toMatchObject({ do: "restart" });
  });

  it("is waited for only if something tells that it is ready, and publishes nothing that is not asked for", async () => {
    const { find } = await deploy({ machines, agents: { tool: containerAgent() } });
    const { inputs } = find("Container", "lab-tool-container");
    expect(inputs).toMatchObject({ ports: [] });
    expect(inputs.wait).toBeUndefined();
    expect(inputs.healthcheck).toBeUndefined();
  });

  it.each([
    ["reload", { do: "signal", signal: "SIGHUP" }],
    ["none", { do: "nothing" }],
  ])("takes changed files as the spec says: %s", async (onConfigChange, afterwards) => {
    const deployed = await deploy({ machines, agents: { tool: containerAgent({ onConfigChange }) } });
    expect(bundleOf(deployed, "tool").bundle.afterwards).toEqual(afterwards);
  });
});

describe("a fleet", () => {
  it("joins the networks of the agents that one reaches, in circles too", async () => {
    const agents = { a: containerAgent({ reaches: ["b"] }), b: containerAgent({ reaches: ["a"] }) };
    const { find } = await deploy({ machines, agents });
    expect(find("Container", "lab-a-container").inputs.networksAdvanced).toEqual([
      { name: "lab-a", aliases: ["a"] },
      { name: "lab-b", aliases: ["a"] },
    ]);
  });

  it("makes an image once for all that use it, and none that nothing uses", async () => {
    const agents = { ada: openclawAgent(), brook: openclawAgent({ port: 18909 }), tool: containerAgent() };
    const deployed = await deploy({ machines, images, agents });
    expect(deployed.names("RemoteImage")).toEqual([
      "lab-here-ghcr-io--acme--agent-1-2-image",
      "lab-here-openclaw-image",
    ]);
    const { environment, create } = deployed.find("Command", "lab-here-openclaw-build").inputs;
    expect(create).toBe("node templates/images/build.mjs");
    expect(JSON.parse(environment.FLEET_IMAGE)).toMatchObject({ name: "openclaw", build: { node: "24.16.0" } });
    expect(deployed.find("RemoteImage", "lab-here-openclaw-image").inputs).toMatchObject({
      name: environment.FLEET_IMAGE_TAG,
      keepLocally: true,
    });
  });

  it("resolves a tag to its digest where that is asked for", async () => {
    const agents = { tool: containerAgent({ image: "acme" }) };
    const { find } = await deploy({
      machines,
      images: { acme: { from: "ghcr.io:5000/acme/agent:1.2", pin: true } },
      agents,
    });
    expect(find("RemoteImage", "lab-here-acme-image").inputs.name).toBe("ghcr.io:5000/acme/agent@sha256:pinned");
  });

  it("serves its agents by host name from the machine's own network, so that one more replaces nothing", async () => {
    const agents = { ada: openclawAgent(), tool: containerAgent({ port: 9000, host: "tool.example.org" }) };
    const deployed = await deploy({ machines, images, edge, agents });
    const { inputs } = deployed.find("Container", "lab-front-container");
    expect(inputs).toMatchObject({ name: "lab-front", networkMode: "host", user: "1000:1000", readOnly: true });
    expect(inputs.capabilities.adds).toEqual([]);
    const { bundle, secret } = bundleOf(deployed, "front");
    expect(secret).toBe(false);
    const { text } = bundle.volumes[0]!.files.Caddyfile!;
    expect(text).toContain("http://ada.localhost:8080 {");
    expect(text).toContain("reverse_proxy 127.0.0.1:9000");
    expect(bundle.afterwards).toMatchObject({ do: "exec", command: expect.arrayContaining(["reload"]) });
    expect(deployed.names("Volume")).not.toContain("lab-front-data-volume");
  });

  it("keeps certificates, and holds a proxy on a low port to that one right", async () => {
    const acme = {
      front: { machine: "here", image: "caddy", domain: "example.org", tls: "acme", email: "a@example.org" },
    };
    const deployed = await deploy({ machines, images, edge: acme, agents: { ada: openclawAgent() } });
    expect(deployed.find("Container", "lab-front-container").inputs).toMatchObject({
      user: "0:0",
      capabilities: { adds: ["NET_BIND_SERVICE"], drops: ["ALL"] },
    });
    expect(deployed.find("Volume", "lab-front-data-volume").inputs.name).toBe("lab-front-data");
    expect((await settled(deployed.fleet.outputs)).agents.ada!.url).toBe("https://ada.example.org");
  });

  it("says where everything is", async () => {
    const agents = { ada: openclawAgent(), tool: containerAgent() };
    const { fleet } = await deploy({ machines, images, edge, agents });
    expect(await settled(fleet.outputs)).toEqual({
      agents: {
        ada: {
          runtime: "openclaw",
          machine: "here",
          container: "lab-ada",
          address: "http://127.0.0.1:18789",
          url: "http://ada.localhost:8080",
          volumes: { state: "lab-ada-state" },
          image: expect.stringMatching(/^sha256:/),
        },
        tool: expect.objectContaining({ address: null, url: null, volumes: {} }),
      },
      dns: {},
      clouds: {},
      edge: { front: { container: "lab-front", url: "http://localhost:8080" } },
      services: {},
      machines: { here: { docker: "", hostKeys: [] } },
      images: { here: { openclaw: expect.stringMatching(/^sha256:/), caddy: expect.stringMatching(/^sha256:/) } },
    });
    expect(await settled(fleet.tokens)).toEqual({ ada: "token-of-lab-ada-token" });
    expect(await pulumi.isSecret(fleet.tokens)).toBe(true);
    expect(await pulumi.isSecret(fleet.outputs)).toBe(false);
  });

  it("names a provider only for a socket that is not the default", async () => {
    const agents = { tool: containerAgent() };
    const plain = await deploy({ machines, agents });
    expect(plain.resources.filter(({ type }) => type.startsWith("pulumi:providers:"))).toEqual([]);
    const socket = "unix:///run/user/1000/docker.sock";
    const other = await deploy({ machines: { here: { on: "docker", socket } }, agents });
    expect(other.resources.find(({ type }) => type === "pulumi:providers:docker")).toMatchObject({
      name: "lab-here-docker",
      inputs: { host: socket },
    });
    expect(other.find("Command", "lab-tool-files-delivery").inputs.environment).toEqual({ DOCKER_HOST: socket });
  });

  it("can be adjusted to the last child, and gives every child", async () => {
    const { fleet, find } = await deploy(
      { machines, agents: { tool: containerAgent() } },
      {
        transform: {
          agent: {
            transform: {
              container: (args, opts) => {
                args.hostname = "changed";
                opts.protect = true;
              },
            },
          },
          network: { internal: true },
        },
      },
    );
    expect(find("Container", "lab-tool-container").inputs.hostname).toBe("changed");
    expect(find("Network", "lab-tool").inputs.internal).toBe(true);
    expect(Object.keys(fleet.nodes.agents.tool!.nodes).sort()).toEqual(["container", "files", "limits"]);
  });

  it("names every child after its parent", async () => {
    const { resources } = await deploy({ machines, images, edge, agents: { ada: openclawAgent() } });
    for (const { name } of resources) expect(name).toMatch(/^lab(-|$)/);
    const keys = resources.map(({ type, name }) => `${type} ${name}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("knows its runtimes by their files", async () => {
    await expect(loadRuntime("nonsense" as "openclaw")).rejects.toThrow(
      "runtimes has no nonsense, only claw, container, openclaw",
    );
  });
});
