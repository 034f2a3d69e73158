import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort, noSshd, Sshd } from "../../engine/transport/sshd.js";
import { describeIf } from "../daemon.js";

const READY = fileURLToPath(new URL("../../../templates/hosts/ready.mjs", import.meta.url));
const STRANGER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";

describeIf(noSshd, "waiting for a new host", () => {
  let sshd: Sshd;
  beforeAll(async () => {
    // This computer may have a cloud-init, and one that waits for ever: it was never booted by it.
    sshd = await Sshd.start({ config: ["SetEnv PATH=/nowhere"] });
  });
  afterAll(() => sshd.stop());
  const known = () => join(sshd.folder, ".fleet/test/known_hosts");

  async function ready(what: object, env: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, [READY], {
      cwd: sshd.folder,
      env: {
        ...sshd.env,
        FLEET_HOST: sshd.url,
        FLEET_SSH_OPTIONS: JSON.stringify(sshd.options),
        FLEET_READY: JSON.stringify({ seconds: 60, ...what }),
        ...env,
      },
    });
    const texts = { stdout: "", stderr: "" };
    child.stdout.on("data", (data) => {
      texts.stdout += data;
    });
    child.stderr.on("data", (data) => {
      texts.stderr += data;
    });
    const code = await new Promise((done) => child.on("close", done));
    return { code, ...texts };
  }

  it("learns the key that it shows, and knows it from then on", async () => {
    rmSync(known());
    const { code, stdout, stderr } = await ready({});
    expect(stderr).toContain("has no cloud-init: there is no first boot to wait for");
    expect(code).toBe(0);
    const key = sshd.hostKey.split(" ").slice(0, 2).join(" ");
    expect(JSON.parse(stdout)).toEqual({ hostKeys: [key] });
    expect(readFileSync(known(), "utf8")).toBe(`box ${key}\n`);
  });

  it("holds it to a key that is given", async () => {
    const key = sshd.hostKey.split(" ").slice(0, 2).join(" ");
    expect(await ready({ hostKeys: [STRANGER, key] })).toMatchObject({
      code: 0,
      stdout: `${JSON.stringify({ hostKeys: [key] })}\n`,
    });
    const { code, stderr, stdout } = await ready({ hostKeys: [STRANGER] });
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(`127.0.0.1 does not have the host key that the stack file gives: it shows ${key}`);
    expect(stderr).toContain("fix: compare it with what the host's console says");
  });

  it("gives up in time, and says what it waited for", async () => {
    const { code, stderr } = await ready({ seconds: 1 }, { FLEET_HOST: `ssh://root@127.0.0.1:${await freePort()}` });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /could not be logged in to within 1 s: no ssh server answers\n {2}fix: look at the host's console/,
    );
  });
});

describeIf(noSshd, "the first boot", () => {
  it("is waited for, and one that failed is told with what it says", async () => {
    const probe = await Sshd.start();
    const tools = join(probe.folder, "tools");
    await probe.stop();
    mkdirSync(tools, { recursive: true });
    const program = join(tools, "cloud-init");
    const says = (text: string, code: number) => {
      // In the place of a host's own, which only a first boot has anything to say of.
      writeFileSync(program, `#!/bin/sh\nsleep 1\nprintf '%s\\n' '${text}'\nexit ${code}\n`);
      chmodSync(program, 0o755);
    };
    const sshd = await Sshd.start({ config: [`SetEnv PATH=${tools}:/usr/bin:/bin`] });
    try {
      const run = async (seconds: number) => {
        const child = spawn(process.execPath, [READY], {
          cwd: sshd.folder,
          env: {
            ...sshd.env,
            FLEET_HOST: sshd.url,
            FLEET_SSH_OPTIONS: JSON.stringify(sshd.options),
            FLEET_READY: JSON.stringify({ seconds }),
          },
        });
        let stderr = "";
        child.stderr.on("data", (data) => {
          stderr += data;
        });
        const code = await new Promise((done) => child.on("close", done));
        return { code, stderr };
      };
      says("status: done", 0);
      expect(await run(30)).toEqual({ code: 0, stderr: "" });
      says("recoverable_errors: DEPRECATED", 2);
      expect((await run(30)).stderr).toContain("is through with warnings:\nrecoverable_errors: DEPRECATED");
      says("status: error", 1);
      const failed = await run(30);
      expect(failed.code).toBe(1);
      expect(failed.stderr).toContain("failed:\nstatus: error");
      expect(failed.stderr).toContain("/var/log/cloud-init-output.log there");
      writeFileSync(program, "#!/bin/sh\nsleep 20\n");
      const late = await run(3);
      expect(late.code).toBe(1);
      expect(late.stderr).toContain("was not through within 3 s");
      expect(existsSync(program)).toBe(true);
    } finally {
      await sshd.stop();
      rmSync(tools, { recursive: true, force: true });
    }
  });
});
