import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { seenOf } from "../../cli/status/host-service.js";
import { describeIf, docker, makeImage, noBusybox } from "../templates/daemon.js";
import { project, type TestProject, toolkit } from "./harness.js";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";
const TAG = `fleet-test-status:${process.pid}`;
const HERE = `status-here-${process.pid}`;
const AGENT = `{ runtime: container, image: "${TAG}", command: [sleep, "600"], machine: `;

const agents = (machine: string, ...names: string[]) =>
  `  fleet:agents:\n${names.map((name) => `    ${name}: ${AGENT}${machine} }\n`).join("")}`;
const STACKS = {
  [HERE]: `config:\n  fleet:machines:\n    here: { on: docker }\n${agents("here", "ada", "brook")}`,
  "status-away": `config:
  fleet:machines:
    away: { on: existing, docker: "ssh://fleet@127.0.0.1:1", hostKey: ${KEY} }
${agents("away", "cleo")}  fleet:edge:
    front: { machine: away, proxy: caddy-native, domain: team.example.com, email: ops@example.com }
`,
  "status-dns": "config:\n  fleet:dns:\n    team: { provider: digitalocean, domain: team.example.com }\n",
  "status-never": `config:\n  fleet:machines:\n    here: { on: docker }\n${agents("here", "dora")}`,
};

describeIf(noBusybox, "status --all", () => {
  let here: TestProject;
  const run = (entry: string) =>
    docker(
      "run",
      "-d",
      "--name",
      `${HERE}-${entry}`,
      "--label",
      `fleet.stack=${HERE}`,
      "--label",
      `fleet.entry=${entry}`,
      TAG,
      "sleep",
      "600",
    );

  beforeAll(async () => {
    makeImage(TAG, ["busybox", "sleep"]);
    here = project({
      "index.ts": `export { default } from ${JSON.stringify(join(toolkit, "index.ts"))};\n`,
      ...Object.fromEntries(Object.entries(STACKS).map(([name, text]) => [`stacks/Pulumi.${name}.yaml`, text])),
    });
    // States as they are after an `up`, without what that makes: containers are made by hand.
    here.env.PULUMI_BACKEND_URL = `file://${join(here.root, "home/.agent-fleet/simulated")}`;
    for (const stack of [HERE, "status-away", "status-dns"]) {
      const { code, stderr } = await here.fleet(["up", stack, "--simulate", "--yes"]);
      expect(code, stderr).toBe(0);
    }
    run("ada");
  }, 180_000);
  afterAll(() => {
    spawnSync("docker", ["rm", "-f", `${HERE}-ada`, `${HERE}-brook`]);
    spawnSync("docker", ["rmi", TAG]);
  });

  it("shows every stack that was brought up, and what cannot be reached hides nothing of the rest", async () => {
    const { code, stdout, stderr } = await here.fleet(["status", "--all"]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(
      /^NAME +STATE .*\n\nstatus-away: 0 of 2 ready\ncleo +unreachable .*\nfront \(edge\) +unreachable .*https:\/\/team\.example\.com\n/,
    );
    expect(stdout).toMatch(/\ncleo: .*127\.0\.0\.1:1 .*ssh/);
    expect(stdout).toContain("\nstatus-dns: nothing that runs\n");
    expect(stdout).toMatch(new RegExp(`\n${HERE}: 1 of 2 ready\nada +ready .*\nbrook +missing `));
    expect(stdout).toMatch(/\n\n1 of 4 ready, in 1 of 3 stacks all of it\n$/);
    expect(stdout).not.toContain("dora");
    expect(code).toBe(1);
  });

  it("says of a stack whose state cannot be read that it cannot", async () => {
    run("brook");
    await here.fleet(["destroy", "status-away", "--simulate", "--yes"]);
    const ready = JSON.parse((await here.fleet(["status", "--all", "--json"])).stdout);
    expect(ready).toMatchObject({
      ready: true,
      stacks: [
        { stack: "status-dns", ready: true, entries: [] },
        { stack: HERE, ready: true },
      ],
    });
    expect(ready.stacks[1].entries).toMatchObject([
      { name: "ada", kind: "agent", machine: "here", state: "ready", deployed: true },
      { name: "brook", state: "ready" },
    ]);

    writeFileSync(join(here.root, "home/.agent-fleet/simulated/.pulumi/stacks/fleet/status-dns.json"), "{ broken");
    const { code, stdout } = await here.fleet(["status", "--all", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ready: false,
      stacks: [
        { stack: "status-dns", ready: false, entries: [], error: expect.stringContaining("status-dns") },
        { stack: HERE, ready: true },
      ],
    });
  });

  it("is one stack or all", async () => {
    for (const [args, message] of [
      [["status"], "missing required argument 'stack'"],
      [["status", HERE, "--all"], "--all is every stack, and one is named"],
    ] as const) {
      const { code, stderr } = await here.fleet([...args]);
      expect(stderr).toContain(`error: ${message}`);
      expect(code).toBe(2);
    }
  });
});

it("reads what systemd says of a service", () => {
  const says = (...lines: string[]) => seenOf("caddy", `${lines.join("\n")}\n`);
  expect(
    says(
      "NRestarts=1",
      "MemoryCurrent=31000000",
      "LoadState=loaded",
      "ActiveState=active",
      "Result=success",
      "ActiveEnterTimestamp=@1795920724",
    ),
  ).toEqual({ state: "ready", restarts: 1, memoryBytes: 31_000_000, startedAt: "2026-11-29T02:52:04.000Z" });
  expect(says("MemoryCurrent=[not set]", "LoadState=loaded", "ActiveState=activating")).toEqual({ state: "starting" });
  expect(says("LoadState=not-found", "ActiveState=inactive")).toEqual({
    state: "missing",
    detail: "its host has no service caddy",
  });
  expect(says("NRestarts=5", "LoadState=loaded", "ActiveState=failed", "Result=exit-code")).toEqual({
    state: "stopped",
    restarts: 5,
    detail: "the service caddy of its host does not run (exit-code): journalctl -u caddy there tells why",
  });
});
