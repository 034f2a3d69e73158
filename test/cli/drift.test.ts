import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { knownHostsFile } from "../../spec/index.js";
import { Sshd } from "../engine/transport/sshd.js";
import { Host, noHost } from "../templates/hosts/host.js";
import { TestProject } from "./harness.js";

const SECRET = "hunter2-hunter2";

describe.skipIf(noHost)("drift of what lies on a host", () => {
  let host: Host;
  let project: TestProject;
  const run = (...args: string[]) => project.fleet(args, { env: { SSH_AUTH_SOCK: host.sshd.agentSocket } });
  const config = () => host.at("openclaw.json");

  beforeAll(async () => {
    host = await Host.start();
    const text = JSON.stringify({ gateway: { port: 18789, token: SECRET } });
    const bundle = {
      ...host.bundle({ "openclaw.json": { text, mode: "0600", policy: "merge" }, note: { text: "hello\n" } }),
      afterwards: [`touch ${host.at("reloaded")}`],
    };
    project = new TestProject({
      "stacks/Pulumi.test.yaml": "config: {}\n",
      "index.ts": `
        import { local } from "@pulumi/command";
        import { secret } from "@pulumi/pulumi";
        export default async () => {
          new local.Command("delivery", {
            create: "node templates/hosts/put.mjs",
            environment: ${JSON.stringify({ FLEET_HOST: host.sshd.url, FLEET_SSH_OPTIONS: JSON.stringify(host.sshd.options) })},
            stdin: secret(${JSON.stringify(JSON.stringify(bundle))}),
          });
        };`,
    });
    // As the program's machine would.
    const known = knownHostsFile(Sshd.stack);
    mkdirSync(join(project.root, known, ".."), { recursive: true });
    project.write(known, readFileSync(join(host.sshd.folder, known), "utf8"));
    expect(await run("up", "test", "--yes")).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await host?.stop();
  });

  const meddle = () => {
    writeFileSync(config(), JSON.stringify({ gateway: { port: 1, token: "theirs" }, theirs: true }));
    chmodSync(config(), 0o644);
  };

  /** Ends the connection that the project's runs share. */
  const disconnect = () => {
    const { options, port, user } = host.sshd;
    spawnSync("ssh", [...options, "-O", "exit", "-p", String(port), "-l", user, "127.0.0.1"], { cwd: project.root });
  };

  it("is none right after a delivery", async () => {
    expect(await run("drift", "test")).toMatchObject({ code: 0, stdout: "The hosts are as they were delivered.\n" });
  });

  it("is shown by file and JSON path, with no value, and ends with 1", async () => {
    meddle();
    const shown = await run("drift", "test");
    expect(shown.code).toBe(1);
    expect(shown.stdout).toMatch(/^box +box +\S+openclaw\.json +gateway\.port, gateway\.token, mode was 0644$/m);
    const { stdout } = await run("drift", "test", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      drift: [
        { machine: "box", entry: "box", path: config(), details: ["gateway.port", "gateway.token", "mode was 0644"] },
      ],
      failures: [],
    });
    for (const text of [shown.stdout, shown.stderr, stdout]) expect(text).not.toMatch(/hunter2|"theirs"/);
  });

  it("is put back when asked to, and what the host has besides stays", async () => {
    meddle();
    rmSync(host.at("reloaded"), { force: true });
    const { code, stdout } = await run("drift", "test", "--put-back");
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining(`box  put back: ${config()} gateway.port, gateway.token`),
    ]);
    expect(JSON.parse(readFileSync(config(), "utf8"))).toEqual({
      gateway: { port: 18789, token: SECRET },
      theirs: true,
    });
    expect(existsSync(host.at("reloaded"))).toBe(true);
  });

  it("is shown and put back by an up that has nothing else to do", async () => {
    writeFileSync(host.at("note"), "mine\n");
    const { code, stdout, stderr } = await run("up", "test", "--yes", "--expect-no-changes");
    expect(code).toBe(7);
    expect(stderr).toMatch(/Changed on hosts since it was delivered, and put back:\n.*\n.*note/);
    expect(stdout).toContain(`box  put back: ${host.at("note")}`);
    expect(readFileSync(host.at("note"), "utf8")).toBe("hello\n");
    expect((await run("up", "test", "--yes", "--expect-no-changes")).code).toBe(0);
  });

  it("is not looked for in a preview or a simulation", async () => {
    writeFileSync(host.at("note"), "mine\n");
    const before = host.sshd.logins;
    disconnect();
    expect((await run("preview", "test", "--expect-no-changes")).code).toBe(0);
    expect((await run("up", "test", "--simulate", "--yes")).code).toBe(0);
    expect([host.sshd.logins, readFileSync(host.at("note"), "utf8")]).toEqual([before, "mine\n"]);
  });

  it("says of a host that it cannot look at, and ends with 1", async () => {
    project.write(knownHostsFile(Sshd.stack), "");
    disconnect();
    const { code, stderr } = await run("drift", "test");
    expect([code, stderr]).toEqual([1, expect.stringContaining("error: box: the host key of")]);
  });
});
