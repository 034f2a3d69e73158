// The verbs against the real program and restic, reached by a real ssh server: this computer, with a scratch folder in place of its own.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accessFile, backupProgram, planFile, renderAccess, renderPlan } from "../../templates/backups/files.js";
import { noSshd, Sshd } from "../engine/transport/sshd.js";
import { describeIf } from "../templates/daemon.js";
import { project, type TestProject } from "./harness.js";

const missing = ["restic", "jq"].find((program) => spawnSync(program, ["--version"]).error !== undefined);
const why =
  noSshd ??
  (missing && `there is no ${missing} on this machine`) ??
  (spawnSync("unshare", ["--mount", "true"]).status === 0 ? undefined : "this user may not make a mount namespace");

const DATA = "opt/mypa/agents/pa-ada/data";

describeIf(why, "fleet backup, restore and drill", () => {
  const root = mkdtempSync(join(tmpdir(), "fleet-backup-verbs-"));
  let sshd: Sshd;
  let here: TestProject;

  beforeAll(async () => {
    for (const [path, { text, mode }] of Object.entries(backupProgram())) {
      write(path, text!);
      chmodSync(join(root, path), Number.parseInt(mode!, 8));
    }
    write(`${DATA}/openclaw.json`, "first");
    const entries = { ada: { folders: [join(root, DATA)], databases: [] } };
    const keep = { daily: 7, weekly: 4, monthly: 6 };
    write(planFile("nightly"), renderPlan({ stack: "far", machine: "server", keep, entries }));
    write(accessFile("nightly"), renderAccess({ RESTIC_REPOSITORY: join(root, "repository"), RESTIC_PASSWORD: "pw" }));
    const inside = `mount --bind ${root}/usr/local/lib /usr/local/lib && exec sh -c "$SSH_ORIGINAL_COMMAND"`;
    sshd = await Sshd.start({
      config: [`SetEnv FLEET_ROOT=${root}`, `ForceCommand unshare --mount sh -c '${inside}'`],
    });
    here = project({
      "stacks/Pulumi.far.yaml": `config:
  fleet:machines:
    server: { on: existing, docker: "${sshd.url}", hostKey: ${sshd.hostKey} }
    other: { on: existing, docker: "ssh://fleet@198.51.100.7", hostKey: ${sshd.hostKey} }
  fleet:agents:
    ada: { machine: server, runtime: container, image: "example.org/box:1" }
    bob: { machine: other, runtime: container, image: "example.org/box:1" }
  fleet:backups:
    nightly: { machine: server, repository: /srv/backups, password: { secret: backup-password } }
  fleet:secrets:
    backup-password:
`,
    });
  });
  afterAll(async () => {
    await sshd?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const fleet = (...args: string[]) => here.fleet(args, { env: { SSH_AUTH_SOCK: sshd.agentSocket } });
  const onHost = (...args: string[]) =>
    spawnSync(join(root, "usr/local/lib/fleet/backup"), args, { env: { ...process.env, FLEET_ROOT: root } }).status;

  it("tells that nothing was backed up yet", async () => {
    const { stdout, code } = await fleet("backup", "far");
    expect([stdout, code]).toEqual(["nightly on server: has not run yet\n", 1]);
    const drilled = await fleet("drill", "far");
    expect(drilled.stderr).toContain("error: server: the repository");
    expect(drilled.code).toBe(1);
  });

  it("lists what is backed up, and how old it is", async () => {
    expect(onHost("run", "nightly")).toBe(0);
    const { stdout, code } = await fleet("backup", "far", "server");
    expect(stdout).toMatch(
      /^nightly on server: last run \d+ s ago, good\nENTRY +PART +NEWEST +AGE +KEPT +SIZE +LAST RUN\n/,
    );
    expect(stdout).toMatch(/\nada +files +[0-9a-f]{8} +\d+ s ago +1 +5 B +good\n$/);
    expect(code).toBe(0);
    const { stack, ok, backups } = JSON.parse((await fleet("backup", "far", "--json")).stdout);
    expect([stack, ok, backups[0].machine, backups[0].snapshots[0].entry]).toEqual(["far", true, "server", "ada"]);
  });

  it("restores once somebody has agreed, and tells where the data of before is", async () => {
    write(`${DATA}/openclaw.json`, "second");
    const asked = await fleet("restore", "far", "ada");
    expect([asked.stderr, asked.code]).toEqual([expect.stringContaining("run it with --yes"), 2]);
    const { stdout, stderr, code } = await fleet("restore", "far", "ada", "--yes");
    expect(stderr).toContain(`fetching ${join(root, DATA)}`);
    expect(stdout).toMatch(
      /^Restored ada: files from [0-9a-f]{8}\.\nWhat was there before: \S+\/data\.before-\S+ on server\n/,
    );
    expect(code).toBe(0);
    expect(readFileSync(join(root, DATA, "openclaw.json"), "utf8")).toBe("first");
    expect(readdirSync(dirname(join(root, DATA)))).toHaveLength(2);
  });

  it("drills, and shows what came back", async () => {
    const { stdout, code } = await fleet("drill", "far");
    expect(stdout).toMatch(/\nserver +ada +files +[0-9a-f]{8} +1 files +1 +0 +good\n$/);
    expect(code).toBe(0);
  });

  it.each([
    [["restore", "far", "eve"], 'the stack far has no agent or service "eve"'],
    [["restore", "far", "bob"], "no backup holds bob"],
    [["restore", "far", "ada", "--snapshot", "$(id)"], '"$(id)" is no snapshot\'s id'],
    [["backup", "far", "other"], 'no backup of far is on a machine "other"'],
  ])("refuses %s", async (args, message) => {
    const { stderr, code } = await fleet(...args);
    expect([stderr, code]).toEqual([expect.stringContaining(`error: ${message}`), 2]);
  });
});
