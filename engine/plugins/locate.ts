import { access, constants, readdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import type { ProjectPlugin } from "../project/project.js";
import { suits } from "./preference.js";
import { compareVersions, parseVersion } from "./version.js";

/** Where plugins are looked for. */
export interface PluginPlaces {
  /** `plugins.providers` of Pulumi.yaml. */
  project: ProjectPlugin[];
  /** Folder of the program: its npm packages may bring plugins. */
  programDir: string;
  env: NodeJS.ProcessEnv;
}

export interface FoundPlugin {
  /** An executable, or the folder of a `PulumiPlugin.yaml`. */
  path: string;
  isFolder: boolean;
}

/**
 * Finds `pulumi-resource-<name>` as Pulumi does: what Pulumi.yaml names, PATH and the bins of the program's npm packages (unless
 * PULUMI_IGNORE_AMBIENT_PLUGINS is set), `$PULUMI_HOME/plugins/resource-<name>-v<version>`. There it is the version that is asked for, or
 * without one the newest, a release before a pre-release. Undefined if there is none.
 */
export async function locatePlugin(
  name: string,
  version: string | undefined,
  places: PluginPlaces,
): Promise<FoundPlugin | undefined> {
  const named = places.project.find((plugin) => plugin.name === name && suits(plugin.version, version));
  if (named !== undefined) return (await asPlugin(named.path, name)) ?? { path: named.path, isFolder: false };
  return (await ambient(name, places)) ?? (await cached(name, version, places));
}

async function ambient(name: string, { programDir, env }: PluginPlaces): Promise<FoundPlugin | undefined> {
  if (env.PULUMI_IGNORE_AMBIENT_PLUGINS) return undefined;
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  for (const folder of [...folders, ...npmBins(programDir)]) {
    const path = resolve(folder, `pulumi-resource-${name}`);
    if (await isExecutable(path)) return { path, isFolder: false };
  }
  return undefined;
}

/** `node_modules/.bin` of the program's folder and of those above it. */
function npmBins(programDir: string): string[] {
  const folders: string[] = [];
  for (let folder = resolve(programDir); ; folder = dirname(folder)) {
    folders.push(join(folder, "node_modules", ".bin"));
    if (dirname(folder) === folder) return folders;
  }
}

async function cached(
  name: string,
  version: string | undefined,
  { env }: PluginPlaces,
): Promise<FoundPlugin | undefined> {
  const cache = join(env.PULUMI_HOME || join(homedir(), ".pulumi"), "plugins");
  const entries: string[] = await readdir(cache).catch(() => []);
  const prefix = `resource-${name}-v`;
  const candidates = entries
    // A plugin with one of these beside it is not installed completely.
    .filter((entry) => entry.startsWith(prefix) && !entries.includes(`${entry}.partial`))
    .flatMap((folder) => {
      const parsed = parseVersion(folder.slice(prefix.length));
      return parsed === undefined ? [] : [{ folder, version: parsed }];
    });
  const wanted = version === undefined ? undefined : parseVersion(version);
  const suitable = candidates.filter((item) => wanted === undefined || compareVersions(item.version, wanted) === 0);
  const releases = suitable.filter((item) => item.version.pre.length === 0);
  const best = (releases.length > 0 ? releases : suitable)
    .sort((left, right) => compareVersions(left.version, right.version))
    .at(-1);
  return best && asPlugin(join(cache, best.folder), name);
}

/** The plugin in a folder, or that a file is. */
async function asPlugin(path: string, name: string): Promise<FoundPlugin | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (info?.isFile()) return { path, isFolder: false };
  if (!info?.isDirectory()) return undefined;
  const executable = join(path, `pulumi-resource-${name}`);
  if (await isExecutable(executable)) return { path: executable, isFolder: false };
  return { path, isFolder: true };
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
