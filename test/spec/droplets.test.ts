import { describe, expect, it } from "vitest";
import { readStackText } from "../../spec/check/stack-file.js";
import type { DropletSpec } from "../../spec/index.js";
import { messages } from "./base.js";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";
const TEAM = `config:
  fleet:shared: { platform: { stack: mypa-shared } }
  fleet:clouds:
    do: { provider: digitalocean, region: nyc3, sshKeys: { ops: ${KEY} } }
    far: { provider: digitalocean, shared: platform, cloud: do }
  fleet:machines:
    alpha:
      on: digitalocean
      cloud: do
      size: s-4vcpu-8gb
      volumes:
        agents: { size: 50GiB, path: /opt/mypa/agents }
        crm: { size: 50GiB, path: /opt/twenty }
    beta: { on: digitalocean, cloud: far, size: c-2 }
  fleet:agents:
    ada: { machine: alpha, runtime: container, image: "box:1" }
    bob: { machine: beta, runtime: container, image: "box:1" }
`;

const edited = (from: string, to: string, stack = "test") => {
  expect(TEAM).toContain(from);
  const { faults } = readStackText(stack, TEAM.replace(from, to), "fleet");
  return stack === "test" ? messages(TEAM.replace(from, to)) : faults.map(({ message }) => message);
};
const lastOf = (all: string[]) => all.map((one) => one.replace(/^f:\d+:\d+: fleet:/, ""));

describe("machines on DigitalOcean", () => {
  it("have defaults for all but cloud and size", () => {
    const { spec, faults } = readStackText("test", TEAM, "fleet");
    expect(faults).toEqual([]);
    const { baseline, ...beta } = spec!.machines.beta as DropletSpec;
    expect(beta).toEqual({
      name: "beta",
      on: "digitalocean",
      cloud: "far",
      size: "c-2",
      image: "ubuntu-24-04-x64",
      user: "fleet",
      reservedAddress: true,
      monitoring: true,
      backups: { plan: "weekly", hour: 4 },
      volumes: {},
      rebuild: 0,
    });
    expect(baseline).toMatchObject({ docker: true, open: [], users: {} });
    expect(spec!.clouds.do).toMatchObject({ region: "nyc3", sshKeys: { ops: KEY }, tags: [] });
  });

  it.each<[string, string, string, string[]]>([
    [
      "a cloud that is not there",
      "cloud: far, size",
      "cloud: fra, size",
      ['machines.beta.cloud: clouds has no entry "fra" (did you mean far?)'],
    ],
    [
      "a stack that is not named",
      "shared: platform, cloud: do",
      "shared: paltform, cloud: do",
      ['clouds.far.shared: shared has no entry "paltform" (did you mean platform?)'],
    ],
    [
      "a size that is none",
      "size: c-2",
      "size: 2 CPUs",
      ['machines.beta.size: must be a droplet size\'s slug, such as s-4vcpu-8gb or c-2, not "2 CPUs"'],
    ],
    [
      "a volume of parts of a GiB",
      "crm: { size: 50GiB",
      "crm: { size: 1536MiB",
      ['machines.alpha.volumes.crm.size: must be whole GiB, from 1GiB to 16384GiB (16TiB), not "1536MiB"'],
    ],
    [
      "a volume that is too small",
      "crm: { size: 50GiB",
      "crm: { size: 512MiB",
      ['machines.alpha.volumes.crm.size: must be whole GiB, from 1GiB to 16384GiB (16TiB), not "512MiB"'],
    ],
    [
      "a volume over the system's folders",
      "path: /opt/twenty",
      "path: /etc/twenty",
      [
        'machines.alpha.volumes.crm.path: must be an absolute path of a folder that is not the system\'s, such as /opt/mypa/agents, not "/etc/twenty"',
      ],
    ],
    [
      "volumes in one another",
      "path: /opt/twenty",
      "path: /opt/mypa",
      [
        "machines.alpha.volumes.crm.path: /opt/mypa and /opt/mypa/agents (volumes.agents) lie in one another: give each a folder of its own",
      ],
    ],
    [
      "volumes at one place",
      "path: /opt/twenty",
      "path: /opt/mypa/agents/",
      ["machines.alpha.volumes.crm.path: /opt/mypa/agents is already the path of volumes.agents"],
    ],
    [
      "volumes of one name",
      "crm: { size",
      "crm: { name: test-alpha-agents, size",
      [
        "machines.alpha.volumes.crm: the volume test-alpha-agents is already that of machines.alpha.volumes.agents: a volume has one place",
      ],
    ],
    [
      "an hour at which no backups begin",
      "size: c-2",
      "size: c-2, backups: { hour: 3 }",
      [
        'machines.beta.backups: must be false, or a block such as { plan: weekly, weekday: SUN, hour: 4 }, not {"hour":3}',
      ],
    ],
    [
      "a weekday of daily backups",
      "size: c-2",
      "size: c-2, backups: { plan: daily, weekday: MON }",
      ["machines.beta.backups.weekday: is used with plan: weekly only: take it out"],
    ],
  ])("refuse %s", (_what, from, to, faults) => {
    expect(lastOf(edited(from, to))).toEqual(faults);
  });

  it("refuse a name that DigitalOcean does not take for a volume, and take one that is given", () => {
    const wrong = [expect.stringMatching(/^Team_1-alpha-agents is no name for a volume at DigitalOcean/)];
    expect(edited("agents: {", "agents: {", "Team_1")).toEqual([...wrong, expect.stringMatching(/^Team_1-alpha-crm/)]);
    const named = TEAM.replace("agents: { size", "agents: { name: a, size").replace(
      "crm: { size",
      "crm: { name: b, size",
    );
    expect(readStackText("Team_1", named, "fleet").faults).toEqual([]);
    expect(edited("size: c-2", "size: c-2", "x".repeat(41))[0]).toContain("ssh needs a stack name of 40 characters");
  });

  it("are in a cloud that is made here, or in one that another stack has made", () => {
    expect(lastOf(edited("region: nyc3, ", ""))).toEqual([
      "clouds.do.region: is missing: where everything in the cloud is made, such as nyc3",
    ]);
    expect(lastOf(edited(`region: nyc3, sshKeys: { ops: ${KEY} }`, "region: nyc3"))).toEqual([
      "clouds.do.sshKeys: is missing: nobody could log in to machines.alpha, write a public key such as { ops: ssh-ed25519 AAAA… }",
    ]);
    const both = `shared: platform, region: nyc3, vpc: { cidr: 10.0.0.0/16 }, project: { name: x }, sshKeys: { a: ${KEY} }`;
    expect(lastOf(edited("shared: platform, cloud: do", both))).toEqual(
      ["region", "vpc", "project", "sshKeys"].map(
        (key) =>
          `clouds.far.${key}: does not go with shared: it is that of the stack which fleet:shared.platform names`,
      ),
    );
    expect(lastOf(edited("region: nyc3,", "region: nyc3, cloud: x,"))).toEqual([
      "clouds.do.cloud: is used with shared only: take it out",
    ]);
  });

  it("are warned of where a cloud of another stack is for nothing", () => {
    const text = TEAM.replace("cloud: far, size", "cloud: do, size");
    expect(lastOf(messages(text))).toEqual([expect.stringContaining("clouds.far: no machine is made in this cloud")]);
    // One that is made here may be for other stacks.
    const own = "config:\n  fleet:clouds: { do: { provider: digitalocean, region: nyc3 } }\n";
    expect(messages(own)).toEqual([]);
  });
});
