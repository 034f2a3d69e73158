import { constants } from "node:fs";
import { access, copyFile, link, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { EngineError } from "../errors.js";

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** True for "there is no such file". */
export const isMissing = (error: unknown): boolean =>
  ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException)?.code ?? "");

/** What failed on disk, as an EngineError that says so; anything else is given back as it is. */
export function diskError(error: unknown, doing: string): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  const known: Record<string, [what: string, fix: string]> = {
    ENOSPC: ["no space is left on the device", "free some space and run the same command again"],
    EDQUOT: ["the disk quota is used up", "free some space and run the same command again"],
    EROFS: ["the file system is read-only", "mount it writable, or choose another backend with PULUMI_BACKEND_URL"],
    EACCES: ["permission denied", "run as the user who owns the state, or mend the permissions of the folder"],
    EPERM: ["operation not permitted", "run as the user who owns the state, or mend the permissions of the folder"],
    EIO: ["the device reports an input/output error", "check the disk, then run the same command again"],
    EISDIR: ["a folder is where a file should be", "move it away and run the same command again"],
    EEXIST: ["a file is where a folder should be", "move it away and run the same command again"],
    ENOTDIR: ["a file is where a folder should be", "move it away and run the same command again"],
    EMFILE: ["too many files are open", "raise the limit of open files (ulimit -n)"],
  };
  const cause = known[code ?? ""];
  if (!cause) return error;
  const place = path ? ` (${path})` : "";
  return new EngineError(
    `cannot ${doing}: ${cause[0]}${place}. The state on disk is as it was: nothing was changed in it`,
    cause[1],
    1,
  );
}

/** Makes a folder and those above it, private to the user; existing ones keep their mode. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  } catch (error) {
    if (!isMissing(error)) throw error;
    // Node says ENOENT for a recursive mkdir on a read-only file system: one step at a time tells the true cause.
    await makeFolderStepwise(folder);
  }
}

async function makeFolderStepwise(folder: string): Promise<void> {
  if (await exists(folder)) return;
  if (dirname(folder) !== folder) await makeFolderStepwise(dirname(folder));
  await mkdir(folder, { mode: FOLDER_MODE });
}

/**
 * Replaces a file so that a crash at any moment leaves either the old or the new content, on disk and not only in memory.
 * With `previous` the old content stays under that name.
 */
export async function writeAtomically(path: string, content: string | Buffer, previous?: string): Promise<void> {
  const temporary = `${path}.tmp-${process.pid}-${(serial++).toString(36)}`;
  try {
    await writeDurably(temporary, content);
    if (previous !== undefined) await keepPrevious(path, previous);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}
let serial = 0;

/** Gives the current content a second name. The file itself is never away, not even for a moment. */
async function keepPrevious(path: string, previous: string): Promise<void> {
  const temporary = `${previous}.tmp-${process.pid}-${(serial++).toString(36)}`;
  try {
    await link(path, temporary);
  } catch (error) {
    if (isMissing(error)) return;
    // Some file systems have no hard links.
    await copyFile(path, temporary, constants.COPYFILE_EXCL);
  }
  await rename(temporary, previous);
}

async function writeDurably(path: string, content: string | Buffer): Promise<void> {
  const file = await open(path, "wx", FILE_MODE);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the renames in a folder durable. Not every file system can: then the kernel's own order has to do. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/** True if the path exists, whatever it is. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
