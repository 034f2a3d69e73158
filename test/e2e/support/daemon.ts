import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe } from "vitest";

const BUSYBOX = ["/bin/busybox", "/usr/bin/busybox"].find((path) => existsSync(path));

/** A small image with a shell and the programs of {@link APPLETS}. */
export const IMAGE = "fleet-e2e/busybox:1";
/** The same programs, another image. */
export const OTHER_IMAGE = "fleet-e2e/busybox:2";
const APPLETS = [
  "sh",
  "cat",
  "sleep",
  "echo",
  "ls",
  "test",
  "true",
  "touch",
  "mv",
  "rm",
  "kill",
  "trap",
  "env",
  "wget",
];

/** Runs the docker command and gives what it prints. */
export function docker(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("docker", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`docker ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}

/** A suite against the real daemon: skipped with its reason where there is none, unless FLEET_REQUIRE_DOCKER=1. */
export function describeWithDocker(name: string, suite: () => void): void {
  const missing = whyNot();
  if (missing !== undefined && process.env.FLEET_REQUIRE_DOCKER !== "1") {
    describe.skip(`${name} (skipped: ${missing})`, suite);
    return;
  }
  describe(name, () => {
    beforeAll(() => {
      if (missing !== undefined) throw new Error(`FLEET_REQUIRE_DOCKER=1, and ${missing}`);
      makeImage(IMAGE, "1");
      makeImage(OTHER_IMAGE, "2");
    });
    suite();
  });
}

function whyNot(): string | undefined {
  const { status, stderr, error } = spawnSync("docker", ["version"], { encoding: "utf8", timeout: 10_000 });
  if (status !== 0) return `no Docker daemon answers: ${error?.message ?? stderr.trim()}`;
  return BUSYBOX === undefined ? "there is no static busybox on this machine (Debian: busybox-static)" : undefined;
}

function makeImage(name: string, version: string): void {
  if (spawnSync("docker", ["image", "inspect", name]).status === 0) return;
  const root = mkdtempSync(join(tmpdir(), "fleet-e2e-image-"));
  try {
    for (const folder of ["bin", "tmp", `v${version}`]) mkdirSync(join(root, folder));
    chmodSync(join(root, "tmp"), 0o1777);
    copyFileSync(BUSYBOX!, join(root, "bin/busybox"));
    for (const applet of APPLETS) symlinkSync("busybox", join(root, "bin", applet));
    const { stdout } = spawnSync("tar", ["-C", root, "-c", "."], { maxBuffer: 64 * 1024 * 1024 });
    const made = spawnSync("docker", ["import", "-", name], { input: stdout, encoding: "utf8" });
    if (made.status !== 0) throw new Error(made.stderr);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Names of what carries a stack's label on the daemon, sorted. */
export interface StackObjects {
  containers: string[];
  networks: string[];
  volumes: string[];
}

export function objectsOf(stack: string): StackObjects {
  const list = (...args: string[]) =>
    docker(...args, "--filter", `label=fleet.stack=${stack}`)
      .split("\n")
      .filter(Boolean)
      .sort();
  return {
    containers: list("ps", "-a", "--format", "{{.Names}}"),
    networks: list("network", "ls", "--format", "{{.Name}}"),
    volumes: list("volume", "ls", "--format", "{{.Name}}"),
  };
}

/** Images with a stack's label, untagged ones too: `repository:tag`, `<none>:<none>`. */
export function imagesOf(stack: string): string[] {
  return docker("images", "--filter", `label=fleet.stack=${stack}`, "--format", "{{.Repository}}:{{.Tag}}")
    .split("\n")
    .filter(Boolean)
    .sort();
}

/** Removes everything that carries a stack's label. */
export function removeStackObjects(stack: string): void {
  const { containers, networks, volumes } = objectsOf(stack);
  if (containers.length > 0) spawnSync("docker", ["rm", "-fv", ...containers]);
  if (networks.length > 0) spawnSync("docker", ["network", "rm", ...networks]);
  if (volumes.length > 0) spawnSync("docker", ["volume", "rm", "-f", ...volumes]);
  const images = docker("images", "-q", "--filter", `label=fleet.stack=${stack}`).split("\n").filter(Boolean);
  if (images.length > 0) spawnSync("docker", ["rmi", "-f", ...new Set(images)]);
}

/** What `docker inspect` says. */
// biome-ignore lint/suspicious/noExplicitAny: the daemon's own JSON, of which each test looks at a bit
export function inspect(kind: "container" | "network" | "volume" | "image", name: string): any {
  return JSON.parse(docker(kind, "inspect", name))[0];
}

/** Reads a file in a volume through a container that is gone again at once. */
export function readVolume(volume: string, path: string): string {
  return docker("run", "--rm", "--network", "none", "-v", `${volume}:/v:ro`, IMAGE, "cat", `/v/${path}`);
}

export function writeVolume(volume: string, path: string, text: string): void {
  const script = 'echo "$0" > "/v/$1"';
  docker("run", "--rm", "--network", "none", "-v", `${volume}:/v`, IMAGE, "sh", "-c", script, text, path);
}
