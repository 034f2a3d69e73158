import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";
import tar from "tar-stream";
import type { NormalBuild } from "./description.js";
import { BuildError } from "./errors.js";
import { npmRecipes } from "./recipes.js";
import { ProgramError, runProgram } from "./run.js";

const LOCKS = fileURLToPath(new URL("./locks/", import.meta.url));
const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const TIMEOUT_MINUTES = 20;

/** An npm package with all that it needs, installed in a folder of the host that becomes /opt/<name>. */
export interface InstalledPackage {
  name: string;
  /** The folder with node_modules in it. */
  dir: string;
  /** Command name -> path inside `dir`. */
  bins: Record<string, string>;
  /** The package's own install scripts, in the order that npm runs them; not run yet. */
  scripts: string[];
}

/**
 * Fetches a Linux build of Node from npm, which checks it against the registry's digest. npm's `node` package only picks one
 * of these in an install script.
 *
 * @param arch "x64" or "arm64"
 * @returns the path of the program
 * @throws BuildError when npm has no such version
 */
export async function fetchNode(version: string, arch: string, workDir: string): Promise<string> {
  const spec = `node-linux-${arch}@${version}`;
  const dir = path.join(workDir, "node");
  fs.mkdirSync(dir);
  await npm(process.execPath, ["pack", spec, "--pack-destination", dir], dir, spec);
  const archive = fs.readdirSync(dir).find((name) => name.endsWith(".tgz"));
  if (!archive) throw new BuildError(`npm gave no file for ${spec}`);
  const program = path.join(dir, "bin");
  const extract = tar.extract();
  extract.on("entry", (header, stream, next) => {
    const target = header.name === "package/bin/node" ? fs.createWriteStream(program, { mode: 0o755 }) : null;
    if (target) pipeline(stream, target).then(() => next(), next);
    else stream.once("end", () => next()).resume();
  });
  await pipeline(fs.createReadStream(path.join(dir, archive)), createGunzip(), extract);
  if (!fs.existsSync(program)) throw new BuildError(`${spec} has no bin/node in it`, "Choose another build.node");
  return program;
}

/**
 * Installs one npm package with the host's npm, so that its registry, proxy, credentials and certificates are used as they
 * are and none comes near the daemon. npm runs on the image's own Node: which optional packages fit depends on it.
 * Install scripts stay off; the package's own run later, inside the image.
 */
