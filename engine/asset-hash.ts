import { createHash, type Hash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Archive, Asset } from "./values.js";

/** What an asset holds, hashed: sha256 in hex, as Pulumi has it. Undefined for what is elsewhere (`uri`). Paths are relative to `root`. */
export function assetHash(content: Asset["content"], root: string): string | undefined {
  if (content.text !== undefined) return sha256().update(content.text).digest("hex");
  if (content.path !== undefined)
    return sha256()
      .update(readFileSync(resolve(root, content.path)))
      .digest("hex");
  return undefined;
}

/**
 * What an archive holds, hashed over names and contents, so that a changed file is seen as a change. An archive file is hashed as it
 * is. Not the hash that Pulumi has for folders, which is one over a tar of them.
 */
export function archiveHash(content: Archive["content"], root: string): string | undefined {
  if (content.assets !== undefined) {
    const hash = sha256();
    for (const [name, item] of Object.entries(content.assets).sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (item.hash === undefined) return undefined;
      entry(hash, name, item.hash);
    }
    return hash.digest("hex");
  }
  if (content.path === undefined) return undefined;
  const path = resolve(root, content.path);
  if (!statSync(path).isDirectory()) return sha256().update(readFileSync(path)).digest("hex");
  const hash = sha256();
  for (const name of filesBelow(path))
    entry(
      hash,
      name,
      sha256()
        .update(readFileSync(join(path, name)))
        .digest("hex"),
    );
  return hash.digest("hex");
}

/** Files below a folder, relative and sorted; links are followed, as an archiver would. */
function filesBelow(folder: string, prefix = ""): string[] {
  const names = readdirSync(join(folder, prefix)).sort();
  return names.flatMap((name) => {
    const path = prefix === "" ? name : `${prefix}/${name}`;
    return statSync(join(folder, path)).isDirectory() ? filesBelow(folder, path) : [path];
  });
}

function entry(hash: Hash, name: string, content: string): void {
  hash.update(JSON.stringify([name, content]));
}

const sha256 = (): Hash => createHash("sha256");
