import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { renderSocketProxy } from "../../templates/proxy/socket-proxy.js";
import { renderTraefikConfig } from "../../templates/proxy/traefik.js";
import { labelFaults, routes } from "../templates/traefik-schema.js";
import { containerAgent, type Deployed, deploy, settled, unwrap } from "./deploy.js";

const machines = { server: { on: "docker" } };
const edge = (more: object = {}) => ({
  front: {
    machine: "server",
    proxy: "traefik",
    domain: "example.org",
    network: "gather",
    image: "traefik:v3.7",
    email: "ops@example.org",
    ...more,
  },
});
const socketProxy = { image: "caddy:2.6" };
const agents = {
  alice: { machine: "server", runtime: "claw", image: "gather-claw:1" },
  web: containerAgent({ machine: "server", internalPort: 3000, host: "web.example.org" }),
  hidden: containerAgent({ machine: "server" }),
};

const bundleOf = (deployed: Deployed, name: string) =>
  JSON.parse(unwrap(deployed.find("Command", `${name}-files-delivery`).inputs.stdin).value as string);

const labelsOf = (deployed: Deployed, agent: string) =>
  Object.fromEntries(
    (deployed.find("Container", `lab-${agent}-container`).inputs.labels as { label: string; value: string }[])
      .filter(({ label }) => label.startsWith("traefik."))
      .map(({ label, value }) => [label, value]),
  );

