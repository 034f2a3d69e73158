import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project, type TestProject, toolkit } from "./harness.js";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";
const PROVIDERS = {
  digitalocean: {
    own: "apex: 76.76.21.21",
    id: "team.example.com",
    zone: "domain",
    type: "digitalocean:index/domain:Domain",
  },
  cloudflare: {
    own: "accountId: acc",
    id: expect.stringMatching(/./),
    zone: "zoneId",
    type: "cloudflare:index/zone:Zone",
  },
} as const;

const PLATFORM = (provider: keyof typeof PROVIDERS) => `config:
  fleet:dns:
    team: { provider: ${provider}, domain: team.example.com, ${PROVIDERS[provider].own} }
`;
const TEAM = (provider: string, address = "203.0.113.7") => `config:
  fleet:shared:
    platform: { stack: platform }
  fleet:dns:
    team: { provider: ${provider}, domain: team.example.com, shared: platform }
  fleet:machines:
    alpha: { on: existing, docker: "ssh://fleet@alpha.example.org", hostKey: ${KEY}, address: ${address} }
  fleet:edge:
    front: { machine: alpha, proxy: caddy-native, domain: team.example.com, email: ops@example.com }
  fleet:agents:
    ada: { machine: alpha, runtime: container, image: "ghcr.io/acme/agent:1.2", port: 18800, host: ada.team.example.com }
`;

const fresh = (provider: keyof typeof PROVIDERS) =>
  project({
    "index.ts": `export { default } from ${JSON.stringify(join(toolkit, "index.ts"))};\n`,
    "stacks/Pulumi.platform.yaml": PLATFORM(provider),
    "stacks/Pulumi.team.yaml": TEAM(provider),
  });

const simulate = async (here: TestProject, verb: string, stack: string) => {
  const { code, stderr, stdout } = await here.fleet([verb, stack, "--simulate", "--yes", "--json"]);
  expect(code, stderr + stdout).toBe(0);
};

/** What a simulated stack has of a provider: name, and what it was made with. */
async function made(here: TestProject, stack: string, type: RegExp) {
  const { stdout } = await here.fleet(["state", "export", stack, "--simulate"]);
  const { deployment } = JSON.parse(stdout) as {
    deployment: { resources?: { type: string; urn: string; id: string; inputs: Record<string, unknown> }[] };
  };
  return (deployment.resources ?? [])
    .filter((resource) => type.test(resource.type))
    .map(({ urn, id, inputs }) => ({ name: urn.split("::").at(-1), id, inputs }));
}

describe.each(["digitalocean", "cloudflare"] as const)("a zone at %s over two stacks", (provider) => {
  const { type, id, zone } = PROVIDERS[provider];
  const RECORDS = new RegExp(`^${provider}:.*DnsRecord$`);
  const ZONES = new RegExp(`^${type}$`);

  it("is made by one, gets records of the other, follows a machine's address, and outlives its stack", async () => {
    const here = fresh(provider);
    await simulate(here, "up", "platform");
    const [platform] = await made(here, "platform", ZONES);
    expect(platform!.name).toBe("platform-team-team.example.com");
    await simulate(here, "up", "team");
    expect(await made(here, "team", ZONES)).toEqual([]);
    const [record] = await made(here, "team", RECORDS);
    expect(record).toMatchObject({ name: "team-team-ada.team.example.com", inputs: { type: "A", [zone]: id } });
    if (provider === "cloudflare") expect(record!.inputs.zoneId).toBe(platform!.id);

    here.write("stacks/Pulumi.team.yaml", TEAM(provider, "203.0.113.8"));
    await simulate(here, "up", "team");
    const [moved] = await made(here, "team", RECORDS);
    expect(moved).toMatchObject({ id: record!.id, name: record!.name });
    expect(JSON.stringify(moved!.inputs)).toContain("203.0.113.8");

    await simulate(here, "destroy", "team");
    expect(await made(here, "team", RECORDS)).toEqual([]);
    const { stdout } = await here.fleet(["destroy", "platform", "--simulate", "--yes"]);
    expect(stdout).toMatch(/kept|retain/i);
  });
});

describe("a zone of another stack", () => {
  it("has to be there, and to be the one that is meant", async () => {
    const here = fresh("digitalocean");
    await simulate(here, "up", "platform");
    const says = async (text: string) => {
      here.write("stacks/Pulumi.team.yaml", text);
      const { code, stderr, stdout } = await here.fleet(["up", "team", "--simulate", "--yes"]);
      expect(code).not.toBe(0);
      return stderr + stdout;
    };
    expect(await says(TEAM("digitalocean").replace("shared: platform }", "shared: platform, zone: other }"))).toContain(
      "the stack platform gives no DNS zone other: it has team. Declare it there and bring that stack up first",
    );
    expect(await says(TEAM("cloudflare"))).toContain(
      "fleet:dns.team is team.example.com at cloudflare, and the other stack's zone is team.example.com at digitalocean: write the same here",
    );
  });
});

it("is made by one stack of a project", async () => {
  const here = fresh("digitalocean");
  here.write("stacks/Pulumi.team.yaml", TEAM("digitalocean").replace(", shared: platform }", " }"));
  const { code, stdout } = await here.fleet(["check"]);
  expect(stdout).toContain(
    "stacks/Pulumi.team.yaml:5:45: fleet:dns.team.domain: zone team.example.com is already that of dns.team in stacks/Pulumi.platform.yaml\n",
  );
  expect(code).toBe(2);
});
