import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project, STACK, toolkit } from "./harness.js";

const here = project({ "stacks/Pulumi.local.yaml": STACK });

describe("bad input", () => {
  const cases: [string[], string][] = [
    [["chek"], 'error: there is no verb "chek" (did you mean check?)\n  fix: `./fleet --help` lists them\n'],
    [
      ["check", "--jsn"],
      "error: unknown option '--jsn' (did you mean --json?)\n  fix: `./fleet check --help` shows what it takes\n",
    ],
    [["up"], "error: missing required argument 'stack'\n  fix: `./fleet up --help` shows what it takes\n"],
    [
      ["up", "locl", "--yes"],
      'error: there is no stack "locl" (did you mean local?)\n  fix: the stacks here are local; a new one begins with the file stacks/Pulumi.locl.yaml\n',
    ],
    [
      ["up", "local"],
      "error: up asks before it changes anything, and there is no terminal to ask on\n  fix: look at `./fleet preview`, then run it with --yes\n",
    ],
    [
      ["up", "local", "--skip-preview"],
      "error: --skip-preview shows no plan that could be agreed to\n  fix: give --yes with it\n",
    ],
    [
      ["up", "local", "--yes", "--parallel", "many"],
      "error: --parallel many is not a number of operations\n  fix: write it as --parallel 8\n",
    ],
    [
      ["check", "../evil"],
      'error: "../evil" is not a stack name\n  fix: use letters, digits, `-`, `_` and `.`, at most 100\n',
    ],
    [
      ["destroy", "local", "--yes"],
      "error: the stack local was never brought up\n  fix: bring it up: ./fleet up local\n",
    ],
    [
      ["outputs", "local"],
      "error: the stack local was never brought up, so it has no outputs\n  fix: ./fleet up local\n",
    ],
    [
      ["agent", "ad", "local", "x"],
      "error: unknown command 'ad' (did you mean add?)\n  fix: `./fleet agent --help` shows what it takes\n",
    ],
    [["-C", "/nowhere", "check"], "error: --cwd /nowhere: ENOENT: no such file or directory, chdir"],
  ];
  it.each(cases)("fleet %j", async (args, message) => {
    const { code, stdout, stderr } = await here.fleet(args);
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  it("names the fault and touches nothing when the stack file is wrong", async () => {
    const bad = project({ "stacks/Pulumi.local.yaml": STACK.replace("runtime: container", "runtime: contianer") });
    const { code, stderr } = await bad.fleet(["up", "local", "--yes"]);
    expect(stderr).toMatch(
      /^stacks\/Pulumi.local.yaml:11:16: fleet:agents.ada.runtime: .*\nerror: 1 fault in stacks\/Pulumi.local.yaml; nothing was touched\n$/,
    );
    expect(code).toBe(2);
  });

  it("says what to do without Docker", async () => {
    const { code, stderr } = await here.fleet(["up", "local", "--yes"], {
      env: { DOCKER_HOST: "unix:///nowhere/docker.sock" },
    });
    expect(stderr).toContain("error: no Docker daemon answers at /nowhere/docker.sock");
    expect(stderr).toContain("./fleet up local --simulate");
    expect(code).toBe(2);
  });
});

describe("help", () => {
  it("lists every verb", async () => {
    const { code, stdout } = await here.fleet(["--help"]);
    for (const verb of [
      "up",
      "preview",
      "destroy",
      "refresh",
      "outputs",
      "stacks",
      "cancel",
      "check",
      "schema",
      "status",
      "logs",
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${verb}  `, "m"));
    }
    expect(code).toBe(0);
  });

  it("explains a verb", async () => {
    const { stdout } = await here.fleet(["help", "up"]);
    expect(stdout).toContain("--setup");
    expect((await here.fleet(["up", "--help"])).stdout).toBe(stdout);
  });

  it("is what a bare ./fleet shows", async () => {
    const { code, stderr } = await here.fleet([]);
    expect(stderr).toContain("Usage: ./fleet <verb>");
    expect(code).toBe(2);
  });
});

describe("the wrapper", () => {
  /** A folder to be all of PATH, with the system's own tools but for the given ones. */
  function path(programs: Record<string, string>): string {
    const bin = join(here.root, `bin-${Object.keys(programs).join("-")}-${Math.random()}`);
    mkdirSync(bin);
    for (const tool of ["dirname", "readlink"]) symlinkSync(`/usr/bin/${tool}`, join(bin, tool));
    for (const [name, script] of Object.entries(programs)) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    return bin;
  }

  it("says how to get Node", async () => {
    const { code, stderr } = await here.fleet(["check"], { env: { PATH: path({}) } });
    expect(stderr).toContain("error: Node.js is not installed, or not on PATH\n  fix: install Node.js 20.19");
    expect(code).toBe(2);
  });

  it.each(["v18.20.4", "v20.18.1", "v8.0.0", "nonsense"])("refuses Node %s", async (version) => {
    const { code, stderr } = await here.fleet(["check"], { env: { PATH: path({ node: `echo ${version}` }) } });
    expect(stderr).toContain(`error: Node.js ${version} is too old: agent-fleet needs 20.19 or newer`);
    expect(code).toBe(2);
  });

  it("is the engine's own process, so that signals and kills reach it", async () => {
    const bin = path({ node: `[ "$1" = --version ] && echo v20.19.0 || echo "$$ $*"` });
    const child = here.start(["up", "local"], { env: { PATH: bin } });
    let output = "";
    child.stdout!.on("data", (text) => {
      output += text;
    });
    await new Promise((resolve) => child.once("close", resolve));
    expect(output).toBe(`${child.pid} ${toolkit}/cli/bootstrap.mjs up local\n`);
  });

  it("works through a link and from any folder", async () => {
    symlinkSync(join(toolkit, "fleet"), join(here.root, "linked"));
    const { spawnSync } = await import("node:child_process");
    const { stdout, status } = spawnSync(join(here.root, "linked"), ["check", "local"], {
      cwd: here.root,
      encoding: "utf8",
    });
    expect(stdout).toContain("Pulumi.local.yaml: ok");
    expect(status).toBe(0);
  });
});
