import fs from "node:fs";
import path from "node:path";
import tar from "tar-stream";
import { SOURCE_DATE } from "./debian.js";
import type { InstalledPackage } from "./npm.js";

const MTIME = new Date(SOURCE_DATE * 1000);

/**
 * What goes on top of the Debian layer, as a tar stream: Node, the npm packages under /opt, their commands in /usr/local/bin.
 * All of it belongs to root, with times and modes that do not depend on who built it.
 */
export function packLayer(node: string, packages: InstalledPackage[]): NodeJS.ReadableStream {
  const pack = tar.pack();
  write(pack, node, packages).then(
    () => pack.finalize(),
    (error) => pack.destroy(error),
  );
  // The streams of tar-stream are not Node's own, and behave as they do.
  return pack as unknown as NodeJS.ReadableStream;
}

async function write(pack: tar.Pack, node: string, packages: InstalledPackage[]): Promise<void> {
  await addFile(pack, node, "usr/local/bin/node", 0o755);
  for (const { name, dir, bins } of packages) {
    const programs = new Set(Object.values(bins).map((file) => path.join(dir, file)));
    for (const scope of name.split("/").slice(0, -1)) await addFolder(pack, `opt/${scope}`);
    await addTree(pack, dir, `opt/${name}`, programs);
    for (const [bin, file] of Object.entries(bins)) {
      await add(pack, { name: `usr/local/bin/${bin}`, type: "symlink", linkname: `/opt/${name}/${file}`, mode: 0o777 });
    }
  }
}

async function addTree(pack: tar.Pack, from: string, to: string, programs: Set<string>): Promise<void> {
  await addFolder(pack, to);
  const entries = fs.readdirSync(from, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const source = path.join(from, entry.name);
    const target = `${to}/${entry.name}`;
    if (entry.isDirectory()) await addTree(pack, source, target, programs);
    else if (entry.isSymbolicLink()) {
      await add(pack, { name: target, type: "symlink", linkname: fs.readlinkSync(source), mode: 0o777 });
    } else if (entry.isFile()) {
      const executable = programs.has(source) || (fs.statSync(source).mode & 0o100) !== 0;
      await addFile(pack, source, target, executable ? 0o755 : 0o644);
    }
  }
}

const addFolder = (pack: tar.Pack, name: string) => add(pack, { name, type: "directory", mode: 0o755 });

const addFile = (pack: tar.Pack, source: string, name: string, mode: number) =>
  add(pack, { name, type: "file", mode }, fs.readFileSync(source));

/** Waits until the entry is taken, so that no more than one file is in memory. */
function add(pack: tar.Pack, header: Pick<tar.Header, "name"> & Partial<tar.Header>, content?: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const entry = { ...header, uid: 0, gid: 0, uname: "root", gname: "root", mtime: MTIME };
    const done = (error?: Error | null) => (error ? reject(error) : resolve());
    if (content) pack.entry(entry, content, done);
    else pack.entry(entry, done);
  });
}
