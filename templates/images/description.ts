import { BuildError } from "./errors.js";

/** An image made on the machine from Debian packages and npm packages: the `build:` block of an `images` entry. */
export interface PackagesBuild {
  debian: {
    /** Debian release, by code name. Default: bookworm. */
    suite?: string;
    /** Debian packages, each a name or `name=version`; their hard dependencies come along, recommended ones do not. */
    packages: string[];
  };
  /** Exact Node version, as npm's `node` package has it. Needed when `npm` is given. */
  node?: string;
  /** npm packages by exact version. Each is installed on its own under /opt/<name>; its commands are on PATH. */
  npm?: Record<string, string>;
  /** npm `overrides` for the packages above (https://docs.npmjs.com/cli/configuring-npm/package-json#overrides). */
  npmOverrides?: Record<string, string>;
  /** Uid and gid of the image's user. Default: 1000. */
  user?: number;
}

/** What {@link PackagesBuild} means once defaults are filled in and order no longer matters. */
export interface NormalBuild {
  suite: string;
  packages: string[];
  node: string | null;
  npm: [name: string, version: string][];
  npmOverrides: [name: string, version: string][];
  user: number;
}

export interface ImageRequest {
  name: string;
  build: PackagesBuild;
}

const DEFAULT_SUITE = "bookworm";
const DEFAULT_USER = 1000;

const IMAGE_NAME = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const SUITE = /^[a-z][a-z0-9-]*$/;
const DEBIAN_PACKAGE = /^[a-z0-9][a-z0-9+.-]+(?:=[A-Za-z0-9.+:~-]+)?$/;
const NPM_NAME = /^(?:@[a-z0-9-~][a-z0-9._~-]*\/)?[a-z0-9-~][a-z0-9._~-]*$/;
const EXACT_VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
/** An override may also name another package or a range. */
const OVERRIDE = /^[A-Za-z0-9@:/._~^<>=|* +-]+$/;

/** Reads FLEET_IMAGE. @throws BuildError naming the field that is wrong. */
export function parseRequest(json: string | undefined): ImageRequest {
  const example = `FLEET_IMAGE='{"name":"web","build":{"debian":{"packages":["caddy"]}}}'`;
  if (!json) throw new BuildError("FLEET_IMAGE is not set: it describes the image to build", `For example ${example}`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new BuildError(`FLEET_IMAGE is not JSON: ${(error as Error).message}`, `For example ${example}`);
  }
  const request = record(value, "FLEET_IMAGE");
  const name = text(request.name, "name", IMAGE_NAME, "lower-case letters, digits and single . _ - between them");
  const build = record(request.build, "build") as unknown as PackagesBuild;
  normalize(build);
  return { name, build };
}

/** Fills the defaults and sorts, so that two ways to write the same image are one image. @throws BuildError */
export function normalize(build: PackagesBuild): NormalBuild {
  const unknown = Object.keys(build).find((key) => !["debian", "node", "npm", "npmOverrides", "user"].includes(key));
  if (unknown) throw new BuildError(`build.${unknown} is not known`, "Known: debian, node, npm, npmOverrides, user");
  const debian = record(build.debian, "build.debian");
  const suite = text(debian.suite ?? DEFAULT_SUITE, "build.debian.suite", SUITE, "a Debian code name such as bookworm");
  if (!Array.isArray(debian.packages)) throw new BuildError("build.debian.packages is not a list of package names");
  const packages = debian.packages.map((name, index) =>
    text(name, `build.debian.packages[${index}]`, DEBIAN_PACKAGE, "a Debian package name, or name=version"),
  );
  const node =
    build.node === undefined || build.node === null
      ? null
      : text(build.node, "build.node", EXACT_VERSION, "an exact version such as 24.21.0");
  const npm = versions(build.npm, "build.npm", EXACT_VERSION, "an exact version, so that a build can be repeated");
  if (npm.length > 0 && node === null) {
    throw new BuildError("build.npm needs build.node: npm packages run on a Node", "Add for example node: 24.21.0");
  }
  const npmOverrides = versions(
    build.npmOverrides,
    "build.npmOverrides",
    OVERRIDE,
    "an npm version or npm:<package>@<v>",
  );
  const user = build.user ?? DEFAULT_USER;
  if (!Number.isInteger(user) || user < 1 || user > 65533) {
    throw new BuildError(`build.user is ${JSON.stringify(user)}: it must be a uid from 1 to 65533 (0 is root)`);
  }
  return { suite, packages: [...new Set(packages)].sort(), node, npm, npmOverrides, user };
}

function versions(value: unknown, path: string, pattern: RegExp, expected: string): [string, string][] {
  if (value === undefined || value === null) return [];
  return Object.entries(record(value, path))
    .map(([name, version]): [string, string] => [
      text(name, `${path}: ${JSON.stringify(name)}`, NPM_NAME, "an npm package name"),
      text(version, `${path}.${name}`, pattern, expected),
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function record(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new BuildError(`${path} is ${value === undefined ? "missing" : "not a mapping"}`);
}

function text(value: unknown, path: string, pattern: RegExp, expected: string): string {
  if (typeof value === "string" && pattern.test(value)) return value;
  throw new BuildError(`${path} is ${value === undefined ? "missing" : JSON.stringify(value)}: expected ${expected}`);
}
