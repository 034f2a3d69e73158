// The backup program with real containers: what it pauses, stops and starts, Docker volumes, and a PostgreSQL.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accessFile, planFile, renderAccess, renderPlan } from "../../../templates/backups/files.js";
import { describeWithDocker, docker, IMAGE } from "../support/daemon.js";
import { postgresImage } from "../support/postgres.js";

const PROGRAM = fileURLToPath(new URL("../../../templates/backups/backup", import.meta.url));

describeWithDocker("backups of containers", () => {
  const stack = `backup-${randomBytes(3).toString("hex")}`;
  const root = mkdtempSync(join(tmpdir(), "fleet-backup-e2e-"));
  const [pa, crm, db, volume] = ["pa", "crm", "db", "notes"].map((name) => `${stack}-${name}`) as [
    string,
    string,
    string,
    string,
  ];
  const folder = join(root, "pa-ada/data");
  const labels = (entry: string) => ["--label", `fleet.stack=${stack}`, "--label", `fleet.entry=${entry}`];

  beforeAll(() => {
    write("pa-ada/data/greeting", "hello");
    write("crm/storage/file", "attachment");
    docker("volume", "create", ...labels("ada"), "--label", "fleet.data=true", volume);
    // As long as its data greets, it lives.
    const loop = `[ -e /notes/note ] || echo kept > /notes/note
      while :; do case "$(cat /data/greeting)" in hello*) echo tick >> /data/ticks; sleep 1 ;; *) exit 1 ;; esac; done`;
    const mounts = ["-v", `${folder}:/data`, "-v", `${volume}:/notes`];
    docker("run", "-d", "--name", pa, ...labels("ada"), ...mounts, IMAGE, "sh", "-c", loop);
    docker("run", "-d", "--name", crm, ...labels("crm"), IMAGE, "sleep", "10000");
    const settings = ["-e", "POSTGRES_USER=twenty", "-e", "POSTGRES_DB=default"];
    docker("run", "-d", "--name", db, ...labels("crm-db"), ...settings, postgresImage());
    for (
      let tries = 0;
      tries < 60 && spawnSync("docker", ["exec", db, "pg_isready", "-h", "127.0.0.1"]).status !== 0;
      tries++
    )
      spawnSync("sleep", ["1"]);
    sql(`CREATE SCHEMA core; CREATE TABLE core.people (id serial PRIMARY KEY, name text);
         INSERT INTO core.people (name) SELECT 'person ' || n FROM generate_series(1, 1000) n;
         CREATE TABLE core.empty (id int);`);
    const databases = [{ container: db, user: "twenty", name: "default", users: [crm] }];
    write(
      planFile("nightly"),
      renderPlan({
        stack,
        machine: "here",
        keep: { daily: 7, weekly: 0, monthly: 0 },
        entries: {
          ada: { folders: [folder], databases: [] },
          crm: { folders: [join(root, "crm/storage")], databases },
        },
      }),
    );
    write(accessFile("nightly"), renderAccess({ RESTIC_REPOSITORY: join(root, "repository"), RESTIC_PASSWORD: "pw" }));
  });
  afterAll(() => {
    spawnSync("docker", ["rm", "-fv", pa, crm, db]);
    spawnSync("docker", ["volume", "rm", "-f", volume]);
    rmSync(root, { recursive: true, force: true });
  });

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const sql = (text: string, database = "default") =>
    docker("exec", db, "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-U", "twenty", "-d", database, "-c", text);
  const state = (container: string) => docker("inspect", "-f", "{{.State.Status}}", container);
  const startedAt = (container: string) => docker("inspect", "-f", "{{.State.StartedAt}}", container);

  function backup(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(PROGRAM, args, {
      encoding: "utf8",
      env: { ...process.env, FLEET_ROOT: root },
    });
    // biome-ignore lint/suspicious/noExplicitAny: each verb's own document.
    const said: any = stdout.trim() === "" ? undefined : JSON.parse(stdout);
    return { status, said, stderr };
  }

  it("backs up folders, volumes and databases, with an agent's containers paused meanwhile and going on behind", () => {
    const { status, said, stderr } = backup("run", "nightly");
    expect([status, stderr]).toEqual([0, expect.stringContaining(`crm ${db}/default: backed up`)]);
    expect(said.parts.map(({ entry, part, ok }: Record<string, unknown>) => [entry, part, ok])).toEqual([
      ["ada", "files", true],
      ["crm", `${db}/default`, true],
      ["crm", "files", true],
    ]);
    const ada = backup("list", "nightly").said.snapshots.find(({ entry }: { entry: string }) => entry === "ada");
    expect(ada.paths).toEqual([docker("volume", "inspect", "-f", "{{.Mountpoint}}", volume), folder].sort());
    expect([pa, crm, db].map(state)).toEqual(["running", "running", "running"]);
  });

  it("unpauses what a killed run left paused", () => {
    docker("pause", pa);
    write("run/fleet/backup-nightly.paused", `${pa}\n`);
    expect(backup("thaw", "nightly").status).toBe(0);
    expect(state(pa)).toBe("running");
  });

  it("drills all of it, and counts the rows that are others since", () => {
    sql("INSERT INTO core.people (name) VALUES ('since')");
    const { status, said, stderr } = backup("drill", "nightly");
    expect([status, stderr]).toEqual([0, expect.stringContaining("good")]);
    expect(said.parts[1]).toMatchObject({ part: `${db}/default`, tables: 2, rows: 1000, same: 1, changed: 1 });
    expect(docker("ps", "-aq", "--filter", "name=fleet-drill-nightly")).toBe("");
  });

  it("restores a database with its app stopped, and keeps the one that was there", () => {
    const [appBefore, dbBefore] = [startedAt(crm), startedAt(db)];
    sql("DELETE FROM core.people WHERE id > 10");
    write("crm/storage/file", "changed");
    const { status, said, stderr } = backup("restore", "nightly", "crm");
    expect([status, stderr]).toEqual([0, expect.stringContaining(`stopping ${crm}`)]);
    expect(sql("SELECT count(*) FROM core.people")).toBe("1000");
    // The sequence goes on behind the rows.
    expect(sql("INSERT INTO core.people (name) VALUES ('next') RETURNING id")).toBe("1001");
    const aside = (said.aside as string[]).find((name) => name.startsWith("default_before_"))!;
    expect(sql("SELECT count(*) FROM core.people", aside)).toBe("10");
    expect(readFileSync(join(root, "crm/storage/file"), "utf8")).toBe("attachment");
    expect(startedAt(crm)).not.toBe(appBefore);
    expect(startedAt(db)).toBe(dbBefore);
    expect(sql("SELECT count(*) FROM pg_database WHERE datname LIKE '%_restore_%'")).toBe("0");
  });

  it("restores folders and volumes of an agent, which comes up with them", () => {
    write("pa-ada/data/greeting", "hello again");
    docker("exec", pa, "sh", "-c", "echo lost > /notes/note");
    const { status, stderr } = backup("restore", "nightly", "ada");
    expect([status, stderr]).toEqual([0, expect.stringContaining(`starting ${pa}`)]);
    expect(docker("exec", pa, "cat", "/data/greeting", "/notes/note")).toBe("hellokept");
  });

  it("puts the data of before back when the containers do not come up with the old one", () => {
    write("pa-ada/data/greeting", "no more");
    // What was backed up makes the agent end.
    docker("stop", pa);
    expect(backup("run", "nightly").status).toBe(0);
    write("pa-ada/data/greeting", "hello of today");
    docker("start", pa);
    const { status, said } = backup("restore", "nightly", "ada");
    expect(status).toBe(1);
    expect(said).toMatchObject({ ok: false, outcome: "the data of before is back" });
    expect(said.error).toContain(pa);
    expect(docker("exec", pa, "cat", "/data/greeting")).toBe("hello of today");
    expect(readdirSync(dirname(folder)).some((name) => name.startsWith("data.failed-"))).toBe(true);
  });

  it("keeps no broken dump, and the other entries go on", () => {
    docker("stop", db);
    const { status, said } = backup("run", "nightly");
    expect(status).toBe(1);
    expect(said.parts).toMatchObject([
      { entry: "ada", ok: true },
      { entry: "crm", part: `${db}/default`, ok: false, error: expect.stringContaining("pg_dump of default") },
      { entry: "crm", part: "files", ok: true },
    ]);
    const { snapshots } = backup("list", "nightly").said;
    expect(snapshots.filter(({ run }: { run: string }) => run === said.run)).toHaveLength(2);
  });
});
