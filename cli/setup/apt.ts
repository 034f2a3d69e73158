import { spawn } from "node:child_process";
import { FleetError } from "../errors.js";
import { systemPath } from "./host.js";

/** Lines of apt-get's output that an error shows. */
const TAIL_LINES = 12;
const HEARTBEAT_MS = 10_000;

/** Installs Debian packages, never asking anything. @throws FleetError with the end of what apt-get said */
export async function installPackages(packages: string[], report: (line: string) => void): Promise<void> {
  report(`setup: installing ${packages.join(", ")} (apt-get)`);
  const begun = Date.now();
  // A list that is old or was never fetched names files that are gone. One source that fails need not matter.
  await aptGet(["update", "-q"], report).catch((error: Error) =>
    report(`setup: apt-get update failed: ${error.message}`),
  );
  try {
    await aptGet(["install", "-q", "-y", "--no-install-recommends", ...packages], report);
  } catch (error) {
    throw new FleetError(
      `apt-get could not install ${packages.join(", ")}:\n${(error as Error).message}`,
      adviceFor(error as Error),
    );
  }
  report(`setup: installed in ${Math.round((Date.now() - begun) / 1000)} s`);
}

function adviceFor({ message }: Error): string {
  if (/Could not get lock|is held by process/.test(message))
    return "another apt is at work: wait for it, then run this again";
  if (/Could not resolve|Failed to fetch|Connection failed|Temporary failure/.test(message)) {
    return "the package mirror does not answer: check the network and /etc/apt/sources.list, then run this again";
  }
  if (/Unable to locate package/.test(message)) {
    return "the sources of apt do not have it: on Ubuntu enable universe (add-apt-repository universe), then run this again";
  }
  if (/dpkg was interrupted/.test(message)) return "run: dpkg --configure -a, then this again";
  return "mend what apt-get says, then run this again";
}

function aptGet(args: string[], report: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = [
      "-o",
      "Dpkg::Use-Pty=0",
      // Another apt (unattended upgrades on a fresh machine) is waited for, and a slow mirror asked again.
      "-o",
      "DPkg::Lock::Timeout=300",
      "-o",
      "Acquire::Retries=3",
      "-o",
      "Dpkg::Options::=--force-confdef",
      "-o",
      "Dpkg::Options::=--force-confold",
    ];
    const child = spawn("apt-get", [...options, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        PATH: systemPath(),
        DEBIAN_FRONTEND: "noninteractive",
        NEEDRESTART_MODE: "l",
        LC_ALL: "C.UTF-8",
      },
    });
    const lines: string[] = [];
    let current = "";
    const take = (text: string) => {
      for (const line of text
        .split("\n")
        .map((part) => part.trim())
        .filter(Boolean)) {
        lines.push(line.replace(/\/\/[^\s/@]+@/g, "//***@"));
        current = lines.at(-1)!;
      }
      lines.splice(0, lines.length - TAIL_LINES);
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    const timer = setInterval(() => report(`setup: ${current.slice(0, 110)}`), HEARTBEAT_MS);
    child.once("error", (error) => {
      clearInterval(timer);
      reject(error);
    });
    child.once("close", (code) => {
      clearInterval(timer);
      if (code === 0) return resolve();
      const errors = lines.filter((line) => /^[EW]:/.test(line));
      reject(new Error((errors.length > 0 ? errors : lines).join("\n")));
    });
  });
}
