/** A package-lock.json, as far as it matters here. https://docs.npmjs.com/cli/configuring-npm/package-lock-json */
interface Lock {
  packages?: Record<string, LockedPackage>;
}
interface LockedPackage {
  version?: string;
  resolved?: string;
  integrity?: string;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** A package that is another one in the other version. */
export interface PackageChange {
  name: string;
  before?: string;
  after?: string;
}

/**
 * Compares two lock files, which are read once. Gives what finds the differences among some packages and what those need; that gives
 * undefined if one of the files cannot be read, so that all may differ.
 */
export function comparePackages(before: string, after: string): (used: Set<string>) => PackageChange[] | undefined {
  const [old, now] = [before, after].map(readLock);
  return (used) => (old && now ? changesAmong(old, now, used) : undefined);
}

function changesAmong(
  old: Record<string, LockedPackage>,
  now: Record<string, LockedPackage>,
  used: Set<string>,
): PackageChange[] {
  const paths = new Set([...closure(old, used), ...closure(now, used)]);
  return [...paths]
    .filter((path) => identity(old[path]) !== identity(now[path]))
    .map((path) => ({
      name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
      before: old[path]?.version,
      after: now[path]?.version,
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function readLock(text: string): Record<string, LockedPackage> | undefined {
  try {
    return (JSON.parse(text) as Lock).packages;
  } catch {
    return undefined;
  }
}

/** Places in node_modules of the packages and of all that they need. */
function closure(packages: Record<string, LockedPackage>, names: Set<string>): Set<string> {
  const found = new Set<string>();
  const open = [...names].map((name) => ({ from: "", name }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const path = placeOf(packages, next.from, next.name);
    if (path === undefined || found.has(path)) continue;
    found.add(path);
    const { dependencies, peerDependencies, optionalDependencies } = packages[path]!;
    const needed = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies });
    open.push(...needed.map((name) => ({ from: path, name })));
  }
  return found;
}

/** Where Node finds a package that one in `from` asks for. */
function placeOf(packages: Record<string, LockedPackage>, from: string, name: string): string | undefined {
  for (let folder = from; ; ) {
    const path = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[path]) return path;
    if (folder === "") return undefined;
    const at = folder.lastIndexOf("/node_modules/");
    folder = at < 0 ? "" : folder.slice(0, at);
  }
}

const identity = (entry: LockedPackage | undefined): string =>
  entry ? `${entry.version} ${entry.integrity ?? entry.resolved ?? ""}` : "";
