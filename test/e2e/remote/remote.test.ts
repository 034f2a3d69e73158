// A stack on a machine that is reached by ssh, from a clone that has no Docker of its own: everything that a verb does there goes
// over one connection, to a host that proves itself by the key in the stack file.
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithDocker, IMAGE } from "../support/daemon.js";
import { Droplet } from "../support/droplet.js";
import type { FleetResult } from "../support/fleet.js";
import { ProjectCopy, succeeded } from "../support/project.js";

const STACK = "remote";
const OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";

describeWithDocker("a stack on a machine that is reached by ssh", () => {
  let droplet: Droplet;
  let project: ProjectCopy;

  beforeAll(async () => {
    droplet = await Droplet.start();
    droplet.load(IMAGE);
    project = new ProjectCopy();
    declare();
  });
  afterAll(async () => {
    await project?.close();
    await droplet?.stop();
  });

  /** No daemon is here: whatever would use one fails. */
  const fleet = (...args: string[]): Promise<FleetResult> =>
    project.run(args, { env: { SSH_AUTH_SOCK: droplet.sshAuthSock, DOCKER_HOST: "unix:///nowhere.sock" } });
  const does = async (...args: string[]): Promise<string> => succeeded(await fleet(...args)).stdout;

  function declare({ greeting = "hello", machine = {} }: { greeting?: string; machine?: object } = {}): void {
    project.declare(STACK, {
      machines: { server: { ...droplet.machine, ...machine } },
      images: { tools: { build: { debian: { packages: [] } } } },
      agents: {
        box: {
          machine: "server",
          runtime: "container",
          image: IMAGE,
          command: ["sh", "-c", "cat /config/greeting; touch /data/began; exec sleep 1000"],
          files: { greeting: `${greeting}\n` },
          volumes: { data: { path: "/data" } },
          port: 18800,
          resources: { memory: "32MiB", pids: 64 },
        },
        built: {
          machine: "server",
          runtime: "container",
          image: "tools",
          command: ["sleep", "1000"],
          resources: { memory: "32MiB" },
        },
      },
    });
  }

  const names = (...args: string[]) =>
    droplet
      .docker(...args, "--format", "{{.Names}}")
      .split("\n")
      .filter(Boolean);

  it("is previewed without the machine being called", async () => {
    const plan = await does("preview", STACK);
    expect(plan).toMatch(/create/);
    expect(await does("check", STACK)).toContain("2 agents on 1 machine");
    expect((await fleet("up", STACK, "--simulate", "--yes")).code).toBe(0);
    expect(droplet.logins()).toBe(0);
  });

  it("is brought up over one connection, with files, data and an image that is built there", async () => {
    const shown = await does("up", STACK, "--yes");
    expect(shown).toContain("http://127.0.0.1:18800 on server");
    expect(names("ps").sort()).toEqual([`${STACK}-box`, `${STACK}-built`]);
    expect(droplet.docker("exec", `${STACK}-box`, "cat", "/config/greeting")).toBe("hello");
    expect(droplet.docker("inspect", "--format", "{{.HostConfig.PidsLimit}}", `${STACK}-box`)).toBe("64");
    expect(droplet.logins()).toBe(1);
  });

  it("keeps the host key in a file that is not for others to change", () => {
    const folder = join(project.folder, ".fleet", STACK);
    expect(readFileSync(join(folder, "known_hosts"), "utf8")).toBe(`server ${droplet.hostKey}\n`);
    expect(statSync(join(folder, "known_hosts")).mode & 0o777).toBe(0o644);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(project.folder, ".gitignore"), "utf8").split("\n")).toContain(".fleet/");
  });

  it("has nothing to change after that, wherever it is called from", async () => {
    expect((await fleet("up", STACK, "--yes", "--expect-no-changes")).code).toBe(0);
    const below = await fleet("-C", "stacks", "up", STACK, "--yes", "--expect-no-changes");
    expect(below.code).toBe(0);
    expect(existsSync(join(project.folder, "stacks", ".fleet"))).toBe(false);
  });

  it("is shown, read and entered over ssh", async () => {
    const status = JSON.parse(await does("status", STACK, "--json"));
    expect(status).toMatchObject({ ready: true, entries: [{ name: "box", machine: "server", state: "ready" }, {}] });
    expect(await does("logs", STACK, "box")).toContain("hello");
    expect(await does("exec", STACK, "box", "--", "cat", "/config/greeting")).toBe("hello\n");
    expect((await fleet("exec", STACK, "box", "--", "sh", "-c", "exit 3")).code).toBe(3);
    expect(await does("doctor", STACK)).toContain(`answers at ${droplet.url}`);
  });

  it("gets a changed file, and no new container", async () => {
    const id = droplet.docker("inspect", "--format", "{{.Id}}", `${STACK}-box`);
    declare({ greeting: "good morning" });
    await does("up", STACK, "--yes");
    expect(droplet.docker("exec", `${STACK}-box`, "cat", "/config/greeting")).toBe("good morning");
    expect(droplet.docker("inspect", "--format", "{{.Id}}", `${STACK}-box`)).toBe(id);
  });

  it("is told when a port is taken there", async () => {
    droplet.docker("run", "-d", "--name", "squatter", "-p", "127.0.0.1:18801:1", IMAGE, "sleep", "1000");
    const text = project.readStack(STACK);
    project.writeStack(STACK, text.replace('"port": 18800', '"port": 18801'));
    const { code, stderr } = await fleet("up", STACK, "--yes");
    expect(code).toBe(2);
    expect(stderr).toContain("port 18801 (agents.box) is taken on server by the container squatter");
    project.writeStack(STACK, text);
    droplet.docker("rm", "-f", "squatter");
  });

  it("refuses a host with another key than the trusted one, and changes nothing", async () => {
    const before = names("ps", "--no-trunc");
    declare({ greeting: "for another host", machine: { hostKey: OTHER_KEY } });
    const { code, stderr } = await fleet("up", STACK, "--yes");
    expect(code).toBe(2);
    expect(stderr).toContain("shows another host key than the one that is trusted");
    expect(stderr).toContain(`./fleet trust ${STACK} server`);
    expect(droplet.docker("exec", `${STACK}-box`, "cat", "/config/greeting")).toBe("good morning");
    expect(names("ps", "--no-trunc")).toEqual(before);
  });

  it("writes the key that the host shows, never in the place of another one unasked", async () => {
    declare({ greeting: "good morning", machine: { hostKey: OTHER_KEY } });
    const unasked = await fleet("trust", STACK, "server", "--yes");
    expect(unasked.code).toBe(1);
    expect(unasked.stderr).toContain("CHANGED: server");
    expect(project.readStack(STACK)).toContain(OTHER_KEY);

    declare({ greeting: "good morning", machine: { hostKey: undefined } });
    const missing = await fleet("up", STACK, "--yes");
    expect(missing.stderr).toContain(`run ./fleet trust ${STACK} server`);
    await does("trust", STACK, "server", "--yes");
    expect(project.readStack(STACK)).toContain(droplet.hostKey);
    expect((await fleet("up", STACK, "--yes", "--expect-no-changes")).code).toBe(0);
  });

  it("says within its bound that the host does not answer", async () => {
    // The connection that is still there would be asked first.
    rmSync(join(project.folder, ".fleet"), { recursive: true });
    droplet.freeze();
    try {
      const { code, stderr } = await fleet("status", STACK);
      expect(code).toBe(1);
      expect(stderr).toMatch(/deploy@[\d.]+:22 (does not answer by ssh|was not reached by ssh within \d+ s)/);
      expect(stderr).toContain("fix: check that the host is up");
    } finally {
      droplet.thaw();
    }
  });

  it("is removed from a fresh clone whose file has the machine no more, and leaves nothing", async () => {
    rmSync(join(project.folder, ".fleet"), { recursive: true, force: true });
    project.declare(STACK, { machines: {}, agents: {} });
    await does("destroy", STACK, "--yes");
    expect(names("ps", "-a")).toEqual([]);
    expect(droplet.docker("network", "ls", "-q", "--filter", `label=fleet.stack=${STACK}`)).toBe("");
    expect(existsSync(join(project.folder, ".fleet", STACK, "known_hosts"))).toBe(true);

    declare();
    const kept = await does("purge", STACK, "--yes");
    expect(kept).toContain(`Deleted ${STACK}-box-data`);
    expect(droplet.docker("volume", "ls", "-q", "--filter", `label=fleet.stack=${STACK}`)).toBe("");
  });
});
