// The baseline on a host as a small rented server is: systemd, sshd, Docker. By user data at first boot, by ssh on a host that lives.
import { afterAll, beforeAll, expect, it } from "vitest";
import { baselineUserData } from "../../../components/hosts/baseline.js";
import { baseline } from "../../../spec/schema/baseline.js";
import { describeWithDocker, IMAGE } from "../support/daemon.js";
import type { FleetResult } from "../support/fleet.js";
import { ProjectCopy, succeeded } from "../support/project.js";
import { SystemdDroplet } from "../support/systemd-droplet.js";

const STACK = "alpha";
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";

const FIRST = {
  users: { ada: { keys: [KEY], sudo: ["/usr/bin/systemctl restart caddy"] } },
  open: [8443],
  fail2ban: { banTime: "2h" },
  journal: { size: "64MiB", keep: "3d" },
  timezone: "Europe/Berlin",
};

/** What a host of the baseline is, by its own programs. */
function seen(droplet: SystemdDroplet) {
  const lines = (...command: string[]) => droplet.exec(...command).split("\n");
  return {
    firewall: lines("ufw", "show", "added")
      .filter((line) => line.startsWith("ufw "))
      .sort(),
    policy: lines("ufw", "status", "verbose").find((line) => line.startsWith("Default:")),
    sshd: lines("sshd", "-T")
      .filter((line) => /^(permitrootlogin|passwordauthentication|kbdinteractiveauthentication) /.test(line))
      .sort(),
    banTime: droplet.exec("fail2ban-client", "get", "sshd", "bantime"),
    log: lines("systemd-analyze", "cat-config", "systemd/journald.conf").filter((line) =>
      /^(SystemMaxUse|MaxRetentionSec)=/.test(line),
    ),
    zone: droplet.exec("readlink", "/etc/localtime"),
    services: lines("systemctl", "is-active", "ssh", "docker", "caddy", "fail2ban", "ufw", "systemd-journald"),
    live: droplet.exec("docker", "info", "--format", "{{.LiveRestoreEnabled}}"),
  };
}

const EXPECTED = {
  firewall: ["ufw allow 22/tcp", "ufw allow 443/tcp", "ufw allow 80/tcp", "ufw allow 8443/tcp"],
  policy: expect.stringContaining("deny (incoming), allow (outgoing)"),
  sshd: ["kbdinteractiveauthentication no", "passwordauthentication no", "permitrootlogin no"],
  banTime: "7200",
  log: ["SystemMaxUse=67108864", "MaxRetentionSec=259200s"],
  zone: "/usr/share/zoneinfo/Europe/Berlin",
  services: Array(6).fill("active"),
  live: "true",
};

describeWithDocker("the baseline by user data", () => {
  let droplet: SystemdDroplet;
  beforeAll(async () => {
    const spec = baseline.parse(FIRST);
    droplet = await SystemdDroplet.start({ userData: (key) => baselineUserData(spec, "fleet", [key]) });
  });
  afterAll(() => droplet?.stop());

  it("is there when the host has booted for the first time", () => {
    expect(droplet.exec("sh", "-c", "cloud-init status --long; tail -n 20 /var/log/cloud-init-output.log")).toContain(
      "status: done",
    );
    expect(seen(droplet)).toEqual(EXPECTED);
  });

  it("lets the fleet's user in, who may run one program as root, and others what is listed", () => {
    expect(droplet.ssh("id -un; id -nG").stdout).toMatch(/^fleet\n.*docker/);
    expect(droplet.ssh("sudo -n true").status).not.toBe(0);
    expect(droplet.ssh("sudo -n /usr/local/lib/fleet/apply --anything").status).not.toBe(0);
    const program = "import os; print(os.getuid())";
    expect(
      droplet.ssh(`printf '%s\\n%s' ${program.length} '${program}' | sudo -n /usr/local/lib/fleet/apply`).stdout,
    ).toBe("0\n");
    expect(droplet.exec("sudo", "-l", "-U", "ada")).toMatch(/\(root\) NOPASSWD: \/usr\/bin\/systemctl restart caddy$/);
    expect(droplet.exec("journalctl", "-t", "fleet", "--no-pager")).toContain("run for fleet: sha256");
  });
});

