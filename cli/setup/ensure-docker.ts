import fs from "node:fs";
import { FleetError } from "../errors.js";
import { installPackages } from "./apt.js";
import { type DockerStatus, dockerStatus, installAdvice, startAdvice } from "./docker-status.js";
import { startDocker } from "./dockerd.js";
import { findProgram, isDebian, isRoot } from "./host.js";

export interface EnsureDockerOptions {
  /** Whether the user has agreed to changes of the system (`--yes`). Without it, what would be done is asked or refused. */
  yes: boolean;
  /** Called with one line at a time. */
  report: (line: string) => void;
  /** Asks whether to go on; used without `yes`. Default: nobody is there to ask, which is a no. */
  confirm?: (question: string) => Promise<boolean>;
  /** Whether Docker is needed on this computer. Default: true. */
  docker?: boolean;
  /** Whether images are built from packages too, which needs mmdebstrap. Default: true. */
  images?: boolean;
}

/** docker.io recommends these, and without recommendations they would be missing: networks need them. */
const DOCKER_PACKAGES = ["docker.io", "iproute2", "iptables"];
const IMAGE_PACKAGES = ["mmdebstrap", "debian-archive-keyring", "ca-certificates"];
const DEBIAN_KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * For `--setup`: installs and starts Docker where it is missing, and what images are built with. Does nothing when all is there.
 * Only Debian and its like, and only as root; otherwise it changes nothing and says what to do.
 *
 * @throws FleetError, exit code 2, with what to do
 */
export async function ensureDocker(options: EnsureDockerOptions): Promise<void> {
  const { report, docker = true, images = true } = options;
  const status: DockerStatus = docker
    ? await dockerStatus()
    : { state: "ready", detail: "the stack's machines have their own Docker: nothing to set up here", fix: "" };
  if (status.state === "no-permission" || status.state === "unreachable")
    throw new FleetError(status.detail, status.fix);
  const packages = [
    ...(status.state === "not-installed" ? DOCKER_PACKAGES : []),
    ...(images && isDebian() ? missingImagePackages() : []),
  ];
  const start = status.state !== "ready";
  if (packages.length === 0 && !start) {
    report(status.detail);
    return;
  }
  requireRightToChange(status, packages);
  await requireConsent(options, packages, start);
  if (packages.length > 0) await installPackages(packages, report);
  // A package's own script may have started it.
  if (!start || (await dockerStatus()).state === "ready") return;
  await startDocker(report);
  report((await dockerStatus()).detail);
}

/** What building images from packages lacks on this machine; undefined when nothing does. */
export function imageToolsFault(): { detail: string; fix: string } | undefined {
  if (!isDebian()) {
    return {
      detail: "images can be built from Debian packages on Debian and Ubuntu only",
      fix: "use image references (from: ghcr.io/...) in fleet:images, or build: { context: ... }",
    };
  }
  const missing = missingImagePackages();
  if (missing.length === 0) return undefined;
  return {
    detail: `${missing.join(", ")} not installed: images are built from packages with it`,
    fix: `install it: apt-get install ${missing.join(" ")}`,
  };
}

function missingImagePackages(): string[] {
  return IMAGE_PACKAGES.filter((name) => {
    if (name === "mmdebstrap") return !findProgram("mmdebstrap");
    if (name === "debian-archive-keyring") return !fs.existsSync(DEBIAN_KEYS);
    return !fs.existsSync("/etc/ssl/certs/ca-certificates.crt");
  });
}

function requireRightToChange(status: DockerStatus, packages: string[]): void {
  const missing = [
    ...(status.state === "ready" ? [] : [status.detail]),
    ...(packages.length > 0 && status.state !== "not-installed" ? [`${packages.join(", ")} not installed`] : []),
  ].join("; ");
  if (process.platform !== "linux" || !isDebian()) {
    const fix = status.state === "not-running" ? startAdvice() : installAdvice();
    throw new FleetError(`${missing}, and --setup can mend that on Debian and Ubuntu only`, fix);
  }
  if (isRoot()) return;
  const commands = [
    ...(packages.length > 0 ? [`sudo apt-get update && sudo apt-get install -y ${packages.join(" ")}`] : []),
    ...(status.state === "ready" ? [] : [startAdvice()]),
  ];
  throw new FleetError(
    `${missing}, and --setup needs root to mend that`,
    `run this as root, or: ${commands.join("; then ")}`,
  );
}

async function requireConsent(
  { yes, confirm }: EnsureDockerOptions,
  packages: string[],
  start: boolean,
): Promise<void> {
  if (yes) return;
  const steps = [
    ...(packages.length > 0 ? [`install ${packages.join(", ")}`] : []),
    ...(start ? ["start the Docker daemon"] : []),
  ].join(" and ");
  if (await confirm?.(`Setup will ${steps}. Go on?`)) return;
  throw new FleetError(`setup would ${steps}, and nobody agreed to it`, "run it again with --yes");
}
