// The shipped stacks against the tables of the seed. One side is typed from the seed, the other is what the resources are made with.
import { beforeAll, describe, expect, it } from "vitest";
import {
  CRM_PORT,
  DOMAIN,
  DROPLETS,
  dns,
  IMAGE,
  OPEN_PORTS,
  PA_IMAGE,
  paStandard,
  SECRET_FILES,
  SIZE_OF,
  TEZ_MCP_PORT,
} from "./seed.js";
import { ORDER, SimulatedMyPa } from "./simulated.js";

const mypa = new SimulatedMyPa();
const teams = DROPLETS.filter(({ team }) => team !== undefined);

beforeAll(async () => {
  for (const stack of ORDER) await mypa.up(stack);
}, 300_000);

const containers = (stack: string) => mypa.of(stack, "Container").map(({ inputs }) => inputs);
const pas = (stack: string) => containers(stack).filter(({ name }) => name.startsWith("pa-"));
const container = (stack: string, name: string) => {
  const found = containers(stack).filter((one) => one.name === name);
  expect(found, name).toHaveLength(1);
  return found[0];
};
/** Ports on the machine, with the address that each is published on. */
const published = (inputs: { ports?: { ip: string; external: number }[] }) =>
  (inputs.ports ?? []).map(({ ip, external }) => `${ip}:${external}`);
const nameOf = (pa: { name: string }) => pa.name.slice("pa-".length);

describe("droplets", () => {
  it("are six, and 17 PAs by their table", () => {
    expect(DROPLETS).toHaveLength(6);
    expect(DROPLETS.flatMap(({ stack }) => pas(stack))).toHaveLength(17);
  });

  it.each(DROPLETS)("$droplet: $spec, $pas PAs, Ubuntu 24.04", ({ stack, droplet, spec, pas: count }) => {
    const { inputs } = mypa.one(stack, "Droplet");
    expect(inputs).toMatchObject({
      name: droplet,
      size: SIZE_OF[spec],
      image: IMAGE,
      monitoring: true,
      backups: true,
      backupPolicy: { plan: "weekly" },
    });
    expect(pas(stack)).toHaveLength(count);
  });

  it.each(DROPLETS)("$droplet: deny-all but SSH, HTTP and HTTPS, by the cloud and by the host", ({ stack }) => {
    const { inputs } = mypa.one(stack, "Firewall");
    expect(inputs.inboundRules.map((rule: { portRange: string }) => rule.portRange).sort()).toEqual(
      [...OPEN_PORTS].sort(),
    );
    for (const rule of inputs.inboundRules) expect(rule.sourceAddresses).toEqual(["0.0.0.0/0", "::/0"]);
  });

  it.each(DROPLETS)("$droplet: in the shared VPC and project, with an address that stays", ({ stack }) => {
    const vpc = mypa.one("mypa-shared", "Vpc");
    const project = mypa.one("mypa-shared", "Project");
    expect(mypa.one(stack, "Droplet").inputs.vpcUuid).toBe(vpc.id);
    expect(mypa.one(stack, "ProjectResources").inputs.project).toBe(project.id);
    expect(mypa.one(stack, "ReservedIpAssignment").inputs.ipAddress).toBe(mypa.one(stack, "ReservedIp").id);
  });

  it.each(DROPLETS)("$droplet: data on volumes that outlive it", ({ stack, team }) => {
    const sizes = mypa.of(stack, "Volume").filter(({ type }) => type.startsWith("digitalocean:"));
    expect(sizes).toHaveLength(team === undefined ? 1 : 2);
    for (const volume of sizes) expect(volume).toMatchObject({ retainOnDelete: true });
  });
});

