import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir, hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EngineError } from "../../../engine/errors.js";
import { type Backend, openBackend } from "../../../engine/state/backend.js";

let folder: string;
let backend: Backend;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "backend-"));
  backend = openBackend(`file://${folder}`, { cwd: "/", env: {} });
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const inState = (...parts: string[]): string => join(folder, ".pulumi", ...parts);
const locksOf = (stack: string): string => inState("locks", "organization", "fleet", stack);
const text = (urns: number, time = "2026-01-01T00:00:00Z"): string =>
  JSON.stringify({
    version: 3,
    checkpoint: { stack: "s", latest: { manifest: { time }, resources: Array(urns).fill({}) } },
  });
const failure = async (attempt: Promise<unknown>): Promise<EngineError> => {
  const error = await attempt.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EngineError);
  return error as EngineError;
};
function foreignLock(stack: string, fields: object): string {
  mkdirSync(locksOf(stack), { recursive: true });
  const path = join(locksOf(stack), "c56a4180-65aa-42ec-a945-5fd21dec0538.json");
  writeFileSync(path, JSON.stringify(fields));
  return path;
}

/** True where a file system may be mounted: only then a full disk can be tried for real. */
function canMount(): boolean {
  const probe = mkdtempSync(join(tmpdir(), "mount-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "tmpfs", probe]).status === 0;
  if (mounted) execFileSync("umount", [probe]);
  rmSync(probe, { recursive: true });
  return mounted;
}

describe("the address of a backend", () => {
  const at = (url: string): string => openBackend(url, { cwd: folder, env: {} }).folder;

  it("is a folder: absolute, relative to the working directory, or the home of the user database", () => {
    mkdirSync(join(folder, "x"));
    expect(at("file:///srv/state")).toBe("/srv/state");
    expect(at("file://./x")).toBe(join(folder, "x"));
    expect(at("file://x?no_tmp_dir=true")).toBe(join(folder, "x"));
    const home = process.env.HOME;
    process.env.HOME = "/nowhere";
    try {
      expect(homedir()).toBe("/nowhere");
      expect(at("file://~")).toBe(userInfo().homedir);
      expect(at("file://~/fleets")).toBe(join(userInfo().homedir, "fleets"));
    } finally {
      process.env.HOME = home;
    }
  });

  it("is refused if it is relative and missing, or not of files", () => {
    expect(() => at("file://./missing")).toThrow(/no folder .*missing/);
    for (const url of ["s3://bucket", "https://user:hunter2@api.pulumi.com", "gs://b"]) {
      expect(() => at(url)).toThrow(/only previews/);
      expect(() => at(url)).not.toThrow(/hunter2/);
    }
  });
});

describe("states on disk", () => {
  it("make nothing before the first write, then have Pulumi's layout, private to the user", async () => {
    expect(await backend.load("fleet", "dev")).toBeUndefined();
    expect(await backend.listStacks("fleet")).toEqual([]);
    expect(existsSync(inState())).toBe(false);
    await backend.write("fleet", "dev", text(1));
    expect(readFileSync(inState("meta.yaml"), "utf8")).toBe("version: 1\n");
    expect(readFileSync(inState("stacks", "fleet", "dev.json"), "utf8")).toBe(text(1));
    expect(readdirSync(inState("stacks", "fleet"))).toEqual(["dev.json"]);
    expect(statSync(inState("stacks", "fleet", "dev.json")).mode & 0o777).toBe(0o600);
    expect(statSync(inState("stacks", "fleet")).mode & 0o777).toBe(0o700);
  });

  it("keep the former content as .bak, drop the stale .attrs and leave no temporary file", async () => {
    await backend.write("fleet", "dev", text(1));
    writeFileSync(inState("stacks", "fleet", "dev.json.attrs"), "{}");
    await backend.write("fleet", "dev", text(2));
    expect(readdirSync(inState("stacks", "fleet")).sort()).toEqual(["dev.json", "dev.json.bak"]);
    expect(readFileSync(inState("stacks", "fleet", "dev.json.bak"), "utf8")).toBe(text(1));
    const loaded = await backend.load("fleet", "dev");
    expect(loaded).toEqual({
      text: text(2),
      path: inState("stacks", "fleet", "dev.json"),
      previous: inState("stacks", "fleet", "dev.json.bak"),
    });
  });

  it("are never half written, however often the writer is killed", async () => {
    const big = (mark: string): string => JSON.stringify({ mark, fill: mark.repeat(300_000) });
    await backend.write("fleet", "dev", big("a"));
    const script = `
      import { openBackend } from ${JSON.stringify(new URL("../../../engine/state/backend.ts", import.meta.url).href)};
      const backend = openBackend(${JSON.stringify(`file://${folder}`)}, { cwd: "/", env: {} });
      console.log("ready");
      for (let at = 0; ; at++) {
        const mark = "ab"[at % 2];
        await backend.write("fleet", "dev", JSON.stringify({ mark, fill: mark.repeat(300_000) }));
      }`;
    for (let round = 0; round < 4; round++) {
      const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]);
      children.push(child);
      await once(child.stdout, "data");
      await new Promise((resolve) => setTimeout(resolve, 30 + round * 37));
      child.kill("SIGKILL");
      await once(child, "exit");
      for (const name of ["dev.json", "dev.json.bak"]) {
        const { mark, fill } = JSON.parse(readFileSync(inState("stacks", "fleet", name), "utf8"));
        expect(fill).toBe(mark.repeat(300_000));
      }
    }
    await (await backend.lock("fleet", "dev")).release();
    expect(readdirSync(inState("stacks", "fleet")).sort()).toEqual(["dev.json", "dev.json.bak"]);
  });

  it("are listed with their size, time and lock; a damaged one does not hide the others", async () => {
    await backend.write("fleet", "dev", text(3, "2026-02-03T04:05:06Z"));
    await backend.write("fleet", "broken", "{");
    await backend.write("other", "elsewhere", text(1));
    const lock = await backend.lock("fleet", "dev");
    expect(await backend.listStacks("fleet")).toEqual([
      { name: "broken", resourceCount: 0, locked: false, damaged: true },
      { name: "dev", lastUpdate: "2026-02-03T04:05:06Z", resourceCount: 3, locked: true },
    ]);
    await lock.release();
  });

  it("are read in the form that the real CLI left, the newest winning, and replaced by ours", async () => {
    await backend.write("fleet", "dev", text(1));
    const gz = inState("stacks", "fleet", "dev.json.gz");
    writeFileSync(gz, gzipSync(text(5)));
    utimesSync(gz, new Date(), new Date(Date.now() + 5000));
    expect(await backend.load("fleet", "dev")).toMatchObject({ text: text(5), path: gz });
    await backend.write("fleet", "dev", text(6));
    expect((await backend.load("fleet", "dev"))?.text).toBe(text(6));
    expect(existsSync(gz)).toBe(false);

    const packed = openBackend(`file://${folder}`, { cwd: "/", env: { PULUMI_DIY_BACKEND_GZIP: "true" } });
    await packed.write("fleet", "dev", text(7));
    expect(gunzipSync(readFileSync(gz)).toString()).toBe(text(7));
    expect((await backend.load("fleet", "dev"))?.text).toBe(text(7));
    writeFileSync(gz, gzipSync(text(7)).subarray(0, 30));
    expect((await failure(backend.load("fleet", "dev"))).message).toContain("cannot be unpacked");
  });

  it("refuse layouts and names that are not theirs", async () => {
    for (const stack of ["../../etc/passwd", "a/b", "", "..", "x".repeat(101)]) {
      expect((await failure(backend.load("fleet", stack))).message).toContain("is not a stack name");
      await failure(backend.write("fleet", stack, "{}"));
    }
    mkdirSync(inState("stacks"), { recursive: true });
    writeFileSync(inState("stacks", "legacy.json"), "{}");
    expect((await failure(backend.load("fleet", "dev"))).fix).toContain("pulumi state upgrade");
    writeFileSync(inState("meta.yaml"), "version: 2\n");
    expect((await failure(backend.write("fleet", "dev", "{}"))).message).toContain("layout 2");
  });

  it("say what the disk refuses, and that nothing was changed", async () => {
    mkdirSync(inState("stacks"), { recursive: true });
    writeFileSync(inState("stacks", "fleet"), "in the way");
    const error = await failure(backend.write("fleet", "dev", text(1)));
    expect(error.message).toMatch(/cannot write the state of "dev".*nothing was changed/);
    expect(error.exitCode).toBe(1);
  });

  it.skipIf(!canMount())("stay whole on a full disk", async () => {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]);
    try {
      await backend.write("fleet", "dev", text(1));
      const error = await failure(backend.write("fleet", "dev", "x".repeat(200_000)));
      expect(error.message).toMatch(/no space is left.*nothing was changed/);
      expect((await backend.load("fleet", "dev"))?.text).toBe(text(1));
      expect(readdirSync(inState("stacks", "fleet"))).toEqual(["dev.json"]);
      execFileSync("mount", ["-o", "remount,ro", folder]);
      expect((await failure(backend.lock("fleet", "dev"))).message).toContain("read-only");
    } finally {
      execFileSync("umount", [folder]);
    }
  });

  it("are backed up, recorded in the history and removed, the last one staying as .bak", async () => {
    expect(await backend.backup("fleet", "dev")).toBeUndefined();
    await backend.write("fleet", "dev", text(1));
    const copy = await backend.backup("fleet", "dev");
    expect(copy).toMatch(/backups\/fleet\/dev\/dev\.\d{19}\.json$/);
    expect(readFileSync(copy!, "utf8")).toBe(text(1));
    expect((await backend.load("fleet", "dev"))?.backups).toBe(inState("backups", "fleet", "dev"));

    const entry = {
      project: "fleet",
      stack: "dev",
      kind: "update" as const,
      startTime: 1,
      endTime: 2,
      message: "why",
      environment: {},
      config: { "fleet:a": "1", "fleet:s": { secure: "v1:x:y" } },
      result: "succeeded" as const,
      resourceChanges: { create: 1 },
    };
    await backend.writeHistory(entry, text(1));
    const [checkpoint, history] = readdirSync(inState("history", "fleet", "dev")).sort();
    expect(checkpoint).toMatch(/^dev-\d{19}\.checkpoint\.json$/);
    expect(history).toBe(checkpoint!.replace("checkpoint", "history"));
    const { project: _project, stack: _stack, ...written } = entry;
    expect(JSON.parse(readFileSync(inState("history", "fleet", "dev", history!), "utf8"))).toEqual({
      ...written,
      version: 0,
    });

    await backend.removeStack("fleet", "dev");
    expect(await backend.load("fleet", "dev")).toBeUndefined();
    expect(readdirSync(inState("stacks", "fleet"))).toEqual(["dev.json.bak"]);
    expect(existsSync(inState("history", "fleet", "dev"))).toBe(false);
  });
});

