import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BuildError } from "./errors.js";

const WORK_PREFIX = "work-";
const TRASH_PREFIX = "trash-";
const GIB = 1024 ** 3;

/** Where builds keep their locks and temporary files: a folder of the user's cache, never /tmp, which may be memory. */
export function cacheDir(): string {
  const home = os.homedir();
  const cache =
    process.env.XDG_CACHE_HOME || path.join(home, process.platform === "darwin" ? "Library/Caches" : ".cache");
  return path.join(cache, "agent-fleet", "images");
}

/** Makes a work folder that only the user can read, named after this process so that a later run can tell it is left over. */
export function makeWorkDir(): string {
  const dir = path.join(cacheDir(), `${WORK_PREFIX}${process.pid}-${randomBytes(4).toString("hex")}`);
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  return dir;
}

/** Removes the work folders of processes that are gone, as after a kill -9. */
export function removeLeftovers(say: (text: string) => void): void {
  let names: string[];
  try {
    names = fs.readdirSync(cacheDir());
  } catch {
    return;
  }
  for (const name of names) {
    const dir = path.join(cacheDir(), name);
    const pid = new RegExp(`^${WORK_PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) {
      say(`removing what an interrupted build left in ${dir}`);
      discard(dir);
    } else if (name.startsWith(TRASH_PREFIX)) removeInBackground(dir);
    else {
      const writer = /\.lock\.(\d+)\./.exec(name)?.[1];
      if (writer && !isAlive(Number(writer))) fs.rmSync(dir, { force: true });
    }
  }
}

/**
 * Removes a work folder without waiting: npm packages are tens of thousands of files, which takes a slow disk longer than
 * the build. What is not gone when the machine stops goes with the next build.
 */
export function discard(dir: string): void {
  if (!fs.existsSync(dir)) return;
  const trash = path.join(cacheDir(), `${TRASH_PREFIX}${randomBytes(8).toString("hex")}`);
  fs.renameSync(dir, trash);
  removeInBackground(trash);
}

function removeInBackground(dir: string): void {
  spawn("rm", ["-rf", dir], { detached: true, stdio: "ignore" })
    .on("error", () => {})
    .unref();
}

/** @throws BuildError when the file system of `dir` has less than `gib` GiB free. */
export function requireSpace(dir: string, gib: number, purpose: string): void {
  const { bavail, bsize } = fs.statfsSync(dir);
  const free = bavail * bsize;
  if (free >= gib * GIB) return;
  throw new BuildError(
    `${dir} has ${(free / GIB).toFixed(1)} GiB free, and ${purpose} needs ${gib} GiB`,
    `Free some space there${dir.startsWith(os.homedir()) ? ", or set XDG_CACHE_HOME to a folder with room" : ""}`,
  );
}

/**
 * Holds the named lock while `run` runs; a second process waits for it. A lock whose process is gone is taken over.
 * It keeps one user's builds apart; two users of one daemon would at worst build the same image twice.
 */
export async function withLock<T>(name: string, onWait: (text: string) => void, run: () => Promise<T>): Promise<T> {
  const file = path.join(cacheDir(), `${name.replace(/[^A-Za-z0-9._-]/g, "_")}.lock`);
  fs.mkdirSync(cacheDir(), { recursive: true, mode: 0o700 });
  let told = 0;
  while (!tryLock(file)) {
    const owner = ownerOf(file);
    if (owner !== undefined && Date.now() - told > 10_000) {
      onWait(`waiting for the same build in another process (pid ${owner}) ...`);
      told = Date.now();
    }
    await sleep(owner === undefined ? 10 : 250);
  }
  held.add(file);
  try {
    return await run();
  } finally {
    release(file);
  }
}

const held = new Set<string>();

/** Gives back the locks that this process holds, when it ends early. */
export function releaseLocks(): void {
  for (const file of held) release(file);
}

function release(file: string): void {
  held.delete(file);
  fs.rmSync(file, { force: true });
}

function tryLock(file: string): boolean {
  // The lock appears with its content in one step: a file that has no owner yet would look stale.
  const own = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  fs.writeFileSync(own, `${process.pid} ${startOf(process.pid)}`, { mode: 0o600 });
  try {
    fs.linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const content = contentOf(file);
    if (content !== undefined && !holds(content)) takeStale(file, content);
    return false;
  } finally {
    fs.rmSync(own, { force: true });
  }
}

/** Moves a dead process's lock out of the way. Of several that try, the rename lets one through. */
function takeStale(file: string, content: string): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    fs.renameSync(file, aside);
    // Between the look and the rename another process may have renewed it: then put it back.
    if (contentOf(aside) !== content) fs.linkSync(aside, file);
  } catch {
    // Somebody else was first; the next attempt sees what is true then.
  } finally {
    fs.rmSync(aside, { force: true });
  }
}

function contentOf(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function ownerOf(file: string): number | undefined {
  return Number.parseInt(contentOf(file) ?? "", 10) || undefined;
}

/** Whether the process that wrote this into a lock still runs, and is not another one that got its number. */
function holds(content: string): boolean {
  const [pid, start] = content.split(" ");
  if (!isAlive(Number(pid))) return false;
  return !start || startOf(Number(pid)) === start;
}

/** When a process started, in the kernel's ticks (field 22 of proc_pid_stat(5)); empty where the system does not say. */
function startOf(pid: number): string {
  const stat = contentOf(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses, and may hold anything.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
