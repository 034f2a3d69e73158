import { readFile } from "node:fs/promises";
import { EngineError } from "../errors.js";
import { Archive, Asset, isPropertyMap, type PropertyMap, type PropertyValue, Secret } from "../values.js";
import { archiveFormat } from "./formats.js";
import { archiveHash, assetHash, isRemote } from "./hash.js";

/**
 * Fetches what the assets and archives in a map have elsewhere (`uri`) and gives them the hashes of that, so that a change
 * there is seen. Relative paths are taken from `root`. Throws EngineError for what cannot be fetched.
 */
export async function withRemoteHashes(map: PropertyMap, root: string, signal: AbortSignal): Promise<PropertyMap> {
  const uris = new Set<string>();
  for (const value of Object.values(map)) collect(value, uris);
  if (uris.size === 0) return map;
  const fetched = new Map(
    await Promise.all([...uris].map(async (uri) => [uri, await get(uri, signal)] as [string, Buffer])),
  );
  return hashed(map, root, (uri) => fetched.get(uri) as Buffer) as PropertyMap;
}

function collect(value: PropertyValue, uris: Set<string>): void {
  if (value instanceof Secret) collect(value.value, uris);
  else if (Array.isArray(value)) for (const item of value) collect(item, uris);
  else if (value instanceof Archive || value instanceof Asset) {
    if (value.hash !== undefined) return;
    const { uri } = value.content;
    if (uri !== undefined) {
      if (value instanceof Archive && archiveFormat(pathOf(uri)) === undefined)
        throw new EngineError(`${uri} is no archive by its name`, "name a .tar, .tgz, .tar.gz, .zip or .jar file", 1);
      uris.add(uri);
    } else if (value instanceof Archive)
      for (const item of Object.values(value.content.assets ?? {})) collect(item, uris);
  } else if (isPropertyMap(value)) for (const item of Object.values(value)) collect(item, uris);
}

function hashed(value: PropertyValue, root: string, load: (uri: string) => Buffer): PropertyValue {
  if (value instanceof Secret) return new Secret(hashed(value.value, root, load), value.ciphertext);
  if (Array.isArray(value)) return value.map((item) => hashed(item, root, load));
  if (value instanceof Asset) {
    return value.hash === undefined && isRemote(value.content)
      ? new Asset(value.content, assetHash(value.content, root, load))
      : value;
  }
  if (value instanceof Archive) {
    if (value.hash !== undefined || !isRemote(value.content)) return value;
    const assets = value.content.assets && (hashed(value.content.assets, root, load) as Archive["content"]["assets"]);
    return new Archive({ ...value.content, ...(assets && { assets }) }, archiveHash(value.content, root, load));
  }
  if (!isPropertyMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hashed(item, root, load)]));
}

async function get(uri: string, signal: AbortSignal): Promise<Buffer> {
  const failed = (why: string) => new EngineError(`the asset ${shown(uri)} cannot be fetched: ${why}`, undefined, 1);
  try {
    const url = new URL(uri);
    if (url.protocol === "file:") return await readFile(url);
    if (url.protocol !== "http:" && url.protocol !== "https:") throw failed(`${url.protocol} is not known`);
    const response = await fetch(url, { signal });
    if (!response.ok) throw failed(`the server says ${response.status} ${response.statusText}`.trim());
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const { message, cause } = error as Error;
    throw failed(cause instanceof Error ? `${message}, ${cause.message}` : message);
  }
}

function pathOf(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).pathname : uri;
}

/** Without a name and password, or a query that may hold a key. */
function shown(uri: string): string {
  if (!URL.canParse(uri)) return uri;
  const { protocol, host, pathname } = new URL(uri);
  return `${protocol}//${host}${pathname}`;
}