export async function installPackage(
  build: NormalBuild,
  [name, version]: [string, string],
  node: string,
  workDir: string,
): Promise<InstalledPackage> {
  const recipe = npmRecipes[name]?.versions?.[version];
  const chosen = Object.fromEntries(build.npmOverrides);
  const overrides = { ...recipe?.overrides, ...chosen };
  const dir = path.join(workDir, "opt", name);
  fs.mkdirSync(dir, { recursive: true });
  const manifest = { name: "image", private: true, dependencies: { [name]: version }, overrides };
  fs.writeFileSync(path.join(dir, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  // Overrides of one's own make another tree than the one that is locked.
  const lock = Object.keys(chosen).length === 0 ? recipe?.lock : undefined;
  if (lock) fs.copyFileSync(lockFile(lock), path.join(dir, "package-lock.json"));
  const settings = path.join(PROJECT, ".npmrc");
  const ownSettings = path.join(dir, ".npmrc");
  if (fs.existsSync(settings)) fs.copyFileSync(settings, ownSettings);
  await npm(
    node,
    [
      lock ? "ci" : "install",
      "--ignore-scripts",
      "--omit=dev",
      "--no-audit",
      "--no-fund",
      ...(recipe?.legacyPeerDeps ? ["--legacy-peer-deps"] : []),
    ],
    dir,
    `${name}@${version}`,
  );
  // The first may hold a registry's token; the second says where each package came from, and nothing reads it.
  fs.rmSync(ownSettings, { force: true });
  fs.rmSync(path.join(dir, "node_modules/.package-lock.json"), { force: true });
  return describeInstalled(name, dir);
}

function lockFile(lock: { file: string; sha256: string }): string {
  const file = path.join(LOCKS, lock.file);
  const actual = createHash("sha256").update(fs.readFileSync(file)).digest("hex");
  if (actual !== lock.sha256) {
    throw new BuildError(
      `${file} is not the lock file that recipes.ts names`,
      "Restore it, or put its new SHA-256 there",
    );
  }
  return file;
}

function describeInstalled(name: string, dir: string): InstalledPackage {
  const root = path.join("node_modules", name);
  const manifest = JSON.parse(fs.readFileSync(path.join(dir, root, "package.json"), "utf8"));
  const bins: Record<string, string> =
    typeof manifest.bin === "string" ? { [name.split("/").pop()!]: manifest.bin } : (manifest.bin ?? {});
  const scripts = ["preinstall", "install", "postinstall"].flatMap((script) => manifest.scripts?.[script] ?? []);
  return {
    name,
    dir,
    bins: Object.fromEntries(Object.entries(bins).map(([bin, file]) => [bin, path.posix.join(root, file)])),
    scripts,
  };
}

async function npm(node: string, args: string[], cwd: string, what: string): Promise<void> {
  try {
    await runProgram(node, [npmCli(), ...args], { cwd, env: npmEnvironment(node), timeoutMinutes: TIMEOUT_MINUTES });
  } catch (error) {
    throw error instanceof ProgramError ? explain(error, what) : error;
  }
}

/** npm's own program, so that it can be run on another Node than the one it came with. */
function npmCli(): string {
  const besideNode = path.join(path.dirname(process.execPath), "../lib/node_modules/npm/bin/npm-cli.js");
  const onPath = (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter(Boolean)
    .map((dir) => path.join(dir, "npm"));
  for (const candidate of [process.env.npm_execpath, besideNode, ...onPath]) {
    if (!candidate || !fs.existsSync(candidate)) continue;
    const real = fs.realpathSync(candidate);
    if (path.basename(real) === "npm-cli.js") return real;
  }
  throw new BuildError(
    "npm is not installed: it fetches Node and the npm packages of the image",
    "Install Node with npm",
  );
}

/** Settings that an outer npm hands down and that would change where or what this one installs. */
const FOREIGN_SETTING =
  /^npm_(?:package|lifecycle|command|execpath|node_execpath|config_(?:prefix|local_prefix|global|location|workspaces?|include.*|omit|production|dry_run|package_lock.*|save.*|only|ignore_scripts|force|legacy_peer_deps|loglevel|silent|quiet|verbose|json))/i;

/** The environment of npm: the host's, with the system's certificates where Node is told of none. */
function npmEnvironment(node: string): NodeJS.ProcessEnv {
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !FOREIGN_SETTING.test(key)));
  delete env.NODE_OPTIONS;
  delete env.NODE_ENV;
  env.PATH = `${path.dirname(node)}${path.delimiter}${env.PATH ?? ""}`;
  env.npm_config_update_notifier = "false";
  // Why it failed is read from what it says: also where an outer `npm run --silent`, or the user's settings, would have it say nothing.
  env.npm_config_loglevel = "warn";
  // The lock file stays in the image, to say what is in there; the registry's address is nobody's business.
  env.npm_config_omit_lockfile_registry_resolved = "true";
  env.NODE_EXTRA_CA_CERTS ??= [
    env.SSL_CERT_FILE,
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
  ].find((file) => file && fs.existsSync(file));
  return env;
}

function explain(error: ProgramError, what: string): Error {
  const text = error.tail
    .split("\n")
    .filter((line) => !/^npm warn|A complete log of this run/i.test(line))
    .join("\n");
  if (/\b(?:E404|ETARGET|ENOVERSIONS)\b/.test(text)) {
    const missing = /No matching version found for (\S+?)\.?(?:\s|$)/.exec(text)?.[1] ?? what;
    return new BuildError(
      `npm has no ${missing}${missing === what ? "" : ` (for ${what})`}:\n${text}`,
      `Choose a version that it has: npm view ${what.replace(/(?!^)@.*$/, "")} versions`,
    );
  }
  if (/\b(?:E401|E403|ENEEDAUTH)\b/.test(text)) {
    return new BuildError(`the npm registry refused ${what}:\n${text}`, "Log in to it: npm login, or mend ~/.npmrc");
  }
  if (/SELF_SIGNED_CERT|UNABLE_TO_(?:GET|VERIFY)|CERT_|DEPTH_ZERO/.test(text)) {
    return new BuildError(
      `npm does not trust the registry's certificate:\n${text}`,
      "Behind a TLS-inspecting proxy set NODE_EXTRA_CA_CERTS to a PEM file with its root certificate",
    );
  }
  if (/\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENETUNREACH)\b/.test(text)) {
    return new BuildError(
      `npm does not reach its registry for ${what}:\n${text}`,
      "Check the network, `npm config get registry` and the proxy settings",
    );
  }
  if (/\bENOSPC\b/.test(text)) return new BuildError(`the disk is full:\n${text}`, "Free some space and run it again");
  return error;
}
