import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithDocker, docker, objectsOf } from "../support/daemon.js";
import { DockerProxy, type KillPoint } from "../support/docker-proxy.js";
import type { FleetResult } from "../support/fleet.js";
import { processesWith } from "../support/processes.js";
import { oneError, SmallStacks, slowAgent, smallAgent } from "./small.js";

const CANCELLED = 8;
const START = ["--yes", "--skip-preview"];

describeWithDocker("runs that are interrupted", () => {
  const stacks = new SmallStacks();
  let proxy: DockerProxy;
  beforeAll(async () => {
    proxy = await DockerProxy.start();
  });
  afterAll(() => proxy?.close());

  const isRunning = (stack: string, agent: string) => docker("ps", "-q", "--filter", `name=^${stack}-${agent}$`) !== "";
  const locks = (stack: string) => {
    const folder = join(stacks.project.backend, ".pulumi/locks/organization/fleet", stack);
    return existsSync(folder) ? readdirSync(folder) : [];
  };
  const isCancelled = ({ code, stdout, stderr }: FleetResult) => {
    expect(code, stdout + stderr).toBe(CANCELLED);
    expect(stdout + stderr).not.toMatch(/^\W*at .+[:(]/m);
  };

  it("Ctrl-C once: finishes what is in flight and begins nothing else", async () => {
    const stack = stacks.declare({ slow: slowAgent(5), next: smallAgent({ reaches: ["slow"] }) });
    const run = stacks.project.start(["up", stack, ...START, "--parallel", "1"]);
    const names = () => ["slow", "next"].filter((agent) => isRunning(stack, agent));
    await run.until("a container runs", () => names().length > 0);
    const begun = names();
    run.signalGroup("SIGINT");
    const ended = await run.ended;
    isCancelled(ended);
    expect(ended.stdout).toContain("stopping: what is in flight is finished first");
    expect(ended.stdout).toContain(`./fleet up ${stack}`);
    expect(objectsOf(stack).containers).toEqual(begun.map((agent) => `${stack}-${agent}`));
    expect(stacks.project.pending(stack)).toEqual([]);
    expect(locks(stack)).toEqual([]);
    const before = docker("inspect", "-f", "{{.Id}}", `${stack}-${begun[0]}`);
    await stacks.upMustConverge(stack, ["slow", "next"]);
    expect(docker("inspect", "-f", "{{.Id}}", `${stack}-${begun[0]}`)).toBe(before);
  });

  it("Ctrl-C twice: stops at once; the next up finds out what was in flight", async () => {
    const stack = stacks.declare({ slow: slowAgent(30) });
    const run = stacks.project.start(["up", stack, ...START]);
    await run.until("its container runs", () => isRunning(stack, "slow"));
    run.signalGroup("SIGINT");
    await run.until("it says what it does", () => run.output.includes("stopping: "));
    run.signalGroup("SIGINT");
    const ended = await run.ended;
    isCancelled(ended);
    expect(ended.stdout).toContain("stopping now");
    expect(locks(stack)).toEqual([]);
    stacks.project.editStack(stack, (document) =>
      document.setIn(["config", "fleet:agents", "slow", "health", "command"], ["true"]),
    );
    await stacks.upMustConverge(stack, ["slow"]);
    expect(stacks.project.pending(stack)).toEqual([]);
  });

  it("Ctrl-C in a preview: ends at once, and nothing was touched", async () => {
    const stack = stacks.declare({ small: smallAgent() });
    const run = stacks.project.start(["preview", stack, "--isolated"]);
    const program = () => processesWith(`HOME=${stacks.project.home}`).some((line) => line.includes("program-preload"));
    await run.until("the program runs", program);
    run.signalGroup("SIGINT");
    const ended = await run.ended;
    isCancelled(ended);
    expect(objectsOf(stack)).toEqual({ containers: [], networks: [], volumes: [] });
  });

  it("two runs at once: the second names the first and does nothing", async () => {
    const stack = stacks.declare({ slow: slowAgent(6) });
    const first = stacks.project.start(["up", stack, ...START]);
    await first.until("it has the stack", () => locks(stack).length > 0);
    for (const args of [
      ["up", stack, ...START],
      ["destroy", stack, ...START],
    ]) {
      const second = await stacks.project.run(args);
      const said = oneError(second, second.code === 2 ? 2 : 1);
      expect(said).toContain(String(first.child.pid));
      expect(said).toContain(`fleet cancel ${stack}`);
    }
    expect((await first.ended).code).toBe(0);
    await stacks.upMustConverge(stack, ["slow"]);
  });

  it.each<[string, KillPoint]>([
    ["it is asked for a network", { method: "POST", path: /^\/networks\/create$/, when: "before" }],
    ["it makes a container", { method: "POST", path: /^\/containers\/create$/, nth: 2, when: "after" }],
    ["a container starts", { method: "POST", path: /^\/containers\/[^/]+\/start$/, when: "after" }],
  ])("daemon gone when %s: says so; the next up carries on", async (_, point) => {
    const stack = stacks.declare({ small: smallAgent() });
    // Nobody is killed: the daemon alone is gone from then on.
    proxy.arm(point);
    const result = await stacks.up(stack, { DOCKER_HOST: proxy.url });
    const { method, path, nth = 1 } = point;
    const matches = (request: string) =>
      request.startsWith(`${method} `) && path.test(request.slice(method.length + 1));
    expect(proxy.requests.filter(matches)).toHaveLength(nth);
    expect(result.code, result.stdout + result.stderr).toBe(1);
    const output = result.stdout + result.stderr;
    expect(output).not.toMatch(/^\W*at .+[:(]/m);
    expect(output).not.toContain("This is a bug");
    expect(output).toMatch(/error: .*\n?.*the connection to Docker .*broke off/);
    expect(output).toContain("Update failed.");
    expect(locks(stack)).toEqual([]);
    await stacks.upMustConverge(stack, ["small"]);
    expect(stacks.project.pending(stack)).toEqual([]);
  });
});
