import { createHash } from "node:crypto";
import { type NormalBuild, normalize, type PackagesBuild } from "./description.js";
import { debianFolders, npmRecipes } from "./recipes.js";

/** Goes up when the same description would give another image, so that old ones are built anew. */
const BUILDER_VERSION = 1;

const REPOSITORY = "fleet.local";

/**
 * The tag of an image on the daemon: `fleet.local/<name>:<hash of all that the image is made from>`. Pure: the same
 * description gives the same tag on every machine. What only serves the build (registry, proxy, certificates) has no part.
 */
export function imageTag(name: string, build: PackagesBuild): string {
  const normal = normalize(build);
  const npm = normal.npm.map(([pkg, version]) => {
    const recipe = npmRecipes[pkg];
    return { pkg, version, homeFolders: recipe?.homeFolders ?? [], ...recipe?.versions?.[version] };
  });
  return `${REPOSITORY}/${name}:${digest({ ...normal, npm, folders: foldersOf(normal) })}`;
}

/** The tag of the Debian layer alone, which images with the same packages share. */
export function baseTag(build: PackagesBuild): string {
  const { suite, packages } = normalize(build);
  return `${REPOSITORY}/base:${digest({ suite, packages })}`;
}

/** The folders outside the home that belong to the image's user. */
export function foldersOf(normal: NormalBuild): string[] {
  return normal.packages.flatMap((name) => debianFolders[name.split("=")[0]!] ?? []);
}

function digest(content: unknown): string {
  const canonical = JSON.stringify({ builder: BUILDER_VERSION, content: sorted(content) });
  return createHash("sha256").update(canonical).digest("hex").slice(0, 16);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}
