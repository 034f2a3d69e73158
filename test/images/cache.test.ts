import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  cacheDir,
  discard,
  makeWorkDir,
  removeLeftovers,
  requireSpace,
  withLock,
} from "../../templates/images/cache.js";

let folder: string;
const before = process.env.XDG_CACHE_HOME;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fleet-cache-"));
  process.env.XDG_CACHE_HOME = folder;
});
afterEach(() => {
  if (before === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = before;
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A pid that no process has: one that has just ended. */
async function deadPid(): Promise<number> {
  const child = spawn("true");
  await new Promise((resolve) => child.once("close", resolve));
  return child.pid!;
}

describe("withLock", () => {
  it("lets one process at a time in", async () => {
    const log = join(folder, "log");
    const module = fileURLToPath(new URL("../../templates/images/cache.ts", import.meta.url));
    const program = `
      import { appendFileSync } from "node:fs";
      import { withLock } from ${JSON.stringify(module)};
      for (let i = 0; i < 5; i++) await withLock("one", () => {}, async () => {
        appendFileSync(${JSON.stringify(log)}, "in ");
        await new Promise((done) => setTimeout(done, 5));
        appendFileSync(${JSON.stringify(log)}, "out ");
      });`;
    const codes = await Promise.all(
      [1, 2, 3].map(
        () =>
          new Promise((resolve) =>
            spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
              stdio: "inherit",
            }).once("close", resolve),
          ),
      ),
    );
    expect(codes).toEqual([0, 0, 0]);
    expect(readFileSync(log, "utf8")).toBe("in out ".repeat(15));
    expect(readdirSync(cacheDir())).toEqual([]);
  });

  it("takes over the lock of a process that is gone, and waits for one that lives", async () => {
    mkdirSync(cacheDir(), { recursive: true });
    writeFileSync(join(cacheDir(), "one.lock"), String(await deadPid()));
    const said: string[] = [];
    expect(
      await withLock(
        "one",
        (text) => said.push(text),
        async () => "ran",
      ),
    ).toBe("ran");
    expect(said).toEqual([]);

    const holder = spawn("sleep", ["60"]);
    writeFileSync(join(cacheDir(), "one.lock"), String(holder.pid));
    const waiting = withLock(
      "one",
      (text) => said.push(text),
      async () => "after",
    );
    await sleep(300);
    expect(said).toEqual([`waiting for the same build in another process (pid ${holder.pid}) ...`]);
    holder.kill();
    expect(await waiting).toBe("after");
  });

  it("is given back when what it guards fails", async () => {
    await expect(
      withLock(
        "one",
        () => {},
        () => Promise.reject(new Error("no")),
      ),
    ).rejects.toThrow("no");
    expect(readdirSync(cacheDir())).toEqual([]);
  });
});

describe("work folders", () => {
  it("are the user's alone, and go away", async () => {
    const dir = makeWorkDir();
    writeFileSync(join(dir, "file"), "x");
    discard(dir);
    expect(existsSync(dir)).toBe(false);
    await expect.poll(() => readdirSync(cacheDir())).toEqual([]);
  });

  it("of a killed build go with the next one; those of a running one stay", async () => {
    const running = makeWorkDir();
    const left = join(cacheDir(), `work-${await deadPid()}-abc`);
    mkdirSync(join(left, "sub"), { recursive: true });
    const said: string[] = [];
    removeLeftovers((text) => said.push(text));
    expect(said).toEqual([`removing what an interrupted build left in ${left}`]);
    await expect.poll(() => readdirSync(cacheDir()).map((name) => join(cacheDir(), name))).toEqual([running]);
  });
});

it("says how much space is free and how much is needed", () => {
  expect(() => requireSpace(folder, 1e9, "a test")).toThrow(/has \d+\.\d GiB free, and a test needs 1000000000 GiB/);
  expect(() => requireSpace(folder, 0, "a test")).not.toThrow();
});
