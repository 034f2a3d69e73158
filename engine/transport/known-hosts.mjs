import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Milliseconds for a process on this computer to answer. */
const STOP_LIMIT = 5_000;

/**
 * Puts lines into a file of known hosts, in the place of those that it has of the same hosts; lines of other hosts stay. Written
 * whole or not at all, and only if it says something else than before. Its folder is this user's only.
 *
 * A connection that is shared proved itself by the keys of its time: when a host is known by others, those in the same folder take
 * nobody in any more.
 */
export function writeKnownHosts(path, lines) {
  const hosts = new Set(lines.map(hostOf));
  const before = read(path).split("\n").filter(Boolean);
  const after = [...new Set([...before.filter((line) => !hosts.has(hostOf(line))), ...lines])].sort();
  if (after.join("\n") === before.join("\n")) return;
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, after.map((line) => `${line}\n`).join(""), { mode: 0o644 });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  if (before.some((line) => !after.includes(line))) stopSharing(folder);
}

/** What is at work on such a connection goes on. */
function stopSharing(folder) {
  for (const name of readdirSync(folder).filter((name) => /^[0-9a-f]{40}$/.test(name))) {
    // The host is named for the command's sake only: the socket says which connection is meant.
    spawnSync("ssh", ["-S", name, "-O", "stop", "host"], { cwd: folder, stdio: "ignore", timeout: STOP_LIMIT });
    rmSync(join(folder, name), { force: true });
  }
}

const hostOf = (line) => line.split(" ", 1)[0];

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return "";
    throw error;
  }
}
