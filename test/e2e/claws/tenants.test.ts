import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { describeWithDocker, docker, inspect, removeStackObjects } from "../support/daemon.js";
import { ProjectCopy, succeeded } from "../support/project.js";
import { ClawImage, localServer } from "./claw-server.js";

const QUICK = { interval: "2s", timeout: "5s", retries: 3, startPeriod: "4s" };

/** A host stack, and a stack for each claw on it. Each test goes on from what the one before it left. */
describeWithDocker("a stack for each claw", () => {
  const run = randomBytes(3).toString("hex");
  const host = `e2e-host-${run}`;
  const network = `e2e-host-${run}-net`;
  const tenants = ["alice", "bob"].map((user) => ({ user: `${user}-${run}`, stack: `e2e-${user}-${run}` }));
  const [alice, bob] = tenants as [(typeof tenants)[0], (typeof tenants)[0]];
  let project: ProjectCopy;
  let image: ClawImage;
  let isUp = false;

  const up = (stack: string) => project.fleet("up", stack, "--yes", "--skip-preview");
  const imageOf = (user: string) => inspect("container", `claw-${user}`).Image as string;

  beforeAll(() => {
    project = new ProjectCopy();
    image = new ClawImage(project, localServer(), "gather-claw", `gather-claw-${run}:latest`);
    image.release("0.655");
    // Made by the test in the place of a Traefik of the host's.
    docker("network", "create", network);
    const front = { machine: "server", proxy: "traefik", domain: `${run}.example.org`, network, external: true };
    project.declare(host, {
      machines: { server: { on: "docker" } },
      images: {
        node: { build: { debian: { suite: "bookworm" }, node: "24.16.0" } },
        claw: { build: { context: image.context, base: "node" }, tag: image.tag, machine: "server" },
      },
      edge: { front },
    });
    for (const { user, stack } of tenants) {
      project.declare(stack, {
        shared: { host: { stack: host } },
        machines: { here: { on: "shared", shared: "host", machine: "server" } },
        images: { claw: { shared: "host" } },
        edge: { front: { ...front, machine: "here" } },
        agents: { [user]: { machine: "here", runtime: "claw", image: "claw", health: QUICK } },
      });
    }
  });
  afterAll(async () => {
    await project?.close();
    for (const { stack } of [...tenants, { stack: host }]) removeStackObjects(stack);
    docker("network", "rm", network);
  });
  beforeEach(({ skip, task }) => {
    if (!isUp && !/^(says|comes up)/.test(task.name)) skip("nothing came up");
  });

  it("says at the plan that the host's stack is not up, and does nothing", async () => {
    const plan = await project.run(["preview", alice.stack]);
    expect(plan.stdout).toContain(`the stack "${host}" does not exist, or was never brought up`);
    expect(plan.stdout).toContain(`bring it up first: \`./fleet up ${host}\``);
    expect(plan.code).toBe(1);
    const result = await project.run(["up", alice.stack, "--yes"]);
    expect(result.stderr).toBe(
      `error: the stack ${host}, which fleet:shared.host names, is not up yet\n  fix: bring it up first: ./fleet up ${host}\n`,
    );
    expect(result.code).toBe(2);
    const status = await project.run(["status", alice.stack]);
    expect(status.stdout + status.stderr).not.toMatch(/^\s+at /m);
  });

  it("comes up, each by itself, on the host's machine with the host's image", async () => {
    await up(host);
    for (const { stack } of tenants) await up(stack);
    isUp = true;
    const built = docker("image", "inspect", "--format", "{{.Id}}", image.tag);
    for (const { user, stack } of tenants) {
      const { Image, NetworkSettings, Config } = inspect("container", `claw-${user}`);
      expect(Image).toBe(built);
      expect(Object.keys(NetworkSettings.Networks)).toEqual([network]);
      expect(Config.Labels["fleet.stack"]).toBe(stack);
    }
    expect(await up(alice.stack)).toContain("No changes.");
  });

  it("gets another image when the host's stack has one, each when it is its turn", async () => {
    const before = imageOf(alice.user);
    image.release("0.656");
    await up(host);
    expect(imageOf(alice.user)).toBe(before);
    expect(await project.fleet("patch", alice.stack, alice.user, "--yes")).toContain("patched and ready");
    const now = docker("image", "inspect", "--format", "{{.Id}}", image.tag);
    expect([imageOf(alice.user), imageOf(bob.user)]).toEqual([now, before]);
  });

  it("is gone without the others noticing", async () => {
    const before = inspect("container", `claw-${bob.user}`).State.StartedAt;
    await project.fleet("destroy", alice.stack, "--yes");
    expect(inspect("container", `claw-${bob.user}`).State.StartedAt).toBe(before);
    expect((await project.run(["status", bob.stack])).stdout).toMatch(new RegExp(`^${bob.user} +ready`, "m"));
  });

  it("says what the host's stack gives, where it is asked for something else", async () => {
    project.editStack(bob.stack, (document) => document.setIn(["config", "fleet:images", "clay"], { shared: "host" }));
    project.editStack(bob.stack, (document) => document.setIn(["config", "fleet:agents", bob.user, "image"], "clay"));
    const plan = await project.run(["preview", bob.stack]);
    expect(plan.stdout).toContain(`the stack ${host} gives no image clay on machine server: it has claw on server`);
    expect(plan.stdout).not.toMatch(/^\s+at /m);
    expect(plan.code).toBe(1);
    project.editStack(bob.stack, (document) =>
      document.setIn(["config", "fleet:machines", "here", "machine"], "sever"),
    );
    const result = await project.run(["up", bob.stack, "--yes"]);
    expect(result.stderr).toContain(`error: the stack ${host} gives no machine sever: it has server\n`);
    expect(succeeded(await project.run(["check", host])).code).toBe(0);
  });
});
