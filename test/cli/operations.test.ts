import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ended, project, STACK } from "./harness.js";

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
export default async function () {
  const length = new pulumi.Config().getNumber("length") ?? 12;
  const password = new random.RandomPassword("password", { length });
  return { password: password.result, length };
}
`;
/** The stack config with one more key that only the program reads. */
const withLength = (length: number) => `config:\n  fleet:machines: {}\n  fleet:agents: {}\n  test:length: ${length}\n`;
const program = (length = 12) =>
  project({
    "index.ts": PROGRAM.replace("pulumi.Config()", 'pulumi.Config("test")'),
    "stacks/Pulumi.dev.yaml": withLength(length),
  });
const STATE = "state/.pulumi/stacks/fleet/dev.json";

describe("the life of a stack", () => {
  it("is planned, brought up, left alone, changed, shown and destroyed", async () => {
    const here = program();
    const plan = await here.fleet(["preview", "dev"]);
    expect(plan.stdout).toContain("random:RandomPassword  create");
    expect(plan.code).toBe(0);
    expect(existsSync(join(here.root, "state"))).toBe(false);
    expect((await here.fleet(["preview", "dev", "--expect-no-changes"])).code).toBe(7);

    const up = await here.fleet(["up", "dev", "--yes", "--message", "first"]);
    expect(up.stdout).toContain("Update done.");
    expect(up.stderr).toContain("Made a passphrase for secrets");
    expect(up.code).toBe(0);

    const again = await here.fleet(["up", "dev"]);
    expect(again.code).toBe(2);
    const same = await here.fleet(["up", "dev", "--yes"]);
    expect(same.stdout).toContain("No changes.");
    expect((await here.fleet(["preview", "dev", "--expect-no-changes"])).code).toBe(0);

    const masked = await here.fleet(["outputs", "dev"]);
    expect(masked.stdout).toBe("length    12\npassword  [secret]\n");
    const shown = await here.fleet(["outputs", "dev", "password", "--show-secrets"]);
    const password = shown.stdout.trimEnd();
    expect(password).toHaveLength(12);
    for (const { stdout, stderr } of [up, same, masked]) expect(stdout + stderr).not.toContain(password);
    expect(here.read(STATE)).not.toContain(JSON.stringify(password).slice(1, -1));

    here.write("stacks/Pulumi.dev.yaml", withLength(20));
    const changed = await here.fleet(["up", "dev", "--yes"]);
    expect(changed.stdout).toMatch(/password {2}random:RandomPassword {2}replace/);
    expect((await here.fleet(["outputs", "dev", "length"])).stdout).toBe("20\n");

    const stacks = JSON.parse((await here.fleet(["stacks", "--json"])).stdout);
    expect(stacks.stacks).toMatchObject([{ name: "dev", locked: false, damaged: false }]);
    const history = readdirSync(join(here.root, "state/.pulumi/history/fleet/dev")).filter((name) =>
      name.includes(".history."),
    );
    expect(readFileSync(join(here.root, "state/.pulumi/history/fleet/dev", history.sort()[0]!), "utf8")).toContain(
      '"first"',
    );

    const destroyed = await here.fleet(["destroy", "dev", "--yes"]);
    expect(destroyed.stdout).toContain("Destroy done.");
    expect(destroyed.code).toBe(0);
    expect(existsSync(join(here.root, STATE))).toBe(true);
  }, 300_000);

  it("prints events a line for programs", async () => {
    const here = program();
    const { code, stdout } = await here.fleet(["up", "dev", "--yes", "--json"]);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.at(-1)).toHaveProperty("summary");
    expect(code).toBe(0);
    const digest = JSON.parse((await here.fleet(["preview", "dev", "--json"])).stdout);
    expect(digest.changeSummary).toEqual({ same: 2 });
  }, 120_000);
});

describe("what goes wrong", () => {
  it("is told for a wrong passphrase, a corrupt state, and a lock; nothing is lost", async () => {
    const here = program();
    expect((await here.fleet(["up", "dev", "--yes"])).code).toBe(0);
    const state = here.read(STATE);

    const wrong = await here.fleet(["up", "dev", "--yes"], { env: { PULUMI_CONFIG_PASSPHRASE: "wrong" } });
    expect(wrong.stderr).toMatch(/^error: wrong passphrase: .*\n {2}fix: /m);
    expect(wrong.code).toBe(2);
    expect(here.read(STATE)).toBe(state);

    here.write(STATE, state.slice(0, 400));
    const corrupt = await here.fleet(["up", "dev", "--yes"]);
    expect(corrupt.stderr).toMatch(/^error: .*dev\.json/m);
    expect(corrupt.stderr).toContain("fix: ");
    expect(corrupt.stderr).not.toMatch(/\n\s+at /);
    expect(corrupt.code).not.toBe(0);
    expect(here.read(STATE)).toBe(state.slice(0, 400));
    expect((await here.fleet(["stacks"])).stdout).toContain("state damaged");
    const doctor = await here.fleet(["doctor", "--json"]);
    expect(JSON.parse(doctor.stdout).findings).toContainEqual(
      expect.objectContaining({ check: "state", state: "wrong" }),
    );
    expect(doctor.code).toBe(1);
    here.write(STATE, state);

    const locks = join(here.root, "state/.pulumi/locks/organization/fleet/dev");
    mkdirSync(locks, { recursive: true });
    const lock = { pid: 1, username: "eve", hostname: `not-${hostname()}`, timestamp: "2026-01-01T00:00:00Z" };
    writeFileSync(join(locks, "a.json"), JSON.stringify(lock));
    const locked = await here.fleet(["up", "dev", "--yes", "--skip-preview"]);
    expect(locked.stderr).toMatch(
      /^error: the stack "dev" is locked by process 1 of eve on not-.*\n {2}fix: .*cancel dev/m,
    );
    expect(locked.code).toBe(1);
    expect((await here.fleet(["cancel", "dev"])).code).toBe(2);
    expect(readdirSync(locks)).toHaveLength(1);
    expect((await here.fleet(["cancel", "dev", "--yes"])).stdout).toContain("The stack dev is free.");
    expect((await here.fleet(["cancel", "dev"])).stdout).toBe("The stack dev is not locked.\n");
    expect((await here.fleet(["up", "dev", "--yes", "--skip-preview"])).code).toBe(0);
  }, 300_000);

  it("names the run that is bringing a stack up for the first time, though that has written no state yet", async () => {
    const here = project({ "stacks/Pulumi.local.yaml": STACK });
    const lock = { pid: process.pid, username: "eve", hostname: hostname(), timestamp: new Date().toISOString() };
    here.write("state/.pulumi/locks/organization/fleet/local/a.json", JSON.stringify(lock));
    for (const verb of ["destroy", "refresh"]) {
      const locked = await here.fleet([verb, "local", "--yes"]);
      expect(locked.stderr).toMatch(
        new RegExp(`^error: the stack "local" is locked by process ${process.pid} of eve .*\n {2}fix: .*cancel local`),
      );
      expect(locked.code).toBe(1);
    }
  });

  it("ends with 8 when it is cancelled, and carries on at the next run", async () => {
    const here = project({
      "index.ts": `
