import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, truncateSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { describeWithDocker, docker, IMAGE, inspect, objectsOf } from "../support/daemon.js";
import { freePorts } from "../support/project.js";
import { oneError, SmallStacks, smallAgent } from "./small.js";

const NOTHING = { containers: [], networks: [], volumes: [] };
const NOBODY = 65534;
const UP = (stack: string) => ["up", stack, "--yes"];

describeWithDocker("errors that a user can cause", () => {
  const stacks = new SmallStacks();
  const run = (args: string[], env: Record<string, string> = {}) => stacks.project.run(args, { env });
  const state = (stack: string) => {
    const file = stacks.project.stateFile(stack);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };

  it("no Docker: says so and what to do, for every verb that needs it", async () => {
    const stack = stacks.declare({ small: smallAgent() });
    await stacks.upMustConverge(stack, ["small"]);
    const before = state(stack);
    const env = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };
    const said = oneError(await run(UP(stack), env), 2);
    expect(said).toContain("/nonexistent/docker.sock");
    expect(said).toMatch(/fix: .+/);
    for (const verb of [
      ["destroy", stack, "--yes"],
      ["status", stack],
      ["logs", stack, "small"],
      ["purge", stack, "--yes"],
    ]) {
      const { code } = await run(verb, env).then((result) => {
        expect(oneError(result, result.code ?? -1)).toContain("/nonexistent/docker.sock");
        return result;
      });
      expect([1, 2], verb[0]).toContain(code);
    }
    expect(state(stack)).toBe(before);
    await stacks.upMustConverge(stack, ["small"]);
  });

  it("no Docker and no stack yet: offers a simulation and --setup", async () => {
    const stack = stacks.declare({ small: smallAgent() });
    const said = oneError(await run(UP(stack), { DOCKER_HOST: "unix:///nonexistent/docker.sock" }), 2);
    expect(said).toContain("--simulate");
    expect(state(stack)).toBeUndefined();
  });

  it.skipIf(process.getuid?.() !== 0)("no permission to use Docker: names the group", async () => {
    const stack = stacks.declare({ small: smallAgent() });
    const { project } = stacks;
    const home = join(project.root, "nobody");
    mkdirSync(home);
    chmodSync(home, 0o777);
    project.openToOthers();
    const env = { HOME: home, XDG_CONFIG_HOME: join(home, ".config"), PULUMI_BACKEND_URL: `file://${home}` };
    const said = oneError(await project.run(UP(stack), { uid: NOBODY, gid: NOBODY, env }), 2);
    expect(said).toMatch(/permission|may not|not allowed/i);
    expect(said).toContain("docker");
    expect(objectsOf(stack)).toEqual(NOTHING);
  });

  it("port taken: names the port and whose it would be", async () => {
    const [port] = await freePorts(1);
    const stack = stacks.declare({ small: smallAgent({ port, internalPort: 8080 }) });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    try {
      const said = oneError(await run(UP(stack)), 2);
      expect(said).toContain(`port ${port} (agents.small) is taken`);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    expect(objectsOf(stack)).toEqual(NOTHING);
    expect(state(stack)).toBeUndefined();
    await stacks.upMustConverge(stack, ["small"]);
    expect(inspect("container", `${stack}-small`).NetworkSettings.Ports["8080/tcp"]).toEqual([
      { HostIp: "127.0.0.1", HostPort: String(port) },
    ]);
  });

  it("image missing: names it; the next up carries on", async () => {
    const stack = stacks.declare({ small: smallAgent({ image: "fleet-e2e/no-such-image:1" }) });
    const said = oneError(await stacks.up(stack), 1);
    expect(said).toContain("fleet-e2e/no-such-image:1");
    expect(said).toContain("fix: ");
    expect(objectsOf(stack).containers).toEqual([]);
    stacks.project.editStack(stack, (document) => document.setIn(["config", "fleet:agents", "small", "image"], IMAGE));
    await stacks.upMustConverge(stack, ["small"]);
  });

  it("name taken by a foreign container: leaves it alone; the next up carries on", async () => {
    const stack = stacks.declare({ small: smallAgent() });
    const name = `${stack}-small`;
    const foreign = docker("create", "--name", name, "--label", "whose=foreign", IMAGE, "sleep", "1000");
    try {
      const said = oneError(await stacks.up(stack), 1);
      expect(said).toContain(name);
      expect(said).toContain("fix: ");
      expect(inspect("container", name).Id).toBe(foreign);
    } finally {
      docker("rm", "-f", foreign);
    }
    await stacks.upMustConverge(stack, ["small"]);
    expect(inspect("container", name).Id).not.toBe(foreign);
  });

  it("agent never healthy: says what its health check and its log say; the next up mends it", async () => {
    const health = {
      command: ["sh", "-c", "echo no tea; exit 3"],
      interval: "1s",
      timeout: "1s",
      retries: 2,
      startPeriod: "1s",
    };
    const command = ["sh", "-c", "echo boiling over; exec sleep 1000"];
    const stack = stacks.declare({ small: smallAgent({ command, health }) });
    const said = oneError(await stacks.up(stack), 1);
    expect(said).toContain(`${stack}-small`);
    expect(said).toContain("unhealthy");
    expect(said).toContain("no tea");
    expect(said).toContain("boiling over");
    const status = await run(["status", stack, "--json"]);
    expect(status.code).toBe(1);
    expect(JSON.parse(status.stdout)).toMatchObject({ ready: false, entries: [{ name: "small", state: "unhealthy" }] });
    stacks.project.editStack(stack, (document) =>
      document.setIn(["config", "fleet:agents", "small", "health", "command"], ["true"]),
    );
    await stacks.upMustConverge(stack, ["small"]);
  });

  it("wrong passphrase: names the place, changes nothing", async () => {
    const stack = stacks.declare({ small: smallAgent({ env: { KEY: { secret: "key" } } }) });
    await stacks.project.run(["secret", "set", stack, "key"], { input: "a-secret-value" });
    await stacks.upMustConverge(stack, ["small"]);
    const before = state(stack);
    const wrong = { PULUMI_CONFIG_PASSPHRASE: "wrong" };
    for (const args of [
      UP(stack),
      ["preview", stack],
      ["destroy", stack, "--yes"],
      ["outputs", stack, "tokens", "--show-secrets"],
    ]) {
      const said = oneError(await run(args, wrong), 2);
      expect(said).toContain("wrong passphrase");
      expect(said).toContain("PULUMI_CONFIG_PASSPHRASE");
    }
    const set = await stacks.project.run(["secret", "set", stack, "key"], { input: "other", env: wrong });
    expect(oneError(set, 2)).toContain("wrong passphrase");
    expect(state(stack)).toBe(before);
    await stacks.upMustConverge(stack, ["small"]);
  });

  it("corrupt state: names the file and its backup, and never writes over it", async () => {
    const stack = stacks.declare({ small: smallAgent() });
    await stacks.upMustConverge(stack, ["small"]);
    const file = stacks.project.stateFile(stack);
    cpSync(file, `${file}.good`);
    truncateSync(file, 700);
    const broken = state(stack);
    for (const args of [
      UP(stack),
      ["preview", stack],
      ["destroy", stack, "--yes"],
      ["refresh", stack, "--yes"],
      ["status", stack],
    ]) {
      const result = await run(args);
      const said = oneError(result, result.code === 2 ? 2 : 1);
      expect(said).toContain(file);
      expect(said).toContain(`${file}.bak`);
    }
    expect(state(stack)).toBe(broken);
    expect(objectsOf(stack).containers).toEqual([`${stack}-small`]);
    cpSync(`${file}.good`, file);
    await stacks.upMustConverge(stack, ["small"]);
  });

  describe("a stack file with faults", () => {
    let stack: string;
    let good: string;
    let container: { Id: string; State: { StartedAt: string } };
    beforeAll(async () => {
      stack = stacks.declare({ small: smallAgent() });
      await stacks.upMustConverge(stack, ["small"]);
      good = stacks.project.readStack(stack);
      container = inspect("container", `${stack}-small`);
    });

    it.each([
      ["malformed", "config:\n  fleet:machines: { here: { on: docker }\n  fleet:agents: {}\n", /:\d+:\d+: /],
      ["half edited", half({}).replace(/image: .*\n$/, "imag"), /:8:7: /],
      ["an unknown runtime", half({ runtime: "contaner" }), /runtime: .*did you mean container\?/],
      ["an unknown machine", half({ machine: "her" }), /machine: .*did you mean here\?/],
      ["an unknown key", half({ comand: "[ls]" }), /comand: .*did you mean command\?/],
      ["a name twice", `${half({})}    small:\n      machine: here\n`, /small stands here twice/],
    ])("%s: names file, line and column; nothing is touched", async (_, text, says) => {
      const before = state(stack);
      stacks.project.writeStack(stack, text);
      for (const args of [UP(stack), ["preview", stack], ["check", stack]]) {
        const result = await run(args);
        const said = args[0] === "check" ? result.stdout + result.stderr : oneError(result, 2);
        expect(result.code, said).toBe(2);
        expect(said).toMatch(new RegExp(`stacks/Pulumi\\.${stack}\\.yaml:\\d+:\\d+: `));
        expect(said).toMatch(says);
      }
      expect(state(stack)).toBe(before);
      const { Id, State } = inspect("container", `${stack}-small`);
      expect({ Id, StartedAt: State.StartedAt }).toEqual({ Id: container.Id, StartedAt: container.State.StartedAt });
    });

    it("mended: there is nothing to do", async () => {
      stacks.project.writeStack(stack, good);
      expect((await run(["preview", stack, "--expect-no-changes"])).code).toBe(0);
    });
  });

  it("two agents with one port and one host: both faults at once", async () => {
    const stack = stacks.declare({
      one: smallAgent({ port: 20080, internalPort: 80, host: "same.localhost" }),
      other: smallAgent({ port: 20080, internalPort: 80, host: "same.localhost" }),
    });
    const said = oneError(await run(UP(stack)), 2);
    expect(said).toContain("20080");
    expect(said).toContain("same.localhost");
    expect(state(stack)).toBeUndefined();
  });

  it("a stack, an agent and a verb that do not exist: suggests the one that was meant", async () => {
    const stack = stacks.declare({ small: smallAgent() });
    expect(oneError(await run(UP(`${stack.slice(0, -1)}_`)), 2)).toContain(stack);
    expect(oneError(await run(["exec", stack, "smal", "--", "true"]), 2)).toContain("small");
    expect(oneError(await run(["upp", stack]), 2)).toContain("up");
  });
});

/** A stack file in the making, with one agent. */
function half(settings: Record<string, unknown>): string {
  const agent = Object.entries({ machine: "here", runtime: "container", image: IMAGE, ...settings });
  const lines = agent.map(([key, value]) => `      ${key}: ${value}\n`).join("");
  return `config:\n  fleet:machines:\n    here: { on: docker }\n  fleet:agents:\n    small:\n${lines}`;
}