describe("PA containers", () => {
  it.each(teams)("of $droplet are made by the container standard", ({ stack }) => {
    for (const pa of pas(stack)) {
      const { mount, envs, ...standard } = paStandard(nameOf(pa));
      expect(pa).toMatchObject(standard);
      expect(pa.envs).toEqual(expect.arrayContaining(envs));
      expect(pa.volumes).toContainEqual({ ...mount, readOnly: false });
      expect(published(pa)).toEqual([]);
    }
  });

  it.each(teams)("of $droplet have a port each, with room for those that OpenClaw derives", ({ stack }) => {
    const files = mypa.files(stack);
    const ports = pas(stack)
      .map((pa) => JSON.parse(files[SECRET_FILES.gatewayToken(nameOf(pa))]!.text!).gateway)
      .map((gateway) => {
        expect(gateway).toMatchObject({ bind: "loopback", auth: { mode: "token" } });
        return gateway.port as number;
      })
      .sort((a, b) => a - b);
    for (const [index, port] of ports.slice(1).entries()) expect(port - ports[index]!).toBeGreaterThanOrEqual(111);
    expect(ports.every((port) => port > CRM_PORT && port > TEZ_MCP_PORT)).toBe(true);
  });

  it.each(teams)("of $droplet: an image from OpenClaw's with Chromium and mcporter in it", ({ stack }) => {
    const images = mypa.of(stack, "RemoteImage").map(({ inputs }) => inputs);
    expect(images.map(({ name }) => name)).toContain(PA_IMAGE);
    const built = images.find(({ build }) => build?.context === "examples/pa-image");
    expect(built.build.buildArgs).toEqual({ BASE: PA_IMAGE });
  });

  it("have names that no other of the fleet has", () => {
    const names = DROPLETS.flatMap(({ stack }) => pas(stack).map(nameOf));
    expect(new Set(names).size).toBe(names.length);
  });

  it("may use every tool but the gateway", () => {
    for (const { stack } of teams) {
      const files = mypa.files(stack);
      for (const pa of pas(stack)) {
        const { tools } = JSON.parse(files[SECRET_FILES.gatewayToken(nameOf(pa))]!.text!);
        expect(tools).toMatchObject({ deny: ["gateway"], exec: { security: "full" } });
      }
    }
  });
});

describe("services", () => {
  it.each(teams)("$droplet: Twenty of $team on port 3100, for the machine alone", ({ stack, team }) => {
    for (const part of ["", "-worker", "-db", "-redis"]) container(stack, `twenty-${team}${part}`);
    expect(published(container(stack, `twenty-${team}`))).toEqual([`127.0.0.1:${CRM_PORT}`]);
    const images = mypa.of(stack, "RemoteImage").map(({ inputs }) => inputs.name);
    expect(images).toContain("postgres:16");
    for (const part of ["-worker", "-db", "-redis"])
      expect(published(container(stack, `twenty-${team}${part}`))).toEqual([]);
  });

  it.each(teams)("$droplet: one tez-mcp on port 8100, for the machine alone", ({ stack }) => {
    expect(published(container(stack, "tez-mcp"))).toEqual([`127.0.0.1:${TEZ_MCP_PORT}`]);
  });

  it("the relay alone is on tez-relay", () => {
    expect(containers("mypa-shared").map(({ name }) => name)).toEqual(["tez-relay"]);
  });

  it("the hub copies the teams that sync, and no team copies anything", () => {
    const readers = DROPLETS.filter(({ stack }) => containers(stack).some(({ name }) => name.endsWith("crm-sync")));
    expect(readers.map(({ stack }) => stack)).toEqual(["mypa-admin"]);
    const from = teams.filter(({ syncs }) => syncs).map(({ stack }) => `organization/fleet/${stack}`);
    const read = mypa.of("mypa-admin", "StackReference").map(({ inputs }) => inputs.name);
    expect(read.sort()).toEqual(["organization/fleet/mypa-shared", ...from].sort());
  });

  it.each(teams.filter(({ team }) => team !== "admin"))("$stack reads the shared stack and no other", ({ stack }) => {
    const read = mypa.of(stack, "StackReference").map(({ inputs }) => inputs.name);
    expect(read).toEqual(["organization/fleet/mypa-shared"]);
  });
});

