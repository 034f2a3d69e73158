import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { failure } from "../../cli/setup/dockerd.js";
import { isDebian } from "../../cli/setup/host.js";
import { ensureDocker } from "../../cli/setup/index.js";

describe("ensureDocker", () => {
  it("changes nothing for a daemon that is named and not there, and says which", async () => {
    const before = process.env.DOCKER_HOST;
    process.env.DOCKER_HOST = "unix:///nonexistent/docker.sock";
    const said: string[] = [];
    try {
      await expect(ensureDocker({ yes: true, report: (line) => said.push(line) })).rejects.toMatchObject({
        name: "FleetError",
        exitCode: 2,
        message: expect.stringContaining("/nonexistent/docker.sock"),
      });
    } finally {
      if (before === undefined) delete process.env.DOCKER_HOST;
      else process.env.DOCKER_HOST = before;
    }
    expect(said).toEqual([]);
  });
});

describe("a daemon that dies", () => {
  it.each([
    [
      'level=info msg="Loading containers: start."\nfailed to start daemon: Error initializing network controller: failed to create NAT chain DOCKER: iptables failed: iptables -t nat -N DOCKER',
      /iptables-legacy/,
    ],
    ["failed to start daemon: Devices cgroup isn't mounted", /mount -t cgroup2/],
    ["failed to start daemon: error initializing graphdriver: driver not supported", /storage-driver/],
    [
      "unable to configure the Docker daemon with file /etc/docker/daemon.json: invalid character",
      /mend \/etc\/docker\/daemon\.json/,
    ],
    ["something never seen before", /read its log: \/x\/dockerd\.log/],
  ])("is explained by its last lines (%#)", (log, fix) => {
    const error = failure(log, "/x/dockerd.log");
    expect(error.fix).toMatch(fix);
    expect(error.message).toContain(log);
    expect(error.exitCode).toBe(2);
  });
});

it("tells Debian and what is made from it by os-release", () => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-os-"));
  const file = join(folder, "os-release");
  const written = (text: string) => {
    writeFileSync(file, text);
    return isDebian(file);
  };
  expect(written('PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n')).toBe(process.platform === "linux");
  expect(written('ID=linuxmint\nID_LIKE="ubuntu debian"\n')).toBe(process.platform === "linux");
  expect(written("ID=fedora\n")).toBe(false);
  expect(isDebian(join(folder, "none"))).toBe(false);
  rmSync(folder, { recursive: true });
});

const NOBODY = 65534;

/** Only root can become another user, and that one must be able to read the project. */
function canBecomeNobody(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const read = `require("node:fs").readFileSync(${JSON.stringify(new URL("../../package.json", import.meta.url).pathname)})`;
  return spawnSync(process.execPath, ["-e", read], { uid: NOBODY, gid: NOBODY }).status === 0;
}

describe.runIf(canBecomeNobody())("as another user than root", () => {
  it("installs nothing, and says what to run", () => {
    const folder = mkdtempSync(join(tmpdir(), "fleet-user-"));
    chmodSync(folder, 0o755);
    const program = `
      import { ensureDocker } from ${JSON.stringify(new URL("../../cli/setup/index.ts", import.meta.url).pathname)};
      try {
        await ensureDocker({ yes: true, report: console.log });
        console.log("done");
      } catch (error) {
        console.log(JSON.stringify({ name: error.name, code: error.exitCode, message: error.message, fix: error.fix }));
      }`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
      uid: NOBODY,
      gid: NOBODY,
      encoding: "utf8",
      cwd: new URL("../..", import.meta.url).pathname,
      env: { PATH: folder, HOME: folder, DOCKER_HOST: "" },
    });
    rmSync(folder, { recursive: true });
    const result = JSON.parse(stdout || JSON.stringify({ stderr }));
    expect(result).toMatchObject({ name: "FleetError", code: 2 });
    expect(result.fix).toMatch(/root|docker/);
  });
});
