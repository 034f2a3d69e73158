// What the baseline renders is read by the programs that it is for: those must be on this machine.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type BaselineInput, baselineBundle, userData } from "../../../templates/baseline/index.js";
import { ufwRules } from "../../../templates/baseline/ufw.js";
import { baselineInput, KEY } from "./input.js";

const PATH = `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin`;

describe("readers of the baseline's files", () => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-baseline-"));
  const { files, checks } = baselineBundle(baselineInput());
  const at = (path: string) => join(folder, path);
  const SUDOERS = "/etc/sudoers.d/50-fleet";
  const SSHD = "/etc/ssh/sshd_config.d/10-fleet.conf";

  function reads(program: string, ...args: string[]): string {
    const { error, status, stdout, stderr } = spawnSync(program, args, {
      encoding: "utf8",
      env: { ...process.env, PATH },
    });
    if (error) throw error;
    expect({ status, said: status === 0 ? "" : `${stdout}${stderr}` }).toEqual({ status: 0, said: "" });
    return stdout;
  }

  beforeAll(() => {
    for (const [path, { text, mode = "0644" }] of Object.entries(files)) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text!);
      chmodSync(at(path), Number.parseInt(mode, 8));
    }
    mkdirSync("/run/sshd", { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("cloud-init takes the user data", () => {
    writeFileSync(at("user-data"), userData(baselineInput()));
    const [schema, version] = [["schema", "--config-file", at("user-data")], ["--version"]];
    reads("cloud-init", ...schema);
    reads("cloud-init", ...version);
  });

  it("sshd takes its settings, and lets in by keys alone, root never", () => {
    reads("sshd", "-t", "-f", at(SSHD));
    const effective = reads("sshd", "-T", "-f", at(SSHD)).split("\n");
    expect(effective).toEqual(
      expect.arrayContaining([
        "permitrootlogin no",
        "passwordauthentication no",
        "kbdinteractiveauthentication no",
        "authorizedkeysfile .ssh/authorized_keys /etc/ssh/fleet-keys/%u",
      ]),
    );
  });

  it("fail2ban takes the jail", () => {
    const config = join(folder, "fail2ban");
    cpSync("/etc/fail2ban", config, { recursive: true });
    cpSync(at("/etc/fail2ban/jail.d/fleet.local"), join(config, "jail.d/fleet.local"));
    reads("fail2ban-client", "-t", "-c", config);
    expect(reads("fail2ban-client", "-d", "-c", config)).toContain("'sshd', 'bantime', '3600'");
  });

  it("ufw takes every rule", () => {
    for (const rule of ufwRules(baselineInput())) reads("ufw", "--dry-run", ...rule.split(" "));
    expect(ufwRules(baselineInput())).toEqual([
      "allow 80/tcp",
      "allow 443/tcp",
      "allow 41641/udp",
      "allow 8443/tcp",
      "allow from 10.120.0.0/20 to any port 5432 proto tcp",
    ]);
  });

  it("visudo takes the rights, which are a program for the fleet's user and the listed commands for others", () => {
    reads("visudo", "-c", "-f", at(SUDOERS));
    expect(files[SUDOERS]!.text!.split("\n").slice(1, -1)).toEqual([
      'fleet ALL=(root) NOPASSWD: /usr/local/lib/fleet/apply ""',
      "ada ALL=(root) NOPASSWD: /usr/bin/systemctl restart caddy, /usr/bin/id a\\=b\\,c\\:d\\\\e",
    ]);
  });

  it("apt, the shell, Python and systemd take the rest", () => {
    const config = "/etc/apt/apt.conf.d/52fleet-upgrades";
    const { status, stdout } = spawnSync("apt-config", ["dump"], {
      encoding: "utf8",
      env: { ...process.env, APT_CONFIG: at(config) },
    });
    expect([status, stdout]).toEqual([
      0,
      expect.stringContaining('Unattended-Upgrade::Automatic-Reboot-Time "04:00";'),
    ]);
    for (const shell of ["dash", "bash"]) reads(shell, "-n", at("/usr/local/lib/fleet/baseline"));
    reads("python3", "-c", `compile(open("${at("/usr/local/lib/fleet/apply")}").read(), "apply", "exec")`);
    const shown = reads("systemd-analyze", "cat-config", "--root", folder, "systemd/journald.conf");
    expect(shown).toContain("SystemMaxUse=524288000");
    reads("systemd-analyze", "timespan", "2592000s");
  });

  it("its own checks pass for it, and not for what is wrong", () => {
    for (const check of checks) reads("sh", "-c", check, "sh", folder);
    const refused = (more: Partial<BaselineInput>) =>
      baselineBundle(baselineInput(more)).checks.filter(
        (check) => spawnSync("sh", ["-c", check, "sh", folder], { env: { ...process.env, PATH } }).status !== 0,
      ).length;
    expect(refused({ timezone: "Europe/Nowhere" })).toBe(1);
    writeFileSync(at(SSHD), "PermitRootLogin perhaps\n");
    writeFileSync(at("/etc/fail2ban/jail.d/fleet.local"), "[sshd]\nenabled = true\nbackend = nonsense\n");
    expect(refused({})).toBe(2);
  });
});

describe("user data", () => {
  it("makes the host what the bundle makes of one that lives", () => {
    const config = parse(userData(baselineInput()));
    const { files } = baselineBundle(baselineInput());
    const written = config.write_files.map(({ path, content }: { path: string; content: string }) => [path, content]);
    expect(Object.fromEntries(written)).toEqual(
      Object.fromEntries(Object.entries(files).map(([path, { text }]) => [path, text])),
    );
    expect(config).toMatchObject({
      users: [{ name: "fleet", lock_passwd: true, ssh_authorized_keys: [KEY] }],
      disable_root: true,
      ssh_pwauth: false,
      runcmd: [["/usr/local/lib/fleet/baseline"]],
    });
  });

  it("is refused where clouds would not take it", () => {
    const users = Object.fromEntries(
      Array.from({ length: 600 }, (_, at) => [`user${at}`, { keys: [KEY], sudo: [], docker: false }]),
    );
    expect(() => userData(baselineInput({ users }))).toThrow(/clouds take 65536: declare fewer users/);
  });
});