describe("the way from one droplet to another", () => {
  it("is the one from everywhere: no rule lets a droplet, a tag or the VPC in", () => {
    const { cidr } = { cidr: mypa.one("mypa-shared", "Vpc").inputs.ipRange };
    expect(cidr).toBe("10.120.0.0/20");
    for (const { stack } of DROPLETS) {
      for (const rule of mypa.one(stack, "Firewall").inputs.inboundRules) {
        expect(rule).toEqual({
          protocol: "tcp",
          portRange: expect.stringMatching(/^(22|80|443)$/),
          sourceAddresses: ["0.0.0.0/0", "::/0"],
        });
      }
    }
  });

  it("leads to nothing but Caddy and ssh: everything else listens on loopback", () => {
    for (const { stack } of DROPLETS) {
      for (const one of containers(stack)) {
        for (const address of published(one)) expect(address).toMatch(/^127\.0\.0\.1:/);
      }
    }
  });
});

describe("DNS", () => {
  it.each(DROPLETS)("$stack: an A record for each PA and CRM, to the droplet's address", ({ stack, team }) => {
    const address = mypa.one(stack, "ReservedIp").id;
    const records = mypa.of(stack, "DnsRecord").map(({ inputs }) => inputs);
    const wanted = [
      ...pas(stack).map((pa) => dns.pa(nameOf(pa))),
      ...(team === undefined ? [dns.relay, dns.apex] : [dns.crm(team)]),
    ];
    const found = records.map(({ name, type }) => ({ name, type }));
    expect(found).toEqual(expect.arrayContaining(wanted));
    expect(found).toHaveLength(wanted.length);
    for (const { domain, name, value } of records) {
      expect(domain).toBe(DOMAIN);
      expect(value).toBe(name === "@" ? "76.76.21.21" : address);
    }
  });
});

describe("Caddy", () => {
  it.each(DROPLETS)("$droplet: a route for each PA and service, with a certificate", ({ stack, team }) => {
    const caddyfile = mypa.files(stack)["/etc/caddy/Caddyfile"]!.text!;
    const hosts = [
      ...pas(stack).map((pa) => `${nameOf(pa)}.${DOMAIN}`),
      team === undefined ? `relay.${DOMAIN}` : `crm-${team}.${DOMAIN}`,
    ];
    for (const host of hosts) expect(caddyfile).toContain(host);
    expect(caddyfile).toContain("request_header -X-Forwarded-*");
  });
});

describe("secrets", () => {
  it.each(teams)("$droplet: lie where the inventory has them, for one user alone", ({ stack, team }) => {
    const files = mypa.files(stack);
    const secret = (path: string, value: string) => {
      expect(files[path], path).toBeDefined();
      expect(files[path]!.mode).toBe("0600");
      expect(files[path]!.text).toContain(value);
    };
    for (const pa of pas(stack)) {
      const name = nameOf(pa);
      secret(SECRET_FILES.gatewayToken(name), '"token"');
      secret(SECRET_FILES.claudeKey(name), "unset-anthropic-key");
      secret(SECRET_FILES.braveKey(name), "unset-brave-key");
      secret(SECRET_FILES.openaiKey(name), `unset-${name}-openai`);
    }
    secret(SECRET_FILES.crm, "unset-crm-database-password");
    secret(SECRET_FILES.crm, "unset-crm-app-secret");
    secret(SECRET_FILES.tez, "unset-tez-auth");
    const git = files[`/opt/mypa/agents/pa-${team}/git-credentials`];
    if (team === "admin") expect(git).toMatchObject({ mode: "0440", owner: "0:1000" });
    else expect(git).toBeUndefined();
  });

  it.each(DROPLETS)("$droplet: are in no user data, no container and no command", ({ stack }) => {
    expect(mypa.one(stack, "Droplet").inputs.userData).not.toContain("unset-");
    expect(JSON.stringify(containers(stack))).not.toContain("unset-");
    for (const { inputs } of mypa.of(stack, "Command"))
      expect(JSON.stringify({ ...inputs, stdin: undefined })).not.toContain("unset-");
  });
});

describe("a second time", () => {
  it.each(["mypa-shared", "mypa-admin"])("%s has nothing to change", async (stack) => {
    expect(await mypa.up(stack, "--expect-no-changes")).toContain("No changes");
  });
});
