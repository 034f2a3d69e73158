import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe } from "vitest";

const BUSYBOX = ["/bin/busybox", "/usr/bin/busybox"].find((path) => existsSync(path));

/** Runs the docker command and gives what it prints. */
export function docker(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("docker", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`docker ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}

const has = (program: string, ...args: string[]) => spawnSync(program, args, { timeout: 10_000 }).status === 0;

/** A suite that needs something of the machine: skipped with the reason where it is missing, unless FLEET_REQUIRE_DOCKER=1. */
export function describeIf(missing: string | undefined, name: string, suite: () => void): void {
  if (missing === undefined) return void describe(name, suite);
  if (process.env.FLEET_REQUIRE_DOCKER !== "1") return void describe.skip(`${name} (skipped: ${missing})`, suite);
  describe(name, () => {
    beforeAll(() => {
      throw new Error(`FLEET_REQUIRE_DOCKER=1, and ${missing}`);
    });
    suite();
  });
}

export const noDocker = has("docker", "version") ? undefined : "no Docker daemon answers";
export const noBusybox = noDocker ?? (BUSYBOX ? undefined : "no static busybox (Debian: busybox-static)");
export const noCaddy = has("caddy", "version") ? undefined : "no caddy command";

/** A small image made without a registry: busybox under the names of some tools, and a user `agent`. */
export function makeImage(tag: string, tools: string[]): void {
  const root = mkdtempSync(join(tmpdir(), "test-image-"));
  try {
    for (const folder of ["bin", "etc", "tmp"]) mkdirSync(join(root, folder));
    writeFileSync(join(root, "etc/passwd"), "root:x:0:0::/:/bin/sh\nagent:x:1234:4321::/:/bin/sh\n");
    copyFileSync(BUSYBOX!, join(root, "bin", tools[0]!));
    for (const tool of tools.slice(1)) symlinkSync(tools[0]!, join(root, "bin", tool));
    const tar = spawnSync("tar", ["-C", root, "--owner=0", "--group=0", "-c", "."], { maxBuffer: 64 * 1024 * 1024 });
    const made = spawnSync("docker", ["import", "-", tag], { input: tar.stdout, encoding: "utf8" });
    if (made.status !== 0) throw new Error(made.stderr);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
