// The real program with the real restic, on folders of a scratch root. Containers, databases and systemd are test/e2e's.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  accessFile,
  type BackupPlan,
  backupProgram,
  planFile,
  renderAccess,
  renderPlan,
  renderService,
  renderTimer,
  unitName,
} from "../../templates/backups/files.js";

const PROGRAM = fileURLToPath(new URL("../../templates/backups/backup", import.meta.url));
const has = (program: string) => spawnSync(program, ["--version"]).error === undefined;
const missing = ["restic", "jq", "flock"].filter((program) => !has(program));
const isRequired = process.env.FLEET_REQUIRE_DOCKER === "1";

const ADA = "data/pa-ada/data";
const BOB = "data/pa-bob/data";
// Quotes, spaces and what a shell would read must reach restic as they are.
const PASSWORD = `it's "a" $(password) \\ 5f1c`;

describe.skipIf(missing.length > 0 && !isRequired)(`backups${missing.length > 0 ? ` (no ${missing})` : ""}`, () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "fleet-backup-"));
    write(`${ADA}/openclaw.json`, "first");
    write(`${ADA}/memory/main.sqlite`, "pages");
    write(`${BOB}/openclaw.json`, "bob");
    chmodSync(join(root, ADA, "openclaw.json"), 0o600);
    configure();
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const read = (path: string) => readFileSync(join(root, path), "utf8");

  function configure(more: Partial<BackupPlan> = {}, variables: Record<string, string> = {}): void {
    const plan: BackupPlan = {
      stack: "mypa-alpha",
      machine: "fleet-alpha",
      keep: { daily: 2, weekly: 0, monthly: 0 },
      entries: {
        ada: { folders: [join(root, ADA)], databases: [] },
        bob: { folders: [join(root, BOB)], databases: [] },
      },
      ...more,
    };
    write(planFile("nightly"), renderPlan(plan));
    write(
      accessFile("nightly"),
      renderAccess({ RESTIC_REPOSITORY: join(root, "repository"), RESTIC_PASSWORD: PASSWORD, ...variables }),
    );
  }

  function backup(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(PROGRAM, args, {
      encoding: "utf8",
      env: { ...process.env, FLEET_ROOT: root },
    });
    // biome-ignore lint/suspicious/noExplicitAny: each verb's own document.
    const said: any = stdout.trim() === "" ? undefined : JSON.parse(stdout);
    return { status, said, stderr };
  }

  function restic(...args: string[]): string {
    const env = { ...process.env, RESTIC_REPOSITORY: join(root, "repository"), RESTIC_PASSWORD: PASSWORD };
    const { status, stdout, stderr } = spawnSync("restic", ["--no-cache", ...args], { encoding: "utf8", env });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  it("backs up every entry, and tells what came of it without a secret", () => {
    expect(backup("list", "nightly").said).toEqual({
      backup: "nightly",
      entries: ["ada", "bob"],
      last: null,
      snapshots: [],
    });
    const { status, said, stderr } = backup("run", "nightly");
    expect(stderr).toContain("ada files: backed up");
    expect(status).toBe(0);
    expect(said).toMatchObject({ backup: "nightly", stack: "mypa-alpha", ok: true, check: { ok: true } });
    expect(said.parts).toMatchObject([
      { entry: "ada", part: "files", ok: true, bytes: 10 },
      { entry: "bob", part: "files", ok: true, bytes: 3 },
    ]);
    const kept = read("var/lib/fleet/backup-nightly.json");
    expect(JSON.parse(kept)).toEqual(said);
    expect(kept).not.toContain("5f1c");
    const listed = backup("list", "nightly").said;
    expect(listed.snapshots.map(({ entry, part, id }: Record<string, string>) => [entry, part, id])).toEqual(
      said.parts.map(({ entry, part, snapshot }: Record<string, string>) => [entry, part, snapshot]),
    );
    expect(readdirSync(join(root, "var/lib/fleet")).filter((file) => file.includes("scratch"))).toEqual([]);
  });

  it("goes on with the others when one entry fails, and fails in the end", () => {
    rmSync(join(root, ADA), { recursive: true });
    const { status, said } = backup("run", "nightly");
    expect(status).toBe(1);
    expect(said.ok).toBe(false);
    expect(said.parts).toMatchObject([
      { entry: "ada", ok: false, error: `there is no folder ${join(root, ADA)}` },
      { entry: "bob", ok: true },
    ]);
  });

  it("keeps what it is told to of each entry, and nothing of the passes before a pause", () => {
    backup("run", "nightly");
    // Snapshots of three days before, as runs of then made them.
    for (const day of ["2026-01-01", "2026-01-02", "2026-01-03"]) {
      const tags = `fleet,stack=mypa-alpha,entry=ada,part=files,run=${day}`;
      restic("backup", "--time", `${day} 03:00:00`, "--host", "fleet-alpha", "--tag", tags, join(root, ADA));
    }
    restic("backup", "--tag", "somebody-elses", join(root, BOB));
    backup("run", "nightly");
    const snapshots = JSON.parse(restic("snapshots", "--json")) as { tags: string[]; time: string }[];
    const ofAda = snapshots.filter(({ tags }) => tags.includes("entry=ada"));
    expect(ofAda.map(({ time }) => time.slice(0, 10))).toEqual(["2026-01-03", new Date().toISOString().slice(0, 10)]);
    expect(snapshots.filter(({ tags }) => tags.includes("entry=bob"))).toHaveLength(1);
    expect(snapshots.filter(({ tags }) => tags.includes("somebody-elses"))).toHaveLength(1);
    expect(snapshots.filter(({ tags }) => tags.includes("fleet-warm-up"))).toEqual([]);
  });

  it("restores one entry, and moves what was there aside", () => {
    const before = statSync(join(root, ADA, "openclaw.json"));
    backup("run", "nightly");
    write(`${ADA}/openclaw.json`, "second");
    write(`${ADA}/new.txt`, "since");
    write(`${BOB}/openclaw.json`, "bob of today");
    const { status, said, stderr } = backup("restore", "nightly", "ada");
    expect(stderr).toContain("fetching");
    expect(status).toBe(0);
    expect(read(`${ADA}/openclaw.json`)).toBe("first");
    expect(readdirSync(join(root, ADA)).sort()).toEqual(["memory", "openclaw.json"]);
    const after = statSync(join(root, ADA, "openclaw.json"));
    expect([after.mode, after.uid, after.mtimeMs]).toEqual([before.mode, before.uid, before.mtimeMs]);
    expect(read(`${BOB}/openclaw.json`)).toBe("bob of today");
    const [aside] = said.aside as string[];
    expect(aside).toMatch(new RegExp(`^${join(root, ADA)}\\.before-\\d{8}t\\d{6}z$`));
    expect(readFileSync(join(aside!, "openclaw.json"), "utf8")).toBe("second");
    expect(readFileSync(join(aside!, "new.txt"), "utf8")).toBe("since");
    expect(readdirSync(dirname(join(root, ADA)))).toHaveLength(2);
  });

  it("restores the snapshot that is asked for, and one to a host that has nothing", () => {
    const first = backup("run", "nightly").said.parts[0].snapshot;
    write(`${ADA}/openclaw.json`, "second");
    configure({ keep: { daily: 7, weekly: 4, monthly: 6 } });
    // Of one day the newest is kept: an older day's is the one to go back to.
    restic("tag", "--set", "fleet,stack=mypa-alpha,entry=ada,part=files,run=old", first);
    const old = JSON.parse(restic("snapshots", "--json", "--tag", "run=old"))[0].short_id;
    rmSync(join(root, "data"), { recursive: true });
    mkdirSync(join(root, "data"));
    expect(backup("restore", "nightly", "ada", old).status).toBe(0);
    expect(read(`${ADA}/openclaw.json`)).toBe("first");
    const { status, stderr } = backup("restore", "nightly", "ada", "0123abcd");
    expect([status, stderr]).toEqual([1, "error: there is no snapshot 0123abcd of ada\n"]);
    expect(backup("restore", "nightly", "eve").stderr).toContain("has no entry eve, only ada bob");
  });

  it("drills: all that was backed up comes back, and what has changed since is counted", () => {
    backup("run", "nightly");
    write(`${ADA}/openclaw.json`, "second");
    write(`${ADA}/new.txt`, "since");
    const { status, said } = backup("drill", "nightly");
    expect(status).toBe(0);
    expect(said).toMatchObject({
      ok: true,
      parts: [
        { entry: "ada", part: "files", ok: true, files: 2, same: 1, changed: 1 },
        { entry: "bob", part: "files", ok: true, files: 1, same: 1, changed: 0 },
      ],
    });
    expect(readdirSync(join(root, "var/lib/fleet")).filter((file) => file.includes("scratch"))).toEqual([]);
  });

  it("fails a drill on a repository that has lost data, and a restore from it changes nothing", () => {
    backup("run", "nightly");
    const packs = join(root, "repository/data");
    for (const folder of readdirSync(packs)) {
      for (const pack of readdirSync(join(packs, folder))) {
        chmodSync(join(packs, folder, pack), 0o600);
        const bytes = readFileSync(join(packs, folder, pack));
        bytes.fill(0, 0, 40);
        writeFileSync(join(packs, folder, pack), bytes);
      }
    }
    rmSync(join(root, "var/cache"), { recursive: true, force: true });
    const drilled = backup("drill", "nightly");
    expect(drilled.status).toBe(1);
    expect(drilled.said.parts.map(({ ok }: { ok: boolean }) => ok)).toEqual([false, false]);
    expect(drilled.said.parts[0].error).not.toBe("");
    const restored = backup("restore", "nightly", "ada");
    expect(restored.status).toBe(1);
    expect(restored.said).toMatchObject({ ok: false, outcome: "nothing was changed" });
    expect(read(`${ADA}/openclaw.json`)).toBe("first");
    expect(readdirSync(dirname(join(root, ADA)))).toEqual(["data"]);
  });

  it("fails a drill when living data has rotted: same size and time, other content", () => {
    backup("run", "nightly");
    const file = join(root, ADA, "memory/main.sqlite");
    // To the whole second, as a time that is set has it.
    utimesSync(file, 1_700_000_000, 1_700_000_000);
    backup("run", "nightly");
    writeFileSync(file, "pagEs");
    utimesSync(file, 1_700_000_000, 1_700_000_000);
    const { status, said } = backup("drill", "nightly");
    expect(status).toBe(1);
    expect(said.parts[0]).toMatchObject({ entry: "ada", ok: false });
    expect(said.parts[0].error).toContain("1 files have the size and time of the living ones and another content");
  });

  it("never makes a new repository over one that does not open", () => {
    backup("run", "nightly");
    configure({}, { RESTIC_PASSWORD: "another" });
    const { status, stderr } = backup("run", "nightly");
    expect(status).toBe(1);
    expect(stderr).toContain("the repository does not open: Fatal: wrong password or no key found");
    expect(stderr).not.toContain("another");
  });

  it("says what it does not know", () => {
    expect(backup("run", "weekly").stderr).toContain("there is no backup weekly on this host");
    expect(backup("drill", "nightly").stderr).toContain("nothing was backed up yet");
    expect(backup("run").stderr).toContain("backup restore <backup> <entry>");
  });

  it("has units that systemd takes", () => {
    const unit = unitName("nightly");
    for (const [path, { text, mode }] of Object.entries(backupProgram())) {
      write(path, text!);
      chmodSync(join(root, path), Number.parseInt(mode!, 8));
    }
    write(`/etc/systemd/system/${unit}.service`, renderService("nightly"));
    write(`/etc/systemd/system/${unit}.timer`, renderTimer("nightly", "03:15"));
    for (const target of ["basic", "sysinit", "shutdown", "timers", "network-online"])
      write(`/etc/systemd/system/${target}.target`, "[Unit]\nDescription=The host's own\n");
    for (const kind of ["service", "timer"]) {
      const { status, stdout, stderr } = spawnSync(
        "systemd-analyze",
        ["verify", "--man=no", `--root=${root}`, `/etc/systemd/system/${unit}.${kind}`],
        { encoding: "utf8" },
      );
      expect([status, stdout, stderr]).toEqual([0, "", ""]);
    }
    const calendar = spawnSync("systemd-analyze", ["calendar", "*-*-* 03:15:00"], { encoding: "utf8" });
    expect(calendar.stdout).toContain("Normalized form: *-*-* 03:15:00");
  });
});
