import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { hostAptOptions, hostSources } from "./apt.js";
import type { NormalBuild } from "./description.js";
import { BuildError } from "./errors.js";
import { ProgramError, type RunOptions, runProgram } from "./run.js";

const MIRROR = "http://deb.debian.org/debian";
const SECURITY_MIRROR = "http://security.debian.org/debian-security";
const ROLLING = ["sid", "unstable", "experimental"];

/** Times inside the image are cut to this one, so that the same packages give the same files (seconds since 1970). */
export const SOURCE_DATE = 1_704_067_200;

/** mmdebstrap takes 20 s on a quiet machine; a mirror that stalls must not hold a run up for ever. */
const TIMEOUT_MINUTES = 20;

/**
 * Makes a minimal Debian root file system with the packages, as a tar file. The host's apt settings (mirror, proxy,
 * certificates) serve the download only; the result names Debian's own mirror and nothing of the host.
 *
 * @throws BuildError where mmdebstrap is missing, or a package does not exist
 */
export async function makeRootfs(build: NormalBuild, workDir: string, detail: (text: string) => void): Promise<string> {
  requireMmdebstrap();
  const tar = path.join(workDir, "rootfs.tar");
  const options = path.join(workDir, "apt.conf");
  fs.writeFileSync(options, hostAptOptions(), { mode: 0o600 });
  const run: RunOptions = {
    env: {
      ...process.env,
      LC_ALL: "C.UTF-8",
      SOURCE_DATE_EPOCH: String(SOURCE_DATE),
      // As root its temporary files go where a later run finds them; otherwise they must be where a mapped user gets to.
      ...(process.getuid?.() === 0 ? { TMPDIR: workDir } : {}),
    },
    onLine: (line) => {
      const step = /^I: (.*?)\.*$/.exec(line)?.[1];
      if (step) detail(step);
    },
    timeoutMinutes: TIMEOUT_MINUTES,
  };
  try {
    await runProgram(
      "mmdebstrap",
      [
        "--variant=minbase",
        "--format=tar",
        ...(build.packages.length > 0 ? [`--include=${build.packages.join(",")}`] : []),
        // Files, not values: a proxy's password must not stand on a command line.
        `--aptopt=${options}`,
        "--dpkgopt=path-exclude=/usr/share/man/*",
        "--dpkgopt=path-exclude=/usr/share/doc/*",
        "--dpkgopt=path-include=/usr/share/doc/*/copyright",
        `--customize-hook=${cleanHook(build.suite)}`,
        build.suite,
        tar,
        ...mirror(build.suite, workDir),
      ],
      run,
    );
  } catch (error) {
    throw explain(error, build);
  }
  return tar;
}

/** @throws BuildError where the machine cannot make a Debian image, with what to do instead. */
export function requireMmdebstrap(): void {
  if (process.platform !== "linux") {
    throw new BuildError(
      "an image can be built from Debian packages on Debian or Ubuntu only, and it is not on the daemon yet",
      "Use an image reference (from: ghcr.io/...) or build: {context: ...}, or build it on a Debian machine",
    );
  }
  try {
    execFileSync("mmdebstrap", ["--version"], { stdio: "ignore" });
  } catch {
    throw new BuildError(
      "mmdebstrap is not installed: it makes the Debian part of the image",
      fs.existsSync("/usr/bin/apt-get")
        ? "Install it with: apt-get install mmdebstrap debian-archive-keyring   (./fleet up --setup does it for you)"
        : "Use an image reference (from: ghcr.io/...) instead, or run this on Debian or Ubuntu",
    );
  }
}

/** Run on the host with the new root as $1: takes out what mmdebstrap copied from the host and its apt settings. */
function cleanHook(suite: string): string {
  const lines = ROLLING.includes(suite)
    ? [`deb ${MIRROR} ${suite} main`]
    : [
        `deb ${MIRROR} ${suite} main`,
        `deb ${MIRROR} ${suite}-updates main`,
        `deb ${SECURITY_MIRROR} ${suite}-security main`,
      ];
  return [
    "set -e",
    'rm -f "$1"/etc/apt/apt.conf.d/99mmdebstrap "$1"/etc/apt/sources.list.d/*',
    `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")} > "$1"/etc/apt/sources.list`,
    ': > "$1"/etc/resolv.conf',
    ': > "$1"/etc/hostname',
  ].join("; ");
}

/** Where the packages come from: FLEET_DEBIAN_MIRROR, else the host's own mirror of that release, else Debian's. */
function mirror(suite: string, workDir: string): string[] {
  const chosen = process.env.FLEET_DEBIAN_MIRROR;
  const sources = chosen
    ? [`deb ${chosen} ${suite} main`]
    : hostSources([suite, `${suite}-updates`, `${suite}-security`]);
  if (sources.length === 0) return [];
  const file = path.join(workDir, "host.list");
  fs.writeFileSync(file, `${sources.join("\n")}\n`, { mode: 0o600 });
  return [file];
}

function explain(error: unknown, build: NormalBuild): unknown {
  if (!(error instanceof ProgramError)) return error;
  const unknown = /Unable to locate package (\S+)/.exec(error.tail)?.[1];
  if (unknown) {
    return new BuildError(
      `Debian ${build.suite} has no package ${unknown}`,
      "Look it up on https://packages.debian.org and mend debian.packages",
    );
  }
  const version = /Version '([^']+)' for '([^']+)' was not found/.exec(error.tail);
  if (version) {
    return new BuildError(
      `Debian ${build.suite} has no ${version[2]} in version ${version[1]}`,
      "Leave the version out",
    );
  }
  if (/NO_PUBKEY|no keyring|not signed|signatures couldn't be verified/i.test(error.tail)) {
    return new BuildError(error.message, "Install Debian's keys: apt-get install debian-archive-keyring");
  }
  if (
    /Could not resolve|Temporary failure|Failed to fetch|Connection (?:failed|timed out|refused)|404 +Not Found/i.test(
      error.tail,
    )
  ) {
    return new BuildError(
      error.message,
      "The Debian mirror did not answer: check the network and http_proxy, or set FLEET_DEBIAN_MIRROR to one that does",
    );
  }
  if (/newuidmap|subuid|unshare|Operation not permitted/i.test(error.tail)) {
    return new BuildError(error.message, "Run as root, or install uidmap and give your user a range in /etc/subuid");
  }
  return error;
}