describe("the lock of a stack", () => {
  it("has Pulumi's form, keeps a second run out by name, and goes away", async () => {
    const lock = await backend.lock("fleet", "dev");
    const [name] = readdirSync(locksOf("dev"));
    expect(name).toMatch(/^[0-9a-f-]{36}\.json$/);
    const fields = JSON.parse(readFileSync(join(locksOf("dev"), name!), "utf8"));
    expect(Object.keys(fields)).toEqual(["pid", "username", "hostname", "timestamp"]);
    const error = await failure(backend.lock("fleet", "dev"));
    expect(error.message).toContain(
      `process ${process.pid} of ${userInfo().username} on ${hostname()} since ${fields.timestamp}`,
    );
    expect(error.fix).toContain("fleet cancel dev");
    await (await backend.lock("fleet", "other")).release();
    await lock.release();
    await lock.release();
    expect(readdirSync(locksOf("dev"))).toEqual([]);
    await (await backend.lock("fleet", "dev")).release();
  });

  it("is won by one at most when many race for it", async () => {
    for (let round = 0; round < 20; round++) {
      const attempts = await Promise.allSettled(Array.from({ length: 5 }, () => backend.lock("fleet", "dev")));
      const won = attempts.filter((attempt) => attempt.status === "fulfilled");
      expect(won.length).toBeLessThanOrEqual(1);
      for (const attempt of won) await attempt.value.release();
      expect(readdirSync(locksOf("dev"))).toEqual([]);
    }
  });

  it("is taken over from a killed process of this host, and the run is named", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    children.push(child);
    const fields = { pid: child.pid, username: "u", hostname: hostname(), timestamp: new Date().toISOString() };
    const path = foreignLock("dev", fields);
    expect((await failure(backend.lock("fleet", "dev"))).message).toContain(`process ${child.pid}`);
    expect(existsSync(path)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    const lock = await backend.lock("fleet", "dev");
    expect(lock.takenOver).toEqual([{ ...fields, path }]);
    expect(existsSync(path)).toBe(false);
    await lock.release();
  });

  it("is taken over when another process has got the pid since", async () => {
    // pid 1 lives, but a lock from before the machine started cannot be its.
    const fields = { pid: 1, username: "u", hostname: hostname(), timestamp: "2001-01-01T00:00:00Z" };
    foreignLock("dev", fields);
    const reused = existsSync("/proc/1/stat");
    if (reused) await (await backend.lock("fleet", "dev")).release();
    foreignLock("own", { ...fields, pid: process.pid });
    await (await backend.lock("fleet", "own")).release();
    expect(readdirSync(locksOf("own"))).toEqual([]);
  });

  it.each([
    [
      "another host",
      { pid: 999_999_999, username: "u", hostname: "elsewhere", timestamp: "2026-01-01T00:00:00Z" },
      "elsewhere",
    ],
    ["nobody known", {}, "does not say who wrote it"],
  ])("is left alone when it is of %s, until it is cancelled", async (_case, fields, message) => {
    const path = foreignLock("dev", fields);
    expect((await failure(backend.lock("fleet", "dev"))).message).toContain(message);
    expect(await backend.cancel("fleet", "dev")).toEqual([{ ...fields, path }]);
    await (await backend.lock("fleet", "dev")).release();
    expect(await backend.cancel("fleet", "dev")).toEqual([]);
  });

  it("goes away with a process that exits without giving it free", async () => {
    const script = `
      import { openBackend } from ${JSON.stringify(new URL("../../../engine/state/backend.ts", import.meta.url).href)};
      await openBackend(${JSON.stringify(`file://${folder}`)}, { cwd: "/", env: {} }).lock("fleet", "dev");
      process.exit(3);`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]);
    const [code] = await once(child, "exit");
    expect(code).toBe(3);
    expect(readdirSync(locksOf("dev"))).toEqual([]);
  });
});