describeWithDocker("the baseline on a host that lives", () => {
  let droplet: SystemdDroplet;
  let project: ProjectCopy;

  beforeAll(async () => {
    droplet = await SystemdDroplet.start();
    droplet.load(IMAGE);
    project = new ProjectCopy();
    declare(FIRST);
  });
  afterAll(async () => {
    await project?.close();
    await droplet?.stop();
  });

  const fleet = (...args: string[]): Promise<FleetResult> =>
    project.run(args, { env: { SSH_AUTH_SOCK: droplet.sshAuthSock, DOCKER_HOST: "unix:///nowhere.sock" } });
  const does = async (...args: string[]): Promise<string> => succeeded(await fleet(...args)).stdout;
  const startedAt = () => droplet.docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", `${STACK}-box`);
  const daemon = () => droplet.exec("systemctl", "show", "--property=MainPID", "docker", "ssh");

  function declare(spec: object): void {
    project.declare(STACK, {
      machines: { server: { ...droplet.machine, baseline: spec } },
      agents: {
        box: {
          machine: "server",
          runtime: "container",
          image: IMAGE,
          command: ["sleep", "1000"],
          resources: { memory: "32MiB" },
        },
      },
    });
  }

  it("makes it what it is to be", async () => {
    const before = daemon();
    await does("up", STACK, "--yes");
    expect(seen(droplet)).toEqual(EXPECTED);
    expect(droplet.exec("sudo", "-l", "-U", "ada")).toMatch(/\(root\) NOPASSWD: \/usr\/bin\/systemctl restart caddy$/);
    // Both have taken up their settings, and neither was restarted.
    expect(daemon()).toBe(before);
  });

  it("has nothing to do after that", async () => {
    expect((await fleet("up", STACK, "--yes", "--expect-no-changes")).code).toBe(0);
  });

  it("gets a change there, and replaces nothing", async () => {
    const before = [startedAt(), daemon()];
    const { ada: _, ...users } = { ...FIRST.users, ben: { keys: [KEY], docker: true } };
    declare({ ...FIRST, open: [{ port: 5432, protocol: "tcp", from: "10.120.0.0/20" }], users });
    const shown = await does("up", STACK, "--yes");
    expect(shown).not.toMatch(/replace/i);
    expect([startedAt(), daemon()]).toEqual(before);
    expect(seen(droplet)).toEqual({
      ...EXPECTED,
      firewall: [
        "ufw allow 22/tcp",
        "ufw allow 443/tcp",
        "ufw allow 80/tcp",
        "ufw allow from 10.120.0.0/20 to any port 5432 proto tcp",
      ],
    });
    expect(droplet.exec("id", "-nG", "ben")).toContain("docker");
    expect(droplet.exec("cat", "/etc/ssh/fleet-keys/ben")).toBe(KEY);
    // Who is not declared any more is shut out.
    expect(droplet.exec("chage", "-l", "ada")).toMatch(/Account expires\s*: Jan 02, 1970/);
    expect(droplet.exec("ls", "/etc/ssh/fleet-keys")).toBe("ben");
    expect((await fleet("up", STACK, "--yes", "--expect-no-changes")).code).toBe(0);
  });

  it("changes nothing when the host refuses what is declared, and says why", async () => {
    const text = project.readStack(STACK);
    project.writeStack(STACK, text.replace("Europe/Berlin", "Europe/Nowhere"));
    const { code, stdout, stderr } = await fleet("up", STACK, "--yes");
    expect([code, `${stdout}${stderr}`]).toEqual([1, expect.stringContaining("there is no time zone Europe/Nowhere")]);
    expect(seen(droplet).zone).toBe(EXPECTED.zone);
    project.writeStack(STACK, text);
    await does("up", STACK, "--yes");
  });

  it("finds what somebody has changed there, and puts it back", async () => {
    expect(await fleet("drift", STACK)).toMatchObject({ stdout: "The hosts are as they were delivered.\n", code: 0 });
    droplet.exec("ufw", "allow", "9999/tcp");
    droplet.exec("sh", "-c", "echo 'PermitRootLogin yes' > /etc/ssh/sshd_config.d/10-fleet.conf");
    const { code, stdout } = await fleet("drift", STACK, "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      drift: [
        { entry: "server-baseline", machine: "server", path: "/etc/ssh/sshd_config.d/10-fleet.conf" },
        { entry: "server-baseline", machine: "server", path: "sshd" },
        { entry: "server-baseline", machine: "server", path: "ufw" },
      ],
    });
    await does("drift", STACK, "--put-back");
    expect(seen(droplet).sshd).toEqual(EXPECTED.sshd);
    expect(seen(droplet).firewall).not.toContain("ufw allow 9999/tcp");
    expect(await fleet("drift", STACK)).toMatchObject({ stdout: "The hosts are as they were delivered.\n", code: 0 });
  });

  it("is put back by an up that changes nothing else", async () => {
    droplet.exec("sh", "-c", "echo '[Journal]' > /etc/systemd/journald.conf.d/50-fleet.conf");
    const shown = await does("up", STACK, "--yes");
    expect(shown).toContain("put back: /etc/systemd/journald.conf.d/50-fleet.conf");
    expect(seen(droplet).log).toEqual(EXPECTED.log);
  });
});
