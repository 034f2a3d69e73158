import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Archive, Asset } from "../values.js";
import { archiveFormat } from "./formats.js";
import { type Loader, members } from "./members.js";
import { tarEnd, tarEntry } from "./tar-writer.js";

export const EMPTY_HASH = sha256("");

/** What an asset holds, hashed: sha256 in hex, as Pulumi has it. Undefined for what is elsewhere (`uri`). Paths are relative to `root`. */
export function assetHash(content: Asset["content"], root: string, load?: Loader): string | undefined {
  if (content.text !== undefined) return sha256(content.text);
  if (content.path !== undefined) return sha256(readFileSync(resolve(root, content.path)));
  if (content.uri !== undefined && load !== undefined) return sha256(load(content.uri));
  return content.uri === undefined ? EMPTY_HASH : undefined;
}

/**
 * What an archive holds, hashed as Pulumi does it: an archive file as it is; a folder or a map of assets as the tar of its files, in
 * which names and contents count, and nothing else. Undefined if some of it is elsewhere (`uri`) and there is no `load`.
 */
export function archiveHash(content: Archive["content"], root: string, load?: Loader): string | undefined {
  if (load === undefined && isRemote(content)) return undefined;
  if (content.path !== undefined && archiveFormat(content.path) !== undefined)
    return sha256(readFileSync(resolve(root, content.path)));
  if (content.uri !== undefined) return sha256((load as Loader)(content.uri));
  const hash = createHash("sha256");
  const seen = new Set<string>();
  for (const { name, data } of members(content, root, load)) {
    // The same file may come in twice, by itself and with a folder: the first one counts.
    if (seen.has(name)) continue;
    seen.add(name);
    for (const block of tarEntry(name, data)) hash.update(block);
  }
  return hash.update(tarEnd()).digest("hex");
}

/** True if a part of it must be fetched. */
export function isRemote(content: Archive["content"] | Asset["content"]): boolean {
  if (content.uri !== undefined) return true;
  const { assets = {} } = content as Archive["content"];
  return Object.values(assets).some((item) => isRemote(item.content));
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}
