import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sshOptions } from "../../spec/index.js";
import { containerAgent, deploy } from "./deploy.js";
import { SimulatedFleet } from "./simulated-fleet.js";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";
const DO = {
  provider: "digitalocean",
  region: "nyc3",
  vpc: { cidr: "10.120.0.0/20" },
  project: { name: "MyPA", environment: "Production" },
  sshKeys: { ops: KEY },
  tags: ["mypa"],
};
const WEB = {
  on: "digitalocean",
  cloud: "do",
  size: "s-2vcpu-4gb",
  volumes: { agents: { size: "50GiB", path: "/opt/mypa/agents" }, crm: { size: "20GiB", path: "/opt/twenty" } },
};
const stackOf = (web: object = {}, more: object = {}) => ({
  clouds: { do: DO },
  machines: { web: { ...WEB, ...web } },
  agents: { ada: containerAgent({ machine: "web", port: 18789 }) },
  ...more,
});

describe("a droplet's resources", () => {
  const of = (web: object = {}, more: object = {}) => deploy(stackOf(web, more));

  it("are those of its cloud: VPC, project and keys", async () => {
    const { find } = await of();
    expect(find("Vpc", "lab-do-vpc").inputs).toEqual({ name: "lab-do", region: "nyc3", ipRange: "10.120.0.0/20" });
    expect(find("Project", "lab-do-project").inputs).toEqual({
      name: "MyPA",
      purpose: "Service or API",
      environment: "Production",
    });
    expect(find("SshKey", "lab-do-key-ops").inputs).toEqual({ name: "lab-ops", publicKey: KEY });
  });

  it("are a droplet with all that the stack file says, and defaults for the rest", async () => {
    const { find } = await of();
    expect(find("Droplet", "lab-web-droplet").inputs).toEqual({
      name: "web",
      region: "nyc3",
      size: "s-2vcpu-4gb",
      image: "ubuntu-24-04-x64",
      vpcUuid: "lab-do-vpc-id",
      sshKeys: ["lab-do-key-ops-id"],
      monitoring: true,
      backups: true,
      backupPolicy: { plan: "weekly", weekday: "SUN", hour: 4 },
      tags: ["fleet", "fleet-lab", "mypa", "fleet-lab-web"],
      resizeDisk: false,
      gracefulShutdown: true,
      userData: expect.stringMatching(/^#cloud-config\nusers:\n/),
    });
    const other = await of({ monitoring: false, backups: false, image: "debian-12-x64" });
    const { inputs } = other.find("Droplet", "lab-web-droplet");
    expect(inputs).toMatchObject({ monitoring: false, backups: false, image: "debian-12-x64" });
    expect(inputs.backupPolicy).toBeUndefined();
    const daily = await of({ backups: { plan: "daily", hour: 20 } });
    expect(daily.find("Droplet", "lab-web-droplet").inputs.backupPolicy).toEqual({ plan: "daily", hour: 20 });
  });

  it("are volumes, attached and mounted", async () => {
    const { find, names } = await of();
    expect(names("Volume").filter((name) => name.startsWith("lab-web"))).toEqual([
      "lab-web-agents-volume",
      "lab-web-crm-volume",
    ]);
    expect(find("Volume", "lab-web-agents-volume").inputs).toEqual({
      name: "lab-web-agents",
      region: "nyc3",
      size: 50,
      initialFilesystemType: "ext4",
      tags: ["fleet", "fleet-lab", "mypa"],
    });
    expect(find("VolumeAttachment", "lab-web-agents-attachment").inputs.volumeId).toBe("lab-web-agents-volume-id");
    const { inputs } = find("Command", "lab-web-agents-mount");
    expect(inputs).toMatchObject({
      create: expect.stringMatching(/^node \S*templates\/hosts\/mount\.mjs$/),
      delete: expect.stringMatching(/^node \S*templates\/hosts\/unmount\.mjs$/),
      triggers: ["lab-web-droplet-id", "/opt/mypa/agents"],
    });
    expect(JSON.parse(inputs.environment.FLEET_MOUNT)).toEqual({
      volume: "lab-web-agents",
      path: "/opt/mypa/agents",
      gib: 50,
    });
  });

  it("are a firewall with ssh, HTTP, HTTPS and what the baseline opens, and nothing for the VPC", async () => {
    const { find } = await of({
      baseline: { open: [8443, { port: 41641, protocol: "udp" }, { port: 9100, protocol: "tcp", from: "10.0.0.5" }] },
    });
    const { inputs } = find("Firewall", "lab-web-firewall");
    const everywhere = ["0.0.0.0/0", "::/0"];
    const tcp = (portRange: string, sourceAddresses = everywhere) => ({ protocol: "tcp", portRange, sourceAddresses });
    expect(inputs).toMatchObject({
      name: "lab-web",
      tags: ["fleet-lab-web"],
      inboundRules: [
        tcp("22"),
        tcp("80"),
        tcp("443"),
        tcp("8443"),
        { protocol: "udp", portRange: "41641", sourceAddresses: everywhere },
        tcp("9100", ["10.0.0.5"]),
      ],
    });
    expect(inputs.outboundRules).toEqual([
      { protocol: "tcp", portRange: "1-65535", destinationAddresses: everywhere },
      { protocol: "udp", portRange: "1-65535", destinationAddresses: everywhere },
      { protocol: "icmp", destinationAddresses: everywhere },
    ]);
    expect(find("Tag", "lab-web-tag").inputs).toEqual({ name: "fleet-lab-web" });
  });

  it("are an address that stays, and its place in the project", async () => {
    const { find, names } = await of();
    expect(find("ReservedIp", "lab-web-address").inputs).toEqual({ region: "nyc3" });
    expect(names("ReservedIpAssignment")).toEqual(["lab-web-address-assignment"]);
    expect(find("ProjectResources", "lab-web-project").inputs).toMatchObject({ project: "lab-do-project-id" });
    const bare = await of({ reservedAddress: false }, { clouds: { do: { ...DO, project: undefined } } });
    expect(bare.names("ReservedIp")).toEqual([]);
    expect(bare.names("ProjectResources")).toEqual([]);
  });

  it("wait for the first boot, and are reached by ssh under a name of the droplet's own", async () => {
    const { find, resources, fleet } = await of({ hostKey: KEY, user: "ops" });
    const options = JSON.stringify(sshOptions("lab", "web-lab-web-droplet-id"));
    const { inputs } = find("Command", "lab-web-ready");
    expect(inputs).toMatchObject({
      create: expect.stringMatching(/hosts\/ready\.mjs$/),
      triggers: ["lab-web-droplet-id"],
      environment: { FLEET_HOST: "ssh://ops@192.0.2.7:22", FLEET_SSH_OPTIONS: options },
    });
    expect(JSON.parse(inputs.environment.FLEET_READY)).toEqual({ seconds: 600, hostKeys: [KEY] });
    const provider = resources.find(({ type }) => type === "pulumi:providers:docker")!;
    expect(provider.inputs).toEqual({ host: "ssh://ops@192.0.2.7:22", sshOpts: options });
    expect(find("Command", "lab-ada-files-delivery").inputs.environment).toEqual({
      DOCKER_HOST: "ssh://ops@192.0.2.7:22",
      FLEET_SSH_OPTIONS: options,
    });
    expect(Object.keys(fleet.nodes.machines.web!.host!.environment)).toEqual(["FLEET_HOST", "FLEET_SSH_OPTIONS"]);
  });

  it("can be adjusted, each by its name", async () => {
    const raw = stackOf();
    const { find } = await deploy(raw, {
      transform: {
        machine: (args) => {
          args.transform = {
            cloud: (own: { name?: unknown; ipv6?: boolean }, _opts, name) => {
              if (name === "lab-web-droplet") own.ipv6 = true;
            },
          };
        },
      },
    });
    expect(find("Droplet", "lab-web-droplet").inputs.ipv6).toBe(true);
  });
});

describe("the life of a droplet", () => {
  let fleet: SimulatedFleet;
  beforeAll(() => {
    fleet = new SimulatedFleet();
  });
  afterAll(() => fleet.remove());
  const declare = (web: object = {}) => fleet.declare("lab", stackOf(web));
  const up = async () => {
    const ran = await fleet.up("lab");
    expect(ran.shown).toEqual([]);
    return ran;
  };
  const inputs = async (name: string) => (await fleet.resources("lab"))[name]!.inputs as Record<string, unknown>;
  /** Where each of the calls stands among all. */
  const order = (calls: string[], ...wanted: string[]) => {
    expect(calls).toEqual(expect.arrayContaining(wanted));
    return wanted.map((call) => calls.indexOf(call));
  };
  const isAscending = (places: number[]) => places.every((place, at) => at === 0 || places[at - 1]! < place);
  beforeEach(() => fleet.faults.clear());

  it("begins with everything in its order, and a second run changes nothing", async () => {
    declare();
    const { calls } = await up();
    const begun = order(
      calls,
      "create lab-web-tag",
      "create lab-web-droplet",
      "create lab-web-ready",
      "create lab-web-agents-attachment",
      "create lab-web-agents-mount",
      "create lab-ada-container",
    );
    expect(isAscending(begun)).toBe(true);
    expect(isAscending(order(calls, "create lab-web-agents-mount", "create lab-web-address-assignment"))).toBe(true);
    expect((await up()).calls).toEqual([]);
  });

  it("leaves the living droplet alone when its image, keys or agent change", async () => {
    declare({ image: "debian-12-x64", monitoring: false });
    const { calls } = await up();
    expect(calls).toEqual([]);
    expect(await inputs("Droplet lab-web-droplet")).toMatchObject({ image: "ubuntu-24-04-x64", monitoring: true });
  });

  it("resizes the droplet and grows a volume in place", async () => {
    const volumes = { ...WEB.volumes, crm: { size: "40GiB", path: "/opt/twenty" } };
    declare({ size: "s-4vcpu-8gb", volumes });
    const { calls } = await up();
    // The file system grows with the volume, by the script that has mounted it.
    expect([...calls].sort()).toEqual([
      "update lab-web-awake",
      "update lab-web-crm-mount",
      "update lab-web-crm-volume",
      "update lab-web-droplet",
    ]);
    expect(isAscending(order(calls, "update lab-web-crm-volume", "update lab-web-crm-mount"))).toBe(true);
    // What has to do with the host waits until it is back.
    const resized = order(calls, "update lab-web-droplet", "update lab-web-awake", "update lab-web-crm-mount");
    expect(isAscending(resized)).toBe(true);
  });

  it("rebuilds it in this order: new droplet, ready, unmount, detach, attach, mount, all that lives there, old droplet", async () => {
    declare({ size: "s-4vcpu-8gb", rebuild: 1, image: "debian-12-x64" });
    const plan = await fleet.up("lab", { preview: true });
    expect(plan.shown).toEqual([]);
    const { calls } = await up();
    for (const volume of ["agents", "crm"]) {
      const moved = order(
        calls,
        "create lab-web-droplet",
        "create lab-web-ready",
        `delete lab-web-${volume}-mount`,
        `delete lab-web-${volume}-attachment`,
        `create lab-web-${volume}-attachment`,
        `create lab-web-${volume}-mount`,
        "create lab-ada",
        "create lab-ada-container",
        "delete lab-web-droplet",
      );
      expect(isAscending(moved)).toBe(true);
      expect(
        isAscending(
          order(calls, `create lab-web-${volume}-mount`, "create lab-web-address-assignment", "delete lab-web-droplet"),
        ),
      ).toBe(true);
    }
    // The address went over with its new assignment: taking the old one away would take it from the new droplet.
    expect(calls).not.toContain("delete lab-web-address-assignment");
    expect(calls.filter((call) => / lab-web-(agents|crm)-volume$/.test(call))).toEqual(["update lab-web-crm-volume"]);
    expect(await inputs("Droplet lab-web-droplet")).toMatchObject({ image: "debian-12-x64" });
    expect((await up()).calls).toEqual([]);
  });

  it("keeps the old droplet with its volumes while the new one does not become ready, and goes on from there", async () => {
    declare({ rebuild: 2 });
    fleet.faults.add("create lab-web-ready");
    const failed = await fleet.up("lab");
    expect(failed.outcome).toBe("failed");
    expect(failed.calls.filter((call) => call !== "update lab-web-project")).toEqual(["create lab-web-droplet"]);
    const { calls } = await up();
    const moved = order(
      calls,
      "create lab-web-ready",
      "delete lab-web-agents-mount",
      "delete lab-web-agents-attachment",
      "create lab-web-agents-attachment",
      "create lab-web-agents-mount",
      "create lab-ada-container",
      "delete lab-web-droplet",
    );
    expect(isAscending(moved)).toBe(true);
    expect(calls).not.toContain("create lab-web-droplet");
    expect((await up()).calls).toEqual([]);
  });

  it("keeps a volume that is taken out, after it was unmounted and detached", async () => {
    declare({ rebuild: 2, volumes: { agents: WEB.volumes.agents } });
    const { calls, retained } = await up();
    expect(isAscending(order(calls, "delete lab-web-crm-mount", "delete lab-web-crm-attachment"))).toBe(true);
    expect(calls).not.toContain("delete lab-web-crm-volume");
    expect(JSON.stringify(retained)).toContain("lab-web-crm-volume");
  });

  it("ends with the volumes unmounted first, and kept", async () => {
    const { calls, outcome } = await fleet.destroy("lab");
    expect(outcome).toBe("succeeded");
    const ended = order(
      calls,
      "delete lab-web-agents-mount",
      "delete lab-web-agents-attachment",
      "delete lab-web-droplet",
    );
    expect(isAscending(ended)).toBe(true);
    expect(calls.filter((call) => /volume|container/.test(call))).toEqual([]);
  });
});

describe("a cloud of another stack", () => {
  let fleet: SimulatedFleet;
  beforeAll(() => {
    fleet = new SimulatedFleet();
    fleet.declare("shared", { clouds: { do: DO } });
    const machines = { web: { on: "digitalocean", cloud: "here", size: "c-2" } };
    const clouds = (shared: object) => ({ here: { provider: "digitalocean", shared: "platform", ...shared } });
    const shared = { platform: { stack: "shared" } };
    fleet.declare("team", { shared, clouds: clouds({ cloud: "do" }), machines });
    fleet.declare("astray", { shared, clouds: clouds({ cloud: "od" }), machines });
  });
  afterAll(() => fleet.remove());

  it("gives its region, VPC, project and keys, and nothing of it is made twice", async () => {
    expect((await fleet.up("shared")).shown).toEqual([]);
    expect((await fleet.up("team")).shown).toEqual([]);
    const shared = await fleet.resources("shared");
    const team = await fleet.resources("team");
    expect(team["Droplet team-web-droplet"]!.inputs).toMatchObject({
      region: "nyc3",
      vpcUuid: shared["Vpc shared-do-vpc"]!.id,
      sshKeys: [shared["SshKey shared-do-key-ops"]!.id],
      tags: ["fleet", "fleet-team", "fleet-team-web"],
    });
    expect(team["ProjectResources team-web-project"]!.inputs).toMatchObject({
      project: shared["Project shared-do-project"]!.id,
    });
    const made = Object.keys(team).map((name) => name.split(" ")[0]);
    expect(made).not.toEqual(expect.arrayContaining(["Vpc"]));
    expect(made).not.toEqual(expect.arrayContaining(["SshKey"]));
  });

  it("says which clouds there are where the name is wrong", async () => {
    const { shown, outcome } = await fleet.up("astray");
    expect(outcome).toBe("failed");
    expect(shown.join("\n")).toContain("the stack shared gives no cloud od: it has do");
  });
});
