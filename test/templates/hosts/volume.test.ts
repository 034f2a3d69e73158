// Volumes as a droplet has them: real file systems on loop devices, mounted over ssh on this computer.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { freePort } from "../../engine/transport/sshd.js";
import { describeIf } from "../daemon.js";
import { Host, noHost } from "./host.js";

const STRANGER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";
const sh = (program: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
};

function noLoop(): string | undefined {
  if (noHost) return noHost;
  const { status } = spawnSync("losetup", ["--find"]);
  return status === 0 ? undefined : "there are no loop devices on this machine";
}

/** Growing a file system that is mounted takes a right (CAP_SYS_RESOURCE) that containers are not given. */
const mayGrow = () => {
  const [, rights = "0"] = /^CapEff:\s*(\w+)/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return ((BigInt(`0x${rights}`) >> 24n) & 1n) === 1n;
};

describeIf(noLoop(), "a volume of a droplet", () => {
  let host: Host;
  let device: string;
  let path: string;
  let user: ChildProcess | undefined;
  const table = existsSync("/etc/fstab") ? readFileSync("/etc/fstab", "utf8") : undefined;

  beforeAll(async () => {
    host = await Host.start();
    path = host.at("mnt");
    if (table === undefined) writeFileSync("/etc/fstab", "");
    const image = host.at("image");
    writeFileSync(image, "");
    truncateSync(image, 64 * 2 ** 20);
    device = sh("losetup", "--find", "--show", image);
  });
  afterEach(() => user?.kill("SIGKILL"));
  afterAll(async () => {
    spawnSync("umount", [path]);
    if (device) sh("losetup", "--detach", device);
    if (table === undefined) rmSync("/etc/fstab", { force: true });
    else writeFileSync("/etc/fstab", table);
    await host.stop();
  });

  const run = (script: string, env: NodeJS.ProcessEnv = {}) => {
    const file = fileURLToPath(new URL(`../../../templates/hosts/${script}.mjs`, import.meta.url));
    const child = spawn(process.execPath, [file], {
      cwd: host.sshd.folder,
      env: { ...host.env, FLEET_MOUNT: JSON.stringify({ volume: `test-${process.pid}`, path, device }), ...env },
    });
    let said = "";
    child.stderr.on("data", (data) => {
      said += data;
    });
    return new Promise<{ code: number | null; said: string }>((done) =>
      child.on("close", (code) => done({ code, said })),
    );
  };
  const fstab = () => readFileSync("/etc/fstab", "utf8");
  const isMounted = () => spawnSync("findmnt", ["-M", path]).status === 0;

  it("without a file system is never given one", async () => {
    const { code, said } = await run("mount");
    expect(code).toBe(1);
    expect(said).toContain("has no file system: it was not made by the fleet");
    expect(isMounted()).toBe(false);
  });

  it("is not mounted over files that it would hide", async () => {
    sh("mkfs.ext4", "-q", device);
    mkdirSync(path);
    writeFileSync(`${path}/old`, "");
    const { code, said } = await run("mount");
    expect(code).toBe(1);
    expect(said).toContain(`${path} has files that the volume would hide, such as ${path}/old`);
    rmSync(`${path}/old`);
  });

  it("is mounted for good, once, and Docker waits for it", async () => {
    expect(await run("mount")).toMatchObject({ code: 0 });
    expect(isMounted()).toBe(true);
    const line = `${device} ${path} ext4 defaults,nofail,discard,noatime 0 2`;
    expect(fstab().split("\n")).toContain(line);
    expect(readFileSync(`/etc/systemd/system/docker.service.d/fleet-volume-test-${process.pid}.conf`, "utf8")).toBe(
      `[Unit]\nRequiresMountsFor=${path}\n`,
    );
    writeFileSync(`${path}/kept`, "data");
    const before = fstab();
    expect(await run("mount")).toMatchObject({ code: 0 });
    expect(fstab()).toBe(before);
    expect(fstab().split(line).length).toBe(2);
  });

  it.skipIf(!mayGrow())("grows its file system with the volume", async () => {
    const size = () => Number(sh("df", "--output=size", path).split("\n")[1]);
    const before = size();
    truncateSync(host.at("image"), 128 * 2 ** 20);
    sh("losetup", "--set-capacity", device);
    expect(await run("mount")).toMatchObject({ code: 0 });
    expect(size()).toBeGreaterThan(before * 1.5);
  });

  it("is not left behind on a host that answers and does not let us in", async () => {
    host.sshd.trust(STRANGER);
    await host.sshd.disconnect();
    const { code, said } = await run("unmount");
    host.sshd.trust(host.sshd.hostKey);
    expect(code).toBe(1);
    expect(said).toContain("another host key");
    expect(isMounted()).toBe(true);
  });

  it("is unmounted while a program uses it, and leaves nothing behind", async () => {
    user = spawn("sleep", ["300"], { cwd: path });
    const ended = new Promise((done) => user!.once("exit", done));
    expect(await run("unmount")).toMatchObject({ code: 0 });
    await ended;
    expect(isMounted()).toBe(false);
    expect(fstab()).toBe(table ?? "");
    expect(existsSync(`/etc/systemd/system/docker.service.d/fleet-volume-test-${process.pid}.conf`)).toBe(false);
    // Again, as after a run that was cut off.
    expect(await run("unmount")).toMatchObject({ code: 0 });
  });

  it("comes with what was on it", async () => {
    expect(await run("mount")).toMatchObject({ code: 0 });
    expect(readFileSync(`${path}/kept`, "utf8")).toBe("data");
    expect(await run("unmount")).toMatchObject({ code: 0 });
  });

  it("is given up with a host that does not answer any more, and that is told", async () => {
    const gone = `ssh://root@127.0.0.1:${await freePort()}`;
    const { code, said } = await run("unmount", { FLEET_HOST: gone, FLEET_GONE_AFTER_SECONDS: "1" });
    expect(code).toBe(0);
    expect(said).toMatch(/does not answer by ssh, for \d+ s now: the host is taken to be gone/);
  });
});
