// The npm packages of a fresh clone. Node's own modules only.
import { spawn } from "node:child_process";
import { existsSync, linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A failure that the user can mend. */
export class InstallError extends Error {
  constructor(message, fix) {
    super(message);
    this.fix = fix;
  }
}

/**
 * True if node_modules holds what package-lock.json names. npm writes node_modules/.package-lock.json as the last thing of an
 * install, so an interrupted one does not count; and whoever ran `npm ci` by hand need not install again.
 */
export function installed(root) {
  const wanted = readLock(join(root, "package-lock.json"));
  const present = readLock(join(root, "node_modules/.package-lock.json"));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(
    ([path, entry]) => path === "" || entry.optional || entry.devOptional || present[path]?.version === entry.version,
  );
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** The running `npm ci`, so that no exit leaves it behind. */
let npm;

/** Installs the packages with `npm ci`. One process at a time: others wait, and find the work done. */
export async function install(root) {
  const lockFile = join(root, ".fleet-install.lock");
  const release = await lock(lockFile);
  const end = (signal) => {
    npm?.kill(signal);
    release();
    process.kill(process.pid, signal);
  };
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  try {
    // npm outlives this process when that is killed: the lock names both.
    const started = (pid) => writeFileSync(lockFile, `${process.pid} ${pid}`);
    if (!installed(root)) await runNpm(root, started);
  } finally {
    process.off("SIGINT", end);
    process.off("SIGTERM", end);
    release();
  }
}

async function lock(path) {
  let told = false;
  for (;;) {
    try {
      writeFileSync(path, `${process.pid}`, { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") {
        throw new InstallError(
          `cannot write ${path}: ${error.code}`,
          "make this folder writable, or run `npm ci` in it as the user that owns it",
        );
      }
    }
    const holder = readHolder(path);
    if (holder && !holder.split(" ").map(Number).some(alive)) {
      takeAway(path, holder);
      continue;
    }
    if (!told)
      process.stderr.write(
        `Another process (${holder.split(" ")[0] || "?"}) is installing the npm packages: waiting for it\n`,
      );
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

function readHolder(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Removes the lock of a dead process, and only that: what was moved aside by mistake is put back. */
function takeAway(path, holder) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (readHolder(aside) !== holder) linkSync(aside, path);
    unlinkSync(aside);
  } catch {
    // Another process was faster.
  }
}

async function runNpm(root, started) {
  const paths = Object.entries(readLock(join(root, "package-lock.json")) ?? {})
    .filter(([path, entry]) => path !== "" && forThisMachine(entry))
    .map(([path]) => join(root, path, "package.json"));
  const total = paths.length;
  const begin = Date.now();
  const seconds = () => Math.round((Date.now() - begin) / 1000);
  const tty = process.stderr.isTTY;
  process.stderr.write(`Installing ${total} npm packages (this happens once)${tty ? "" : "\n"}`);

  // Install scripts stay off: nothing that we use needs them, and they are how npm packages attack.
  npm = spawn("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    // Under `npm test` the outer npm's settings would be taken for this one's. Why it fails is read from what it says: never silent.
    env: {
      ...Object.fromEntries(
        Object.entries(process.env).filter(([key]) => !/^npm_(command|lifecycle|package)_/.test(key)),
      ),
      npm_config_loglevel: "warn",
    },
  });
  if (npm.pid) started(npm.pid);
  let output = "";
  const keep = (chunk) => {
    output = (output + chunk).slice(-20_000);
  };
  npm.stdout.on("data", keep);
  npm.stderr.on("data", keep);

  const timer = setInterval(
    () => {
      const line = `Installing npm packages: ${paths.filter((path) => existsSync(path)).length} of ${total}, ${seconds()} s`;
      process.stderr.write(tty ? `\r${line}\x1b[K` : `${line}\n`);
    },
    tty ? 500 : 10_000,
  );
  const code = await new Promise((resolve) => {
    npm.once("error", (error) => {
      output += error.code === "ENOENT" ? "npm is not installed" : error.message;
      resolve(127);
    });
    npm.once("close", (status, signal) => resolve(status ?? signal));
  });
  clearInterval(timer);
  process.stderr.write(tty ? "\r\x1b[K" : "");
  if (code === 0 && installed(root)) {
    process.stderr.write(`Installed ${total} npm packages in ${seconds()} s\n`);
    return;
  }
  throw explain(code, output);
}

/** Packages that carry programs are published once for each platform. */
function forThisMachine(entry) {
  const fits = (list, name) =>
    !list || list.includes(name) || list.some((item) => item.startsWith("!") && item !== `!${name}`);
  return fits(entry.os, process.platform) && fits(entry.cpu, process.arch);
}

const CAUSES = [
  [
    /npm is not installed/,
    "npm is not installed",
    "install npm (it comes with Node.js; on Debian: apt-get install npm), then run this again",
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT/,
    "the npm registry cannot be reached",
    "check the network, HTTPS_PROXY and `npm config get registry`, then run this again",
  ],
  [
    /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|CERT_/,
    "the npm registry's certificate is not trusted here",
    "behind an inspecting proxy, name its root certificate in NODE_EXTRA_CA_CERTS, then run this again",
  ],
  [/ENOSPC/, "the disk is full", "free some space (about 400 MB are needed), then run this again"],
  [/EACCES|EPERM|EROFS/, "node_modules cannot be written", "run this as the user that owns this folder"],
  [
    /E40[134]|ETARGET/,
    "the npm registry refused a package",
    "check `npm config get registry` and that you may read from it, then run this again",
  ],
];

function explain(code, output) {
  const lines = output
    .split("\n")
    .filter((line) => /^npm (error|ERR!)/.test(line) && !/debug-\d|complete log/.test(line))
    .slice(0, 6)
    .map((line) => `    ${line}`);
  const detail = lines.length > 0 ? `\n${lines.join("\n")}` : "";
  const cause = CAUSES.find(([pattern]) => pattern.test(output));
  if (cause) return new InstallError(`the npm packages could not be installed: ${cause[1]}${detail}`, cause[2]);
  return new InstallError(
    `the npm packages could not be installed: npm ci ended with ${code}${detail}`,
    "run `npm ci` in this folder to see why",
  );
}
