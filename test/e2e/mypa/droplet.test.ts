// A team's droplet whole, as the stacks of MyPA have it: baseline, PA, CRM, Caddy and backups, all over ssh. Then what droplets live
// through: another image, containers made anew, data put back, and the droplet itself made anew under volumes that outlive it.
import { spawnSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PackagesBuild } from "../../../templates/images/description.js";
import { imageTag } from "../../../templates/images/hash.js";
import { describeWithDocker } from "../support/daemon.js";
import { buildImage } from "../support/droplet.js";
import { ProjectCopy, succeeded } from "../support/project.js";
import { SystemdDroplet } from "../support/systemd-droplet.js";
import { imageOf, type OpenClawVersion } from "./pa.js";
import { CrmOnMachine, crmEntry, SERVICE_IMAGES } from "./services.js";

const STACK = "team";
const WORKSPACE = "/opt/mypa/agents/pa-ada/data/workspace";
const { "tez-mcp": _mcp, "tez-relay": _relay, node: _node, ...CRM_IMAGES } = SERVICE_IMAGES;
const { crm: _crm, postgres: _postgres, ...PACKAGES } = CRM_IMAGES;

describeWithDocker("a team's droplet", () => {
  const id = randomBytes(3).toString("hex");
  /** As a cloud's volumes, they outlive the droplet; a bucket far away does as well. */
  const volumes = Object.fromEntries(
    ["/opt/mypa", "/opt/twenty", "/srv/backups"].map((path) => [path, `fleet-e2e-${id}${path.replaceAll("/", "-")}`]),
  );
  const secrets = Object.fromEntries(
    ["claude", "crm-db", "crm-app", "backup-password"].map((name) => [
      name,
      `${name}-${randomBytes(12).toString("hex")}`,
    ]),
  );
  let droplet: SystemdDroplet;
  let project: ProjectCopy;
  let crm: CrmOnMachine;

  const run = (...args: string[]) =>
    project.run(args, { env: { SSH_AUTH_SOCK: droplet.sshAuthSock, DOCKER_HOST: "unix:///nowhere.sock" } });
  const fleet = async (...args: string[]) => succeeded(await run(...args)).stdout;
  const idOf = (container: string) => droplet.docker("inspect", "--format", "{{.Id}}", container);
  const states = async () => {
    const { entries } = JSON.parse(await fleet("status", STACK, "--json"));
    return Object.fromEntries(entries.map(({ name, state }: Record<string, string>) => [name, state]));
  };
  const READY = Object.fromEntries(
    ["ada", "crm", "crm-db", "crm-redis", "crm-worker", "front"].map((name) => [name, "ready"]),
  );

  function declare(version: OpenClawVersion): void {
    project.declare(STACK, {
      machines: { server: { ...droplet.machine, baseline: { journal: { size: "64MiB" } } } },
      images: { ...CRM_IMAGES, openclaw: { from: `openclaw:${version}` } },
      agents: {
        ada: {
          machine: "server",
          runtime: "pa",
          image: "openclaw",
          port: 18789,
          command: ["openclaw", "gateway", "run"],
          browser: false,
          keys: { anthropic: { secret: "claude" } },
        },
      },
      services: { crm: crmEntry("beta", { machine: "server", host: "crm-beta.team.test" }) },
      edge: { front: { machine: "server", proxy: "caddy-native", domain: "team.test", tls: "internal" } },
      backups: {
        nightly: { machine: "server", repository: "/srv/backups/beta", password: { secret: "backup-password" } },
      },
      secrets: Object.fromEntries(Object.keys(secrets).map((name) => [name, null])),
    });
  }

  /** A new host has no image: these would be pulled, or be made there from packages, in a quarter of an hour. */
  async function newDroplet(...versions: OpenClawVersion[]): Promise<void> {
    droplet = await SystemdDroplet.start({ volumes });
    crm = new CrmOnMachine((...args) => droplet.docker(...args), "twenty-beta");
    const made = (images: Record<string, { build: PackagesBuild }>) =>
      Object.entries(images).map(([name, { build }]) => {
        buildImage({ name, build });
        return imageTag(name, build);
      });
    const gateways = versions.flatMap((version) => made(imageOf(version)));
    droplet.load(...gateways, ...made(PACKAGES));
    for (const [index, version] of versions.entries()) droplet.docker("tag", gateways[index]!, `openclaw:${version}`);
  }

  beforeAll(async () => {
    await newDroplet("2026.2.22", "2026.9.6");
    project = new ProjectCopy();
    declare("2026.2.22");
    for (const [name, value] of Object.entries(secrets)) {
      succeeded(await project.run(["secret", "set", STACK, name], { input: value }));
    }
  });
  afterAll(async () => {
    await project?.close();
    await droplet?.stop();
    spawnSync("docker", ["volume", "rm", "-f", ...Object.values(volumes)]);
  });

  async function token(): Promise<string> {
    return JSON.parse(await fleet("outputs", STACK, "tokens", "--show-secrets", "--json")).ada;
  }

  /** From outside of the droplet, by the name that its edge serves: status of the answer, 0 for none. */
  function asks(host: string, path: string, ...more: string[]): number {
    const options = ["-sk", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "20"];
    const to = ["--resolve", `${host}:443:${droplet.address}`, `https://${host}${path}`];
    return Number(spawnSync("curl", [...options, ...more, ...to], { encoding: "utf8" }).stdout);
  }

  const invoke = (bearer: string) =>
    asks(
      "ada.team.test",
      "/tools/invoke",
      ...["-H", `Authorization: Bearer ${bearer}`, "-H", "Content-Type: application/json"],
      ...["-d", JSON.stringify({ tool: "sessions_list", args: {} })],
    );

  /** What the PA's user and the team have made is there, and the PA answers to its token. */
  function nothingIsLost(bearer: string): void {
    expect(droplet.exec("cat", `${WORKSPACE}/IDENTITY.md`)).toBe("- Name: Countess");
    expect(crm.list("people")).toEqual([expect.objectContaining({ name: { firstName: "Ada" } })]);
    expect(invoke(bearer)).toBe(200);
  }

  const opens = (port: number) =>
    spawnSync("bash", ["-c", `exec 3<>/dev/tcp/${droplet.address}/${port}`], { timeout: 3000 }).status === 0;

  it("comes up whole from a host that has nothing but ssh and Docker, and has nothing to change after that", async () => {
    await fleet("up", STACK, "--yes");
    expect(await states()).toEqual(READY);
    expect(droplet.exec("systemctl", "is-active", "caddy", "fail2ban", "ufw", "fleet-backup-nightly.timer")).toBe(
      ["active", "active", "active", "active"].join("\n"),
    );
    await fleet("up", STACK, "--yes", "--expect-no-changes");
  });

  it("serves the PA and the CRM by their names, and opens nothing else to the outside", async () => {
    expect(invoke(await token())).toBe(200);
    expect(invoke("another")).toBe(401);
    expect(asks("crm-beta.team.test", "/healthz")).toBe(200);
    expect([22, 443].map(opens)).toEqual([true, true]);
    expect([18789, 3100, 5432, 6379].map(opens)).toEqual([false, false, false, false]);
  });

  it("has its secrets in files of one reader each", () => {
    const files = ["/opt/mypa/agents/pa-ada/data/openclaw.json", "/opt/twenty/.env", "/etc/fleet/backup-nightly.env"];
    expect(droplet.exec("stat", "-c", "%a %u", ...files)).toBe("600 1000\n600 1000\n600 0");
    const told = droplet.exec("sh", "-c", "docker inspect $(docker ps -q); ps axeww; journalctl --no-pager");
    for (const value of Object.values(secrets)) expect(told).not.toContain(value);
  });

  it("backs up what its users have made", async () => {
    droplet.docker("exec", "pa-ada", "sh", "-c", "echo '- Name: Countess' > $HOME/.openclaw/workspace/IDENTITY.md");
    crm.put("people", { id: randomUUID(), name: { firstName: "Ada" }, emails: { primaryEmail: "ada@people.example" } });
    expect(await fleet("backup", STACK, "--now")).toContain("last run");
    // As the timer does it.
    droplet.exec("systemctl", "start", "fleet-backup-nightly.service");
    const { backups } = JSON.parse(await fleet("backup", STACK, "--json"));
    const parts = backups[0].snapshots.map(({ entry, part }: Record<string, string>) => `${entry} ${part}`);
    expect([...new Set(parts)].sort()).toEqual(["ada files", "crm files", "crm twenty-beta-db/default"]);
    // The second of the day took the first one's place.
    expect(parts).toHaveLength(3);
    expect(await fleet("drill", STACK)).not.toContain("failed");
  });

  it("takes another OpenClaw, and the PA finds all of its own again", async () => {
    const [before, bearer] = [idOf("pa-ada"), await token()];
    project.editStack(STACK, (document) =>
      document.setIn(["config", "fleet:images", "openclaw", "from"], "openclaw:2026.9.6"),
    );
    await fleet("patch", STACK, "--all", "--yes");
    expect(idOf("pa-ada")).not.toBe(before);
    expect(droplet.docker("exec", "pa-ada", "openclaw", "--version")).toContain("2026.9.6");
    expect(droplet.exec("cat", `${WORKSPACE}/IDENTITY.md`)).toBe("- Name: Countess");
    expect(invoke(bearer)).toBe(200);
    await fleet("up", STACK, "--yes", "--expect-no-changes");
  });

  it("loses nothing when every container is made anew", async () => {
    const bearer = await token();
    droplet.docker("rm", "-f", "pa-ada", ...["", "-worker", "-db", "-redis"].map((part) => `twenty-beta${part}`));
    await fleet("up", STACK, "--yes", "--refresh");
    expect(await states()).toEqual(READY);
    nothingIsLost(bearer);
  });

  it("loses nothing when the droplet is made anew: its volumes outlive it", async () => {
    const bearer = await token();
    await droplet.stop();
    await newDroplet("2026.9.6");
    project.editStack(STACK, (document) => {
      for (const [key, value] of Object.entries(droplet.machine)) {
        document.setIn(["config", "fleet:machines", "server", key], value);
      }
    });
    await fleet("up", STACK, "--yes", "--refresh");
    expect(await states()).toEqual(READY);
    nothingIsLost(bearer);
    expect(droplet.exec("systemctl", "is-active", "fleet-backup-nightly.timer")).toBe("active");
  });

  it("gets back from its backups what was lost all the same", async () => {
    // One of before the upgrade is for the OpenClaw of then.
    await fleet("backup", STACK, "--now");
    droplet.docker("exec", "pa-ada", "sh", "-c", "echo spoilt > $HOME/.openclaw/workspace/IDENTITY.md");
    crm.sql("DELETE FROM core.record");
    expect(crm.list("people")).toEqual([]);
    await fleet("restore", STACK, "ada", "--yes");
    await fleet("restore", STACK, "crm", "--yes");
    expect(await states()).toEqual(READY);
    nothingIsLost(await token());
  });
});
