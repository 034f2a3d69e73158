import { describe, expect, it } from "vitest";
import { topology } from "../../../review/graph/topology.js";
import type { Topology } from "../../../review/graph/types.js";
import { SECRET, UNKNOWN } from "../../../review/types.js";
import { TestFleet } from "./fleet.js";

const lines = ({ edges }: Topology) => edges.map(({ from, relation, to }) => `${from} ${relation} ${to}`);
const node = ({ nodes }: Topology, id: string) => nodes.find((one) => one.id === id);
const fact = (graph: Topology, id: string, name: string) => node(graph, id)?.facts.find(([fact]) => fact === name)?.[1];

describe("what agents have", () => {
  const fleet = new TestFleet();
  const here = fleet.machine("here");
  fleet.agent("ada", here, { path: "/data", reaches: ["brook"] });
  fleet.agent("brook", here);
  const files = fleet.add(
    "fleet:files:ConfigFiles",
    "test-ada-files",
    fleet.resources.find((one) => one.name === "test-ada" && one.type === "fleet:agents:Agent"),
  );
  fleet.add("docker:index/volume:Volume", "test-ada-files-volume", files, { inputs: { name: "test-ada-config" } });
  const graph = topology("test", fleet.resources);

  it("puts agents, volumes and networks into their machine", () => {
    expect(graph.nodes.map(({ id, parent }) => `${id} in ${parent}`)).toEqual([
      "machine:here in undefined",
      "agent:ada in machine:here",
      "agent:brook in machine:here",
      "network:test-ada in machine:here",
      "volume:test-ada-data in machine:here",
      "network:test-brook in machine:here",
    ]);
    expect(node(graph, "volume:test-ada-data")).toMatchObject({ label: "test-ada-data", detail: "/data" });
    expect(fact(graph, "agent:ada", "Memory")).toBe("512 MiB");
    expect(graph.planned).toBe(false);
  });

  it("tells who keeps data where, and who talks to whom by being in the other's network", () => {
    expect(lines(graph)).toEqual([
      "agent:ada joins network:test-ada",
      "agent:ada stores volume:test-ada-data",
      "agent:brook joins network:test-brook",
      "agent:ada reaches agent:brook",
    ]);
  });
});

it("finds an agent's machine by what its container depends on, where there are several and no stack file", () => {
  const fleet = new TestFleet();
  const one = fleet.machine("one");
  const two = fleet.machine("two");
  fleet.agent("ada", two);
  fleet.agent("brook", one);
  const graph = topology("test", fleet.resources);
  expect(node(graph, "agent:ada")?.parent).toBe("machine:two");
  expect(node(graph, "agent:brook")?.parent).toBe("machine:one");
  expect(node(graph, "network:test-ada")?.parent).toBe("machine:two");
});

it("leads from DNS by the edge to the agent, and from outside", () => {
  const fleet = new TestFleet();
  const host = fleet.machine("host", "DigitalOcean");
  const address = fleet.add("digitalocean:index/reservedIp:ReservedIp", "test-host-address", host);
  fleet.agent("ada", host);
  fleet.add("fleet:edge:CaddyNative", "test-front");
  const zone = fleet.add("fleet:dns:DigitalOceanZone", "test-team");
  fleet.add("digitalocean:index/domain:Domain", "test-team-example.org", zone);
  const record = (key: string, name: string, value: string, dependencies: string[] = []) =>
    fleet.add("digitalocean:index/dnsRecord:DnsRecord", `test-team-${key}`, zone, {
      inputs: { domain: "example.org", name, type: "A", value },
      dependencies,
    });
  record("ada", "ada", "203.0.113.7", [address.urn]);
  record("apex", "@", "192.0.2.1");
  const graph = topology("test", fleet.resources, {
    spec: {
      machines: { host: { on: "digitalocean" } },
      agents: { ada: { machine: "host", runtime: "pa", edge: "front", host: "ada.example.org" } },
      edge: { front: { machine: "host", port: 443, httpPort: 80, bind: "0.0.0.0" } },
      dns: { team: { domain: "example.org" } },
    },
  });
  expect(lines(graph)).toEqual([
    "agent:ada joins network:test-ada",
    "edge:front serves agent:ada",
    "record:test-team-ada resolves edge:front",
    "internet:all routes edge:front",
  ]);
  expect(node(graph, "zone:team")).toMatchObject({ label: "example.org", detail: "DigitalOcean" });
  expect(node(graph, "record:test-team-ada")).toMatchObject({
    label: "ada.example.org",
    detail: "A",
    parent: "zone:team",
  });
  // What a simulation or a cloud has made up is not told: it is the machine's.
  expect(fact(graph, "record:test-team-ada", "Value")).toBe("the address of host");
  expect(node(graph, "record:test-team-apex")).toMatchObject({ label: "example.org", detail: "A 192.0.2.1" });
});

