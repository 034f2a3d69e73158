import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FleetError } from "../errors.js";
import { dockerStatus } from "./docker-status.js";
import { findProgram, hasSystemd, systemPath } from "./host.js";

/** A daemon with many containers to restore takes its time. */
const READY_SECONDS = 60;
const LOG_LINES = 15;

/** Where a daemon that this command starts keeps its log and pid: the user's state folder (XDG base directories). */
export function daemonDir(): string {
  const state = process.env.XDG_STATE_HOME || path.join(os.homedir(), ".local/state");
  return path.join(state, "agent-fleet");
}

/**
 * Starts the Docker daemon, by systemd where it runs the machine, by the init script, or else as a process of its own that goes
 * on after this command; and waits until it answers. @throws FleetError with the daemon's last words
 */
export async function startDocker(report: (line: string) => void): Promise<void> {
  if (hasSystemd()) {
    report("setup: starting Docker (systemctl)");
    const { status, stderr } = run("systemctl", ["enable", "--now", "docker"]);
    if (status === 0 && (await isReady(READY_SECONDS))) return;
    const log = run("journalctl", ["-u", "docker", "-n", String(LOG_LINES), "--no-pager", "-o", "cat"]).stdout;
    throw failure(`${stderr.trim()}\n${log.trim()}`.trim(), "journalctl -u docker");
  }
  if (fs.existsSync("/etc/init.d/docker") && findProgram("service")) {
    report("setup: starting Docker (service)");
    // In containers the script stumbles over what it may not set (ulimit, cgroup mounts): then the daemon itself is tried.
    const { status } = run("service", ["docker", "start"]);
    if (status === 0 && (await isReady(15))) return;
    run("service", ["docker", "stop"]);
  }
  await startDetached(report);
}

async function startDetached(report: (line: string) => void): Promise<void> {
  const program = findProgram("dockerd");
  if (!program) throw new FleetError("dockerd is not installed", "install it: apt-get install docker.io");
  const dir = daemonDir();
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  const logFile = path.join(dir, "dockerd.log");
  report(`setup: starting dockerd (log: ${logFile})`);
  const log = fs.openSync(logFile, "w", 0o600);
  // Its own session: Ctrl-C here must not end it, nor this command's end.
  const child = spawn(program, [], {
    detached: true,
    stdio: ["ignore", log, log],
    cwd: "/",
    env: { ...process.env, PATH: systemPath() },
  });
  fs.closeSync(log);
  if (child.pid) fs.writeFileSync(path.join(dir, "dockerd.pid"), `${child.pid}\n`, { mode: 0o600 });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const ready = await Promise.race([isReady(READY_SECONDS, report), ended.then(() => false)]);
  if (!ready) {
    stop(child);
    fs.rmSync(path.join(dir, "dockerd.pid"), { force: true });
    throw failure(lastLines(logFile), logFile);
  }
  child.removeAllListeners();
  child.unref();
}

function stop(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
}

async function isReady(seconds: number, report?: (line: string) => void): Promise<boolean> {
  const begun = Date.now();
  let told = begun;
  while (Date.now() - begun < seconds * 1000) {
    if ((await dockerStatus()).state === "ready") return true;
    if (Date.now() - told > 5_000) {
      report?.(`setup: waiting for Docker to answer ... ${Math.round((Date.now() - begun) / 1000)} s`);
      told = Date.now();
    }
    await sleep(200);
  }
  return false;
}

function run(command: string, args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 120_000,
    env: { ...process.env, PATH: systemPath() },
  });
  return { status, stdout: stdout ?? "", stderr: stderr ?? "" };
}

function lastLines(file: string): string {
  try {
    return fs.readFileSync(file, "utf8").trimEnd().split("\n").slice(-LOG_LINES).join("\n");
  } catch {
    return "";
  }
}

/** What the daemon's last words mean. */
const CAUSES: [RegExp, string][] = [
  [
    /iptables|nf_tables|xtables|NAT chain/i,
    "the kernel lacks what iptables needs: load it (modprobe ip_tables iptable_nat br_netfilter), or try the other kind: update-alternatives --set iptables /usr/sbin/iptables-legacy",
  ],
  [
    /cgroup/i,
    "Docker needs the control groups mounted: mount -t cgroup2 none /sys/fs/cgroup, or run this machine with them (a container needs --privileged)",
  ],
  [
    /overlay|storage-driver|graphdriver|prior storage driver/i,
    "the file system of /var/lib/docker cannot hold Docker's layers: put it on ext4 or xfs, or set storage-driver to vfs in /etc/docker/daemon.json",
  ],
  [
    /operation not permitted|permission denied/i,
    "this machine may not run containers: inside a container, start that one with --privileged",
  ],
  [
    /pid file found|process with PID|is still running/i,
    "another dockerd is at work or left its pid file: rm /var/run/docker.pid if it is gone",
  ],
  [/daemon\.json|unable to configure the Docker daemon/i, "mend /etc/docker/daemon.json"],
  [/no space left/i, "free some space on /var/lib/docker"],
];

/** @param log the daemon's last lines  @param where to read more of them */
export function failure(log: string, where: string): FleetError {
  const errors = log.split("\n").filter((line) => /level=(?:fatal|error)|failed|error/i.test(line));
  const cause = CAUSES.find(([pattern]) => pattern.test(errors.join("\n") || log));
  return new FleetError(
    `the Docker daemon did not start${log ? `; its last lines:\n${log}` : ""}`,
    cause?.[1] ?? `read its log: ${where}`,
  );
}
