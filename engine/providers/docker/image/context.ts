import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import { ProviderError } from "../../../provider.js";
import { type Ignores, parseDockerignore } from "./dockerignore.js";

/** A build context on disk: what is sent to the daemon, and what names its content. */
export interface BuildContext {
  folder: string;
  /** The Dockerfile's path in the tar. */
  dockerfile: string;
  entries: Entry[];
  /** Of a Dockerfile that lies outside the folder. */
  outside?: string;
}

interface Entry {
  /** Path in the context, `/` between parts. */
  path: string;
  kind: "file" | "folder" | "link";
  mode: number;
  size: number;
  target?: string;
}

const OUTSIDE_NAME = ".dockerfile.outside-context";

/**
 * Lists a context folder in a fixed order, without what its .dockerignore leaves out; the Dockerfile always stays.
 * `dockerfile` is relative to `base`.
 */
export async function openContext(
  folder: string,
  dockerfile: string | undefined,
  base = folder,
): Promise<BuildContext> {
  const root = resolve(folder);
  const stats = await lstat(root).catch(() => undefined);
  if (!stats?.isDirectory()) {
    throw new ProviderError(
      `the build context ${root} is ${stats ? "no folder" : "not there"}`,
      "correct build.context; a relative path counts from the program's folder",
    );
  }
  const file = dockerfile ? resolve(base, dockerfile) : join(root, "Dockerfile");
  if (!(await lstat(file).catch(() => undefined))) {
    throw new ProviderError(`there is no Dockerfile ${file}`, "create it, or correct build.dockerfile");
  }
  const path = relative(root, file);
  const isOutside = path.startsWith("..") || isAbsolute(path);
  const inside = isOutside ? OUTSIDE_NAME : path.split(sep).join("/");
  const ignores = await ignoresOf(root);
  const entries = await list(root, (entry) => entry !== inside && ignores(entry));
  return { folder: root, dockerfile: inside, entries, ...(isOutside ? { outside: file } : {}) };
}

async function ignoresOf(root: string): Promise<Ignores> {
  const text = await readFile(join(root, ".dockerignore"), "utf8").catch(() => "");
  return parseDockerignore(text);
}

async function list(root: string, ignores: Ignores): Promise<Entry[]> {
  const entries: Entry[] = [];
  const visit = async (folder: string): Promise<void> => {
    const names = await readdir(join(root, folder));
    for (const name of names.sort()) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const stats = await lstat(join(root, path));
      const mode = stats.mode & 0o7777;
      if (stats.isDirectory()) {
        // An ignored folder is still entered: a later `!` may keep something in it.
        if (!ignores(path)) entries.push({ path, kind: "folder", mode, size: 0 });
        await visit(path);
      } else if (ignores(path)) {
      } else if (stats.isSymbolicLink()) {
        entries.push({ path, kind: "link", mode: 0o777, size: 0, target: await readlink(join(root, path)) });
      } else if (stats.isFile()) {
        entries.push({ path, kind: "file", mode, size: stats.size });
      }
    }
  };
  await visit("");
  return entries;
}

/** A digest of everything that the build sees: paths, modes, link targets, contents. Times do not count. */
export async function contextDigest(context: BuildContext): Promise<string> {
  const hash = createHash("sha256").update(`dockerfile ${context.dockerfile}\n`);
  for (const entry of context.entries) {
    hash.update(JSON.stringify([entry.path, entry.kind, entry.mode, entry.target ?? ""]));
    if (entry.kind === "file") hash.update(await fileDigest(join(context.folder, entry.path)));
  }
  if (context.outside) hash.update(await fileDigest(context.outside));
  return hash.digest("hex");
}

async function fileDigest(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** The context as a tar. Owners and times are fixed, so that the daemon's cache sees contents only. */
export function tarOf(context: BuildContext): Readable {
  const tar = pack();
  fill(tar, context).then(
    () => tar.finalize(),
    (error) => tar.destroy(error as Error),
  );
  return tar as unknown as Readable;
}

async function fill(tar: Pack, context: BuildContext): Promise<void> {
  const fixed = { uid: 0, gid: 0, mtime: new Date(0) };
  for (const entry of context.entries) {
    const header = { ...fixed, name: entry.path, mode: entry.mode };
    if (entry.kind === "folder") tar.entry({ ...header, name: `${entry.path}/`, type: "directory" });
    else if (entry.kind === "link") tar.entry({ ...header, type: "symlink", linkname: entry.target ?? "" });
    else await pipeline(createReadStream(join(context.folder, entry.path)), tar.entry({ ...header, size: entry.size }));
  }
  if (context.outside) tar.entry({ ...fixed, name: OUTSIDE_NAME, mode: 0o644 }, await readFile(context.outside));
}