it("shows folders of the machine with what is written in them, on the disk that is mounted above them, and their backup", () => {
  const fleet = new TestFleet();
  const host = fleet.machine("host", "DigitalOcean");
  fleet.add("digitalocean:index/volume:Volume", "test-host-agents-volume", host, { inputs: { size: 50 } });
  fleet.add("command:local:Command", "test-host-agents-mount", host, {
    inputs: { environment: { FLEET_MOUNT: '{"volume":"v","path":"/opt/agents"}' } },
  });
  const mounts = [
    ["/opt/agents/ada/data", false],
    ["/opt/agents/ada/data/workspace", false],
    ["/opt/agents/ada/tools", false],
    ["/opt/agents/ada/settings.json", true],
    ["/var/run/docker.sock", false],
  ] as const;
  fleet.agent("ada", host, {
    inputs: { volumes: mounts.map(([hostPath, readOnly]) => ({ hostPath, containerPath: "/x", readOnly })) },
  });
  fleet.add("fleet:backups:Backup", "test-nightly");
  const graph = topology("test", fleet.resources, {
    spec: {
      backups: {
        nightly: { machine: "host", repository: "rest:https://ada:hunter2@backup.example.org/x", at: "03:15" },
      },
    },
  });
  const folder = "folder:machine:host/opt/agents/ada";
  expect(node(graph, folder)).toMatchObject({
    label: "/opt/agents/ada",
    detail: "data, tools",
    parent: "machine:host",
  });
  expect(node(graph, "disk:test-host/agents")).toMatchObject({ label: "agents", detail: "50 GiB · /opt/agents" });
  expect(lines(graph)).toEqual([
    "agent:ada joins network:test-ada",
    `agent:ada stores ${folder}`,
    `${folder} stores disk:test-host/agents`,
    `${folder} saves backup:nightly`,
    "backup:nightly saves repository:rest:https://backup.example.org/x",
  ]);
  expect(JSON.stringify(graph)).not.toContain("hunter2");
});

it("tells of what is not of the stack: other stacks, their machines, and proxies and networks of others", () => {
  const fleet = new TestFleet();
  const reference = fleet.add("pulumi:pulumi:StackReference", "test-host-stack", fleet.fleet, {
    inputs: { name: "organization/fleet/gather-host" },
  });
  fleet.machine("server", "Shared");
  const agent = fleet.add("fleet:agents:Agent", "test-alice");
  fleet.add("docker:index/container:Container", "test-alice-container", agent, {
    inputs: { networksAdvanced: [{ name: "gather_net" }] },
    dependencies: [reference.urn],
  });
  const graph = topology("test", fleet.resources, {
    spec: {
      machines: { server: { on: "shared", shared: "host" } },
      agents: { alice: { machine: "server", runtime: "claw", edge: "front", host: "alice.example.org" } },
      edge: {
        front: {
          machine: "server",
          proxy: "traefik",
          external: true,
          network: "gather_net",
          domain: "example.org",
          port: 443,
        },
      },
      shared: { host: { stack: "gather-host" } },
    },
  });
  expect(node(graph, "edge:front")).toMatchObject({ parent: "machine:server", detail: "traefik · *.example.org" });
  expect(node(graph, "network:machine:server/gather_net")).toMatchObject({ detail: "not of this stack" });
  expect(lines(graph)).toEqual([
    "agent:alice joins network:machine:server/gather_net",
    "edge:front serves agent:alice",
    "edge:front joins network:machine:server/gather_net",
    "machine:server uses shared:gather-host",
    "agent:alice uses shared:gather-host",
    "internet:all routes edge:front",
  ]);
});

it("puts machines into their cloud or hypervisor, with the cloud's network", () => {
  const fleet = new TestFleet();
  const cloud = fleet.add("fleet:clouds:DigitalOceanCloud", "test-do", fleet.fleet, { outputs: { region: "nyc3" } });
  fleet.add("digitalocean:index/vpc:Vpc", "test-do-vpc", cloud, {
    inputs: { name: "test-do", ipRange: "10.0.0.0/20" },
  });
  fleet.machine("web", "DigitalOcean");
  fleet.add("fleet:hypervisors:LibvirtHypervisor", "test-tower");
  fleet.machine("vm", "Libvirt");
  const graph = topology("test", fleet.resources, { spec: { machines: { vm: { hypervisor: "tower" } } } });
  expect(node(graph, "cloud:do")).toMatchObject({ detail: "DigitalOcean · nyc3" });
  expect(node(graph, "machine:web")?.parent).toBe("cloud:do");
  expect(node(graph, "machine:vm")?.parent).toBe("hypervisor:tower");
  expect(node(graph, "network:test-do-vpc")).toMatchObject({ parent: "cloud:do", detail: "VPC · 10.0.0.0/20" });
});

it("shows what belongs to no entry by its name, and nothing of what is secret or not known", () => {
  const fleet = new TestFleet();
  const here = fleet.machine("here");
  const bucket = fleet.add(
    "aws:s3/bucket:Bucket",
    "backups",
    fleet.add("pulumi:pulumi:Stack", "fleet-test", undefined),
  );
  fleet.add("aws:s3/bucketPolicy:BucketPolicy", "backups-policy", bucket);
  fleet.agent("ada", here, {
    inputs: {
      name: UNKNOWN,
      envs: [SECRET],
      volumes: [
        { volumeName: UNKNOWN, containerPath: "/x" },
        { hostPath: SECRET, containerPath: "/y" },
      ],
    },
  });
  const graph = topology("test", fleet.resources);
  expect(graph.nodes.filter(({ kind }) => kind === "resource")).toMatchObject([{ label: "backups", detail: "Bucket" }]);
  expect(JSON.stringify(graph)).not.toContain(SECRET);
  expect(JSON.stringify(graph)).not.toContain(UNKNOWN);
});

it("takes names and types that mean something to JavaScript as names", () => {
  const fleet = new TestFleet();
  fleet.machine("__proto__");
  fleet.add("fleet:constructor:Machine", "test-constructor");
  fleet.add("fleet:hosts:constructor", "test-toString");
  const graph = topology("test", fleet.resources, { spec: { machines: {}, agents: {} } });
  expect(graph.nodes.map(({ id, detail }) => `${id} ${detail}`)).toEqual([
    "machine:__proto__ this computer's Docker",
    "machine:toString constructor",
    "resource:fleet:constructor:Machine::test-constructor Machine",
  ]);
});
