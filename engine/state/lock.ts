import { randomUUID } from "node:crypto";
import { readFileSync, unlinkSync } from "node:fs";
import { open, readdir, readFile, rm } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { EngineError } from "../errors.js";
import { diskError, isMissing, makeFolder } from "./files.js";
import { rfc3339Nano } from "./time.js";

/** Who holds a stack. The fields are Pulumi's own; a lock file that cannot be read gives none. */
export interface LockInfo {
  pid?: number;
  username?: string;
  hostname?: string;
  /** RFC 3339. */
  timestamp?: string;
  /** The lock file. */
  path: string;
}

/** A lock that this process holds. */
export interface Lock {
  info: LockInfo;
  /** Locks of dead processes of this host that were taken over: those runs ended in the middle. */
  takenOver: LockInfo[];
  /** Gives the stack free. May be called more than once. */
  release(): Promise<void>;
}

/** Clock corrections move a process's computed start time: only a clearly later start proves that the pid was reused. */
const CLOCK_SLACK_MS = 60_000;

/** Locks of this process, so that they go away with it on every exit that lets us act. */
const held = new Set<string>();
process.on("exit", () => {
  for (const path of held) {
    try {
      unlinkSync(path);
    } catch {
      // Cancelled from outside, or the disk is gone: nothing to do about it while exiting.
    }
  }
});

/**
 * Takes a stack's lock, the way the real CLI does: look, write one's own, look again. Of two that race at most one wins.
 * Throws EngineError that names the holder.
 */
export async function acquireLock(folder: string, stack: string): Promise<Lock> {
  const takenOver: LockInfo[] = [];
  for (const other of await readLocks(folder)) {
    if (!isStale(other)) throw lockedError(stack, other);
    await rm(other.path, { force: true });
    takenOver.push(other);
  }
  const info: LockInfo = {
    pid: process.pid,
    username: username(),
    hostname: hostname(),
    timestamp: rfc3339Nano(),
    path: join(folder, `${randomUUID()}.json`),
  };
  const release = async (): Promise<void> => {
    await rm(info.path, { force: true });
    held.delete(info.path);
  };
  try {
    await makeFolder(folder);
    held.add(info.path);
    await writeLock(info);
  } catch (error) {
    await release().catch(() => {});
    throw diskError(error, `lock the stack "${stack}"`);
  }
  const others = (await readLocks(folder)).filter(({ path }) => path !== info.path);
  if (others.length > 0) {
    await release();
    throw lockedError(stack, others[0]!);
  }
  return { info, takenOver, release };
}

/** Throws the error that names the holder, if one of a stack's locks may be a live run's. */
export function refuseIfHeld(locks: LockInfo[], stack: string): void {
  const holder = locks.find((lock) => !isStale(lock));
  if (holder) throw lockedError(stack, holder);
}

/** The locks on a stack, those of dead processes included. */
export async function readLocks(folder: string): Promise<LockInfo[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw diskError(error, "read the locks");
  }
  const locks = names.filter((name) => name.endsWith(".json")).map((name) => readLock(join(folder, name)));
  return (await Promise.all(locks)).filter((lock) => lock !== undefined);
}

/** Removes every lock on a stack and says which they were. */
export async function removeLocks(folder: string): Promise<LockInfo[]> {
  const locks = await readLocks(folder);
  for (const { path } of locks) {
    await rm(path, { force: true }).catch((error) => {
      throw diskError(error, "remove the lock");
    });
  }
  return locks;
}

/** True if the holder certainly is no more: a process of this host that has ended. Anything else has to be cancelled by hand. */
export function isStale(lock: LockInfo): boolean {
  if (lock.hostname !== hostname() || lock.pid === undefined) return false;
  if (lock.pid === process.pid) return !held.has(lock.path);
  try {
    process.kill(lock.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  const started = processStart(lock.pid);
  const locked = Date.parse(lock.timestamp ?? "");
  return started !== undefined && started > locked + CLOCK_SLACK_MS;
}

async function writeLock({ path, ...fields }: LockInfo): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(JSON.stringify(fields));
  } finally {
    await file.close();
  }
}

async function readLock(path: string): Promise<LockInfo | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    return { path };
  }
  try {
    const fields = JSON.parse(text) as Record<string, unknown>;
    const word = (key: string): string | undefined =>
      typeof fields[key] === "string" ? (fields[key] as string) : undefined;
    return {
      ...(typeof fields.pid === "number" && { pid: fields.pid }),
      username: word("username"),
      hostname: word("hostname"),
      timestamp: word("timestamp"),
      path,
    };
  } catch {
    return { path };
  }
}

function lockedError(stack: string, lock: LockInfo): EngineError {
  const who = [
    lock.pid !== undefined && `process ${lock.pid}`,
    lock.username && `of ${lock.username}`,
    lock.hostname && `on ${lock.hostname}`,
    lock.timestamp && `since ${lock.timestamp}`,
  ].filter(Boolean);
  const holder = who.length > 0 ? who.join(" ") : `the file ${lock.path}, which does not say who wrote it`;
  return new EngineError(
    `the stack "${stack}" is locked by ${holder}: another run is at work on it, or was killed`,
    `wait until it ends; if it is no more, run \`fleet cancel ${stack}\``,
    1,
  );
}

/** When a process began, in milliseconds since 1970; undefined where /proc does not tell. */
function processStart(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command, in parentheses, may hold spaces; field 22 counts from the pid.
    const ticks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
    const boot = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
    const start = boot * 1000 + ticks * 10;
    return Number.isFinite(start) ? start : undefined;
  } catch {
    return undefined;
  }
}

function username(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown");
  }
}
