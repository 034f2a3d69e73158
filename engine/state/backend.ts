import { readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import * as zlib from "node:zlib";
import { EngineError } from "../errors.js";
import { checkStackName } from "../project/project.js";
import { diskError, exists, isMissing, makeFolder, writeAtomically } from "./files.js";
import { backendFolder } from "./location.js";
import { acquireLock, isStale, type Lock, type LockInfo, readLocks, removeLocks } from "./lock.js";
import type { CheckpointSource } from "./serialize.js";
import { unixNano } from "./time.js";

export interface StackSummary {
  name: string;
  /** RFC 3339 of the last write; undefined for a stack that was only initialised. */
  lastUpdate?: string;
  resourceCount: number;
  /** True if a live run, or a lock that has to be cancelled by hand, holds the stack. */
  locked: boolean;
  /** Set if its state cannot be read. */
  damaged?: boolean;
}

/** A stack's state as it is stored; hand it to decodeCheckpoint as the source too. */
export interface LoadedCheckpoint extends CheckpointSource {
  text: string;
  path: string;
}

/** One run in a stack's history, as the Pulumi CLI shows it with `pulumi stack history`. */
export interface HistoryEntry {
  project: string;
  stack: string;
  kind: "preview" | "update" | "refresh" | "destroy" | "import";
  /** Seconds since 1970. */
  startTime: number;
  endTime: number;
  message: string;
  environment: Record<string, string>;
  /** Raw configuration, secrets as ciphertext: see rawConfig. */
  config: Record<string, unknown>;
  result: "succeeded" | "failed";
  resourceChanges: Record<string, number>;
}

/** Where stacks' states are kept. Every method throws EngineError for what the disk or the user causes. */
export interface Backend {
  readonly url: string;
  /** The folder that holds `.pulumi`. */
  readonly folder: string;
  /** The project's stacks by name. */
  listStacks(project: string): Promise<StackSummary[]>;
  /** Undefined if there is no such stack. */
  load(project: string, stack: string): Promise<LoadedCheckpoint | undefined>;
  /** Replaces the state; the former one stays beside it as `.bak`. */
  write(project: string, stack: string, text: string): Promise<void>;
  lock(project: string, stack: string): Promise<Lock>;
  /** The locks on a stack, those of dead processes included. */
  locks(project: string, stack: string): Promise<LockInfo[]>;
  /** Removes all locks of a stack and says whose they were. */
  cancel(project: string, stack: string): Promise<LockInfo[]>;
  writeHistory(entry: HistoryEntry, checkpointText: string): Promise<void>;
  /** Copies the present state into the folder of backups; undefined if there is none. */
  backup(project: string, stack: string): Promise<string | undefined>;
  /** Forgets a stack and its history; its last state stays as `.bak` and in the backups. */
  removeStack(project: string, stack: string): Promise<void>;
}

/**
 * Opens the backend of a URL; nothing is made on disk before the first write or lock.
 * `env.PULUMI_DIY_BACKEND_GZIP` has checkpoints compressed, as it has the real CLI do.
 */
export function openBackend(url: string, { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }): Backend {
  const compress = /^(1|t|true)$/i.test(env.PULUMI_DIY_BACKEND_GZIP ?? env.PULUMI_SELF_MANAGED_STATE_GZIP ?? "");
  return new FileBackend(url, backendFolder(url, cwd), compress);
}

/** Compressed forms in which the real CLI may have left a checkpoint. */
const FORMS = [".json", ".json.gz", ".json.zst"];
const META = "version: 1\n";

class FileBackend implements Backend {
  readonly #root: string;

  constructor(
    readonly url: string,
    readonly folder: string,
    private readonly compress: boolean,
  ) {
    this.#root = join(folder, ".pulumi");
  }

  async listStacks(project: string): Promise<StackSummary[]> {
    await this.#checkLayout();
    let names: string[];
    try {
      names = await readdir(this.#stacks(project));
    } catch (error) {
      if (isMissing(error)) return [];
      throw diskError(error, "list the stacks");
    }
    const stacks = new Set(
      names.flatMap((name) => FORMS.filter((form) => name.endsWith(form)).map((form) => name.slice(0, -form.length))),
    );
    return Promise.all([...stacks].sort().map((stack) => this.#summary(project, stack)));
  }

  async load(project: string, stack: string): Promise<LoadedCheckpoint | undefined> {
    checkStackName(stack);
    await this.#checkLayout();
    try {
      const path = await this.#newest(project, stack);
      if (path === undefined) return undefined;
      const text = await readText(path);
      const previous = `${path}.bak`;
      return {
        text,
        path,
        ...((await exists(previous)) && { previous }),
        ...((await exists(this.#backups(project, stack))) && { backups: this.#backups(project, stack) }),
      };
    } catch (error) {
      throw diskError(error, `read the state of "${stack}"`);
    }
  }

  async write(project: string, stack: string, text: string): Promise<void> {
    checkStackName(stack);
    try {
      await this.#prepare();
      const folder = this.#stacks(project);
      await makeFolder(folder);
      const form = this.compress ? ".json.gz" : ".json";
      const path = join(folder, stack + form);
      await writeAtomically(path, this.compress ? zlib.gzipSync(text) : text, `${path}.bak`);
      // The sidecar of the CLI's blob library describes the former content, and another form of the file is out of date.
      await rm(`${path}.attrs`, { force: true });
      for (const other of FORMS.filter((name) => name !== form)) await setAside(join(folder, stack + other));
    } catch (error) {
      throw diskError(error, `write the state of "${stack}"`);
    }
  }

  async lock(project: string, stack: string): Promise<Lock> {
    checkStackName(stack);
    try {
      await this.#prepare();
    } catch (error) {
      throw diskError(error, `lock the stack "${stack}"`);
    }
    const lock = await acquireLock(this.#locks(project, stack), stack);
    await this.#removeLeftovers(project, stack);
    return lock;
  }

  async locks(project: string, stack: string): Promise<LockInfo[]> {
    checkStackName(stack);
    return readLocks(this.#locks(project, stack));
  }

  async cancel(project: string, stack: string): Promise<LockInfo[]> {
    checkStackName(stack);
    return removeLocks(this.#locks(project, stack));
  }

  async writeHistory(entry: HistoryEntry, checkpointText: string): Promise<void> {
    checkStackName(entry.stack);
    const { project, stack, kind, startTime, endTime, message, environment, config, result, resourceChanges } = entry;
    const folder = this.#history(project, stack);
    const base = join(folder, `${stack}-${unixNano()}`);
    const update = { kind, startTime, message, environment, config, version: 0, result, endTime, resourceChanges };
    try {
      await makeFolder(folder);
      await writeAtomically(`${base}.history.json`, JSON.stringify(update, undefined, 4));
      await writeAtomically(`${base}.checkpoint.json`, checkpointText);
    } catch (error) {
      throw diskError(error, `write the history of "${stack}"`);
    }
  }

  async backup(project: string, stack: string): Promise<string | undefined> {
    const loaded = await this.load(project, stack);
    if (loaded === undefined) return undefined;
    const folder = this.#backups(project, stack);
    const path = join(folder, `${stack}.${unixNano()}.json`);
    try {
      await makeFolder(folder);
      await writeAtomically(path, loaded.text);
    } catch (error) {
      throw diskError(error, `back up the state of "${stack}"`);
    }
    return path;
  }

  async removeStack(project: string, stack: string): Promise<void> {
    checkStackName(stack);
    try {
      const folder = this.#stacks(project);
      for (const form of FORMS) {
        await setAside(join(folder, stack + form));
        await rm(join(folder, `${stack}${form}.attrs`), { force: true });
      }
      await rm(this.#history(project, stack), { recursive: true, force: true });
    } catch (error) {
      throw diskError(error, `remove the stack "${stack}"`);
    }
  }

  async #summary(project: string, name: string): Promise<StackSummary> {
    const locks = await readLocks(this.#locks(project, name));
    const locked = locks.some((lock) => !isStale(lock));
    try {
      const { text } = (await this.load(project, name))!;
      const root = JSON.parse(text);
      const latest = root.checkpoint?.latest ?? {};
      return { name, lastUpdate: latest.manifest?.time, resourceCount: latest.resources?.length ?? 0, locked };
    } catch {
      return { name, resourceCount: 0, locked, damaged: true };
    }
  }

  /** Half-written files of runs that were killed. Only asked by the holder of the lock: nobody else is writing. */
  async #removeLeftovers(project: string, stack: string): Promise<void> {
    const names = await readdir(this.#stacks(project)).catch(() => [] as string[]);
    for (const name of names) {
      if (!name.startsWith(`${stack}.json`) || !name.includes(".tmp-")) continue;
      await rm(join(this.#stacks(project), name), { force: true }).catch(() => {});
    }
  }

  async #newest(project: string, stack: string): Promise<string | undefined> {
    let newest: { path: string; time: number } | undefined;
    for (const form of FORMS) {
      const path = join(this.#stacks(project), stack + form);
      const info = await stat(path).catch((error) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
      if (info && (!newest || info.mtimeMs > newest.time)) newest = { path, time: info.mtimeMs };
    }
    return newest?.path;
  }

  /** Makes the root and its version file if this is the first use. */
  async #prepare(): Promise<void> {
    if (await this.#checkLayout()) return;
    await makeFolder(this.#root);
    await writeAtomically(join(this.#root, "meta.yaml"), META);
  }

  /** True if the version file is there. Throws EngineError for layouts of other versions. */
  async #checkLayout(): Promise<boolean> {
    const path = join(this.#root, "meta.yaml");
    let text: string | undefined;
    try {
      text = await readFile(path, "utf8");
    } catch (error) {
      if (!isMissing(error)) throw diskError(error, "read the backend");
    }
    if (text === undefined) {
      const names = await readdir(join(this.#root, "stacks")).catch(() => [] as string[]);
      if (!names.some((name) => name.endsWith(".json"))) return false;
    }
    const version = text === undefined ? "0" : /^version:\s*(\d+)\s*$/m.exec(text)?.[1];
    if (version === "1") return true;
    if (version === "0") {
      throw new EngineError(
        `the backend ${this.url} still has the layout without project folders`,
        "run `pulumi state upgrade` once with the real Pulumi CLI",
      );
    }
    throw new EngineError(
      `${path}: ${version === undefined ? "is damaged" : `the backend has layout ${version}`}; this engine knows layout 1`,
      version === undefined ? "write the line `version: 1` into it" : "use a newer release of this engine",
    );
  }

  #stacks = (project: string): string => join(this.#root, "stacks", project);
  #locks = (project: string, stack: string): string => join(this.#root, "locks", "organization", project, stack);
  #history = (project: string, stack: string): string => join(this.#root, "history", project, stack);
  #backups = (project: string, stack: string): string => join(this.#root, "backups", project, stack);
}

/** Renames a file to `.bak`, if it is there. */
async function setAside(path: string): Promise<void> {
  await rename(path, `${path}.bak`).catch((error) => {
    if (!isMissing(error)) throw error;
  });
}

async function readText(path: string): Promise<string> {
  const bytes = await readFile(path);
  if (path.endsWith(".gz")) return unpack(path, bytes, zlib.gunzipSync);
  if (!path.endsWith(".zst")) return bytes.toString("utf8");
  // In Node from 22.15 on.
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (bytes: Buffer) => Buffer };
  if (zstdDecompressSync) return unpack(path, bytes, zstdDecompressSync);
  throw new EngineError(
    `${path} is compressed with zstd, which Node ${process.versions.node} cannot read`,
    `use Node 22.15 or newer, or unpack it beside itself: zstd -d ${path}`,
  );
}

function unpack(path: string, bytes: Buffer, decompress: (bytes: Buffer) => Buffer): string {
  try {
    return decompress(bytes).toString("utf8");
  } catch (error) {
    throw new EngineError(
      `the state in ${path} is damaged: it cannot be unpacked (${(error as Error).message})`,
      `the state before the last write is ${path}.bak: copy it over ${path}`,
      1,
    );
  }
}
