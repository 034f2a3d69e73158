import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandProvider } from "../../../../engine/providers/command/index.js";
import { dockerProvider } from "../../../../engine/providers/docker/index.js";
import { TestStack } from "../../support/stack.js";
import { noSshd, Sshd } from "../../transport/sshd.js";
import { describeWithDocker, docker } from "./daemon.js";

const required = process.env.FLEET_REQUIRE_DOCKER === "1";
const VOLUME = `test-unknown-host-${process.pid}`;

const suite = (name: string, tests: () => void) =>
  noSshd && !required ? describe.skip(`${name} (skipped: ${noSshd})`, tests) : describeWithDocker(name, tests);

suite("a daemon whose address is not known before something else is made", () => {
  const stack = new TestStack();
  const outer = process.env.SSH_AUTH_SOCK;
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await Sshd.start();
    process.env.SSH_AUTH_SOCK = sshd.agentSocket;
    // Where ssh runs the pinned keys are found.
    const known = join(stack.project.folder, ".fleet", Sshd.stack);
    mkdirSync(known, { recursive: true });
    writeFileSync(join(known, "known_hosts"), `${Sshd.machine} ${sshd.hostKey}\n`);
    Object.assign(stack.providers, { docker: dockerProvider, command: commandProvider });
  });
  afterAll(async () => {
    docker("volume", "rm", "-f", VOLUME);
    await sshd?.stop();
    stack.remove();
    if (outer === undefined) delete process.env.SSH_AUTH_SOCK;
    else process.env.SSH_AUTH_SOCK = outer;
  });

  const program = (size: number, labels = "[]") => `
    const docker = require("@pulumi/docker");
    const host = new Thing("host", { size: ${size} }, { replaceOnChanges: ["size"] });
    const provider = new docker.Provider("box", {
      host: host.address.apply(() => ${JSON.stringify(sshd.url)}),
      sshOpts: ${JSON.stringify(sshd.options)},
    });
    new docker.Volume("data", { name: ${JSON.stringify(VOLUME)}, labels: ${labels} }, { provider });`;

  it("is planned, made, compared and removed", async () => {
    stack.program(program(1));
    const plan = await stack.preview();
    expect(plan.errors).toEqual([]);
    expect(plan.steps).toEqual(["create host", "create box", "create data"]);
    expect(sshd.logins).toBe(0);

    const made = await stack.run("update", false);
    expect(made.errors).toEqual([]);
    expect(docker("volume", "inspect", "--format", "{{.Name}}", VOLUME)).toBe(VOLUME);

    const again = await stack.preview();
    expect(again.steps).toEqual([]);

    // Another host: where the daemon will be is known to nobody, and the plan says so instead of guessing.
    stack.program(program(2));
    const moved = await stack.preview();
    expect(moved.errors).toEqual([]);
    expect(moved.steps).toContain("update data");
    expect(moved.warnings.join("\n")).toContain("inputs that are not known during preview");

    stack.program(program(1));
    const gone = await stack.run("destroy", false);
    expect(gone.errors).toEqual([]);
    expect(docker("volume", "ls", "-q", "--filter", `name=${VOLUME}`)).toBe("");
  });
});

describe("the program's folder", () => {
  const stack = new TestStack();
  afterAll(() => stack.remove());

  it("is where commands run, wherever the engine was started", async () => {
    stack.providers.command = commandProvider;
    stack.program(`
      const command = require("@pulumi/command");
      return { where: new command.local.Command("where", { create: "pwd -P" }).stdout };`);
    const made = await stack.run("update", false);
    expect(made.errors).toEqual([]);
    expect(made.outputs).toEqual({ where: stack.project.folder });
  });

  it("is where the context of a build begins", async () => {
    stack.providers.docker = dockerProvider;
    stack.program(`
      const docker = require("@pulumi/docker");
      new docker.Image("built", { imageName: "test-folder:1", skipPush: true, build: { context: "./there" } });`);
    const missing = await stack.preview();
    expect(missing.errors.join("\n")).toContain(
      `the build context ${join(stack.project.folder, "there")} is not there`,
    );
    mkdirSync(join(stack.project.folder, "there"));
    writeFileSync(join(stack.project.folder, "there", "Dockerfile"), "FROM scratch\n");
    expect((await stack.preview()).steps).toContain("create built");
  });
});