import * as command from "@pulumi/command";
export default async function () {
  const first = new command.local.Command("first", { create: "touch started; sleep 3; touch first" });
  const second = new command.local.Command("second", { create: "touch second" }, { dependsOn: first });
  return { done: second.id };
}
`,
      "stacks/Pulumi.dev.yaml": withLength(1),
    });
    const child = here.start(["up", "dev", "--yes", "--skip-preview"]);
    const end = ended(child);
    while (!existsSync(join(here.root, "started"))) await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill("SIGINT");
    const { code, stdout } = await end;
    expect(stdout).toContain("cancelled");
    expect(code).toBe(8);
    expect(existsSync(join(here.root, "first"))).toBe(true);
    expect(existsSync(join(here.root, "second"))).toBe(false);
    expect((await here.fleet(["up", "dev", "--yes", "--skip-preview"])).stdout).toMatch(/1 created\n\s+2 unchanged/);
    expect(existsSync(join(here.root, "second"))).toBe(true);
  }, 120_000);
});

describe("fleet env", () => {
  it("gives the real CLI the same state and passphrase, without printing it", async () => {
    const here = program();
    await here.fleet(["secret", "set", "dev", "a"], { stdin: "1" });
    const { stdout } = await here.fleet(["env"]);
    expect(stdout).toBe(
      `export PULUMI_BACKEND_URL=file://${here.root}/state\nexport PULUMI_CONFIG_PASSPHRASE_FILE=${here.root}/config/agent-fleet/passphrase\n`,
    );
    const given = await here.fleet(["env"], { env: { PULUMI_CONFIG_PASSPHRASE: "hunter2" } });
    expect(given.stdout).not.toContain("hunter2");
  });
});

describe("--simulate", () => {
  it("has a state of its own and says loudly that nothing is real", async () => {
    const here = project({
      "index.ts": `
import * as docker from "@pulumi/docker";
export default async function () {
  const volume = new docker.Volume("data", { name: "simulated-only" });
  return { volume: volume.name };
}
`,
      "stacks/Pulumi.local.yaml": STACK,
    });
    const nowhere = { DOCKER_HOST: "unix:///nowhere/docker.sock" };
    const { code, stderr } = await here.fleet(["up", "local", "--yes", "--simulate"], { env: nowhere });
    expect(code).toBe(0);
    expect(stderr).toContain("SIMULATED: nothing is really made or changed.");
    expect((await here.fleet(["outputs", "local", "volume", "--simulate"])).stdout).toBe("simulated-only\n");
    expect(existsSync(join(here.root, "state"))).toBe(false);
    expect((await here.fleet(["outputs", "local"])).code).toBe(2);
    expect((await here.fleet(["destroy", "local", "--yes", "--simulate"], { env: nowhere })).code).toBe(0);
  }, 120_000);
});
