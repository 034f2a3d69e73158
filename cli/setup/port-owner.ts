import { execFile } from "node:child_process";
import fs from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** TCP_LISTEN, as /proc/net/tcp writes it (include/net/tcp_states.h). */
const LISTEN = "0A";

/**
 * Who listens on a TCP port of this machine: `caddy (pid 1234)`, or just `pid 1234`.
 *
 * @returns undefined when nobody does, or when the system does not say (another user's process)
 */
export async function portOwner(port: number): Promise<string | undefined> {
  try {
    return process.platform === "linux" ? await linuxOwner(port) : await lsofOwner(port);
  } catch {
    return undefined;
  }
}

async function linuxOwner(port: number): Promise<string | undefined> {
  const tables = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map((file) => fs.readFile(file, "utf8").catch(() => "")),
  );
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)).map((inode) => `socket:[${inode}]`));
  if (inodes.size === 0) return undefined;
  for (const pid of (await fs.readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const descriptors = await fs.readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const target = await fs.readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => "");
      if (!inodes.has(target)) continue;
      const name = (await fs.readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).trim();
      return name ? `${name} (pid ${pid})` : `pid ${pid}`;
    }
  }
  return undefined;
}

/** Socket inodes that listen on a port, in the format of proc_net_tcp(5): local address as hex `address:port`. */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[1]?.endsWith(suffix) && fields[3] === LISTEN && fields[9] ? [fields[9]] : [];
  });
}

async function lsofOwner(port: number): Promise<string | undefined> {
  const { stdout } = await run("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"]);
  const pid = /^p(\d+)$/m.exec(stdout)?.[1];
  const name = /^c(.+)$/m.exec(stdout)?.[1];
  return pid && (name ? `${name} (pid ${pid})` : `pid ${pid}`);
}
