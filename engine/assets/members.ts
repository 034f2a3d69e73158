import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { EngineError } from "../errors.js";
import { Archive, type Asset } from "../values.js";
import { archiveFormat } from "./formats.js";
import { readTar } from "./tar-reader.js";
import { readZip } from "./zip-reader.js";

/** A file within an archive. */
export interface Member {
  name: string;
  data: Buffer;
}

/** Gives what is behind a URI; it has been fetched before. */
export type Loader = (uri: string) => Buffer;

/** Pulumi's own files in a folder are no part of an archive. */
const BOOKKEEPING = ".pulumi";

/** The files of an archive in the order in which Pulumi packs them: sorted by name, nested archives in their places. */
export function* members(content: Archive["content"], root: string, load?: Loader): Generator<Member> {
  const { assets, path, uri } = content;
  if (assets !== undefined) {
    for (const name of Object.keys(assets).sort(byBytes)) {
      const item = assets[name] as Asset | Archive;
      if (!(item instanceof Archive)) yield { name, data: assetData(item.content, root, load) };
      else
        for (const member of members(item.content, root, load))
          yield { ...member, name: posix.join(name, member.name) };
    }
  } else if (path !== undefined) {
    const full = resolve(root, path);
    if (archiveFormat(path) !== undefined) yield* unpack(path, readFileSync(full));
    else if (statSync(full).isDirectory()) yield* filesBelow(full, "");
    else {
      throw new EngineError(
        `the archive ${path} is neither a folder nor a .tar, .tgz, .tar.gz, .zip or .jar file`,
        "make it a FileAsset if it is a file that is no archive",
        1,
      );
    }
  } else if (uri !== undefined && load !== undefined) yield* unpack(new URL(uri).pathname, load(uri));
}

function assetData({ text, path, uri }: Asset["content"], root: string, load?: Loader): Buffer {
  if (path !== undefined) return readFileSync(resolve(root, path));
  if (uri !== undefined && load !== undefined) return load(uri);
  return Buffer.from(text ?? "");
}

function* unpack(name: string, data: Buffer): Generator<Member> {
  const format = archiveFormat(name);
  const read = format === "zip" ? readZip(data) : readTar(format === "tar.gz" ? gunzipSync(data) : data);
  try {
    for (const member of read) yield { ...member, name: clean(member.name) };
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError(`the archive ${name} cannot be read: ${(error as Error).message}`, undefined, 1);
  }
}

/** Files below a folder. A link to a file counts as the file; one to a folder is left out. */
function* filesBelow(folder: string, prefix: string): Generator<Member> {
  for (const entry of readdirSync(join(folder, prefix)).sort(byBytes)) {
    if (entry === BOOKKEEPING) continue;
    const name = prefix === "" ? entry : `${prefix}/${entry}`;
    const full = join(folder, name);
    const found = lstatSync(full);
    if (found.isDirectory()) yield* filesBelow(folder, name);
    else if (!(found.isSymbolicLink() && statSync(full).isDirectory())) yield { name, data: readFileSync(full) };
  }
}

function clean(name: string): string {
  const normal = posix.normalize(name);
  return normal.length > 1 ? normal.replace(/\/$/, "") : normal;
}

/** As Go sorts text, which is not as JavaScript does. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