describe("Traefik", () => {
  it("is a hardened container of a user without rights, whose ports Docker publishes", async () => {
    const { inputs } = (await deploy({ machines, edge: edge({ socketProxy }), agents })).find(
      "Container",
      "lab-front-container",
    );
    expect(inputs).toMatchObject({
      name: "lab-front",
      image: "sha256:traefik:v3.7",
      command: ["traefik", "--configFile=/config/traefik.yml"],
      user: "1000:1000",
      readOnly: true,
      capabilities: { adds: [], drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      tmpfs: { "/tmp": "rw,nosuid,nodev,mode=1777" },
      memory: 256,
      networksAdvanced: [{ name: "gather" }, { name: "lab-front-socket" }],
      ports: [
        { internal: 8443, external: 443, ip: "0.0.0.0", protocol: "tcp" },
        { internal: 8000, external: 80, ip: "0.0.0.0", protocol: "tcp" },
      ],
      volumes: [
        { volumeName: "lab-front-config", containerPath: "/config", readOnly: true },
        { volumeName: "lab-front-acme", containerPath: "/data", readOnly: false },
      ],
      labels: [
        { label: "fleet.entry", value: "front" },
        { label: "fleet.stack", value: "lab" },
      ],
      healthcheck: { tests: ["CMD", "traefik", "healthcheck", "--configFile=/config/traefik.yml"] },
      wait: true,
    });
    expect(inputs).not.toHaveProperty("networkMode");
  });

  it("meets agents in a network of the edge, and keeps its certificates", async () => {
    const deployed = await deploy({ machines, edge: edge({ socketProxy }), agents });
    expect(deployed.find("Network", "lab-front").inputs).toMatchObject({ name: "gather", driver: "bridge" });
    expect(deployed.find("Network", "lab-front").inputs.internal).toBeUndefined();
    expect(deployed.find("Volume", "lab-front-acme-volume").inputs).toEqual({
      name: "lab-front-acme",
      labels: [
        { label: "fleet.data", value: "true" },
        { label: "fleet.entry", value: "front" },
        { label: "fleet.stack", value: "lab" },
        { label: "fleet.volume", value: "acme" },
      ],
    });
    expect(await settled(deployed.fleet.outputs)).toMatchObject({
      agents: { alice: { url: "https://alice.example.org" }, web: { url: "https://web.example.org" } },
      edge: { front: { container: "lab-front", url: "https://example.org" } },
    });
  });

  it("listens on one port and keeps nothing without TLS", async () => {
    const off = { tls: "off", email: undefined, domain: "localhost", port: 8180 };
    const deployed = await deploy({ machines, edge: edge(off), agents });
    const { inputs } = deployed.find("Container", "lab-front-container");
    expect(inputs.ports).toEqual([{ internal: 8000, external: 8180, ip: "127.0.0.1", protocol: "tcp" }]);
    expect(inputs.volumes).toHaveLength(1);
    expect(deployed.names("Volume")).not.toContain("lab-front-acme-volume");
    expect(bundleOf(deployed, "lab-front").volumes).toHaveLength(1);
  });

  it("reads labels through a proxy that has the Docker socket, in a network that nobody else is in", async () => {
    const deployed = await deploy({
      machines,
      edge: edge({ socketProxy: { ...socketProxy, socket: "/run/user/1000/docker.sock" } }),
      agents,
    });
    const { inputs } = deployed.find("Container", "lab-front-socket-container");
    expect(inputs).toMatchObject({
      name: "lab-front-socket",
      image: "sha256:caddy:2.6",
      user: "0:0",
      readOnly: true,
      capabilities: { adds: [], drops: ["ALL"] },
      networksAdvanced: [{ name: "lab-front-socket" }],
      ports: [],
      volumes: [
        { volumeName: "lab-front-socket-config", containerPath: "/config", readOnly: true },
        { hostPath: "/run/user/1000/docker.sock", containerPath: "/var/run/docker.sock", readOnly: true },
      ],
      labels: [
        { label: "fleet.entry", value: "front-socket" },
        { label: "fleet.stack", value: "lab" },
      ],
    });
    expect(deployed.find("Network", "lab-front-socket-network").inputs).toMatchObject({
      name: "lab-front-socket",
      internal: true,
    });
    expect(bundleOf(deployed, "lab-front-socket").volumes[0].files).toEqual({
      Caddyfile: { text: renderSocketProxy(), mode: "0600" },
    });
    for (const agent of ["alice", "web", "hidden"]) {
      const networks = deployed.find("Container", `lab-${agent}-container`).inputs.networksAdvanced;
      expect(networks).not.toContainEqual(expect.objectContaining({ name: "lab-front-socket" }));
    }
  });

  it("with labels has a static configuration alone, which another agent does not change", async () => {
    const files = async (agents: object) => {
      const deployed = await deploy({ machines, edge: edge({ socketProxy }), agents });
      return bundleOf(deployed, "lab-front").volumes[0].files;
    };
    const some = await files(agents);
    expect(Object.keys(some)).toEqual(["traefik.yml"]);
    expect(some["traefik.yml"].text).toBe(
      renderTraefikConfig({
        entryPoint: "websecure",
        tls: "acme",
        port: 443,
        certResolver: "letsencrypt",
        email: "ops@example.org",
        network: "gather",
        docker: "tcp://lab-front-socket:2375",
      }),
    );
    expect(await files({ alice: agents.alice })).toEqual(some);
  });

  it("without labels reads a file with the routes of the agents that have a host, and is not restarted for it", async () => {
    const deployed = await deploy({ machines, edge: edge(), agents });
    const { volumes, afterwards } = bundleOf(deployed, "lab-front");
    expect(afterwards).toMatchObject({ do: "restart", watched: "routes" });
    const [config, data] = volumes;
    expect(data).toMatchObject({ name: "lab-front-acme", owner: "1000:1000", policy: "offer" });
    const file = parse(config.files["routes/agents.yml"].text);
    expect(routes.safeParse(file).error?.issues ?? []).toEqual([]);
    expect(file.http.services).toEqual({
      "claw-alice": { loadBalancer: { servers: [{ url: "http://claw-alice:8080" }] } },
      "lab-web": { loadBalancer: { servers: [{ url: "http://lab-web:3000" }] } },
    });
    expect(deployed.names("Container")).not.toContain("lab-front-socket-container");
    for (const agent of ["alice", "web"]) expect(labelsOf(deployed, agent)).toEqual({});
    expect(deployed.names("Network")).toEqual(["lab-front", "lab-hidden", "lab-web"]);
  });

  it("finds agents by labels: a claw in the edge's network, others there besides their own", async () => {
    const deployed = await deploy({ machines, edge: edge({ socketProxy, certResolver: "cf" }), agents });
    const networks = (agent: string) => deployed.find("Container", `lab-${agent}-container`).inputs.networksAdvanced;
    expect(networks("alice")).toEqual([{ name: "gather" }]);
    expect(networks("web")).toEqual([{ name: "lab-web", aliases: ["web"] }, { name: "gather" }]);
    expect(networks("hidden")).toEqual([{ name: "lab-hidden", aliases: ["hidden"] }]);
    for (const agent of ["alice", "web"]) expect(labelFaults(labelsOf(deployed, agent))).toEqual([]);
    expect(labelsOf(deployed, "web")).toEqual({
      "traefik.enable": "true",
      "traefik.docker.network": "gather",
      "traefik.http.routers.lab-web.rule": "Host(`web.example.org`)",
      "traefik.http.routers.lab-web.entrypoints": "websecure",
      "traefik.http.routers.lab-web.tls.certresolver": "cf",
      "traefik.http.services.lab-web.loadbalancer.server.port": "3000",
    });
    expect(labelsOf(deployed, "alice")).not.toHaveProperty("traefik.docker.network");
    expect(labelsOf(deployed, "hidden")).toEqual({});
  });

  it("that is somebody else's is not made: agents get its labels and join its network", async () => {
    const external = { machine: "server", proxy: "traefik", domain: "example.org", network: "theirs", external: true };
    const deployed = await deploy({ machines, edge: { front: external }, agents });
    expect(deployed.names("Container")).toEqual(["lab-alice-container", "lab-hidden-container", "lab-web-container"]);
    expect(deployed.names("Network")).toEqual(["lab-hidden", "lab-web"]);
    expect(deployed.find("Container", "lab-web-container").inputs.networksAdvanced).toEqual([
      { name: "lab-web", aliases: ["web"] },
      { name: "theirs" },
    ]);
    expect(labelsOf(deployed, "web")).toMatchObject({ "traefik.docker.network": "theirs" });
    expect(await settled(deployed.fleet.outputs)).toMatchObject({ edge: {} });
  });

  it("that is somebody else's finds an agent in the network that it lives in", async () => {
    const external = { machine: "server", proxy: "traefik", domain: "example.org", network: "theirs", external: true };
    const deployed = await deploy({
      machines,
      edge: { front: external },
      agents: { alice: { ...agents.alice, network: "old", buildService: "builder" } },
      services: { builder: { kind: "build-service", machine: "server", image: "builder:1" } },
    });
    expect(deployed.find("Container", "lab-alice-container").inputs.networksAdvanced).toEqual([
      { name: "lab-builder", aliases: ["alice"] },
      { name: "old" },
    ]);
    expect(labelsOf(deployed, "alice")).toMatchObject({ "traefik.docker.network": "old" });
  });

  it("names every child after its parent, and lets each be adjusted", async () => {
    const deployed = await deploy(
      { machines, edge: edge({ socketProxy }), agents: {} },
      {
        transform: {
          edge: {
            transform: {
              container: { memory: 512 },
              volume: (args) => Object.assign(args, { driver: "nfs" }),
              socketProxy: { container: { cpuShares: 2 }, network: { ipv6: true } },
            },
          },
        },
      },
    );
    const names = deployed.resources.map(({ name }) => name).filter((name) => name.startsWith("lab-front"));
    expect(names.sort()).toEqual([
      "lab-front",
      "lab-front",
      "lab-front-acme",
      "lab-front-acme-volume",
      "lab-front-container",
      "lab-front-files",
      "lab-front-files-delivery",
      "lab-front-files-volume",
      "lab-front-limits",
      "lab-front-socket",
      "lab-front-socket-container",
      "lab-front-socket-files",
      "lab-front-socket-files-delivery",
      "lab-front-socket-files-volume",
      "lab-front-socket-limits",
      "lab-front-socket-network",
    ]);
    expect(deployed.find("Container", "lab-front-container").inputs.memory).toBe(512);
    expect(deployed.find("Volume", "lab-front-acme-volume").inputs.driver).toBe("nfs");
    expect(deployed.find("Container", "lab-front-socket-container").inputs.cpuShares).toBe(2);
    expect(deployed.find("Network", "lab-front-socket-network").inputs.ipv6).toBe(true);
  });
});
