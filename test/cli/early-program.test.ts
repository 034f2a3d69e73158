import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { processesWith, untilGone } from "../e2e/support/processes.js";
import { ended, project, type TestProject } from "./harness.js";

/** How long an abandoned process may take to end, on a busy machine, in milliseconds. */
const TO_END = 60_000;

/** A stack whose program notes that it ran. */
const stack = (config = "  fleet:machines: {}\n  fleet:agents: {}\n") =>
  project({
    "index.ts": `import { writeFileSync } from "node:fs"; writeFileSync("ran", ""); export default async () => ({});`,
    "stacks/Pulumi.dev.yaml": `config:\n${config}`,
  });
const home = (here: TestProject) => `HOME=${here.env.HOME}`;
const programs = (here: TestProject) => processesWith(home(here)).filter((line) => line.includes("program-main"));

/** Notes when a key is derived, a program's process is begun, and the engine's own libraries are loaded. */
const NOTES = `
const { appendFileSync } = require("node:fs");
// The program's process has the same environment.
const command = process.argv[1]?.endsWith("bootstrap.mjs");
const note = (what) => command && process.env.NOTES && appendFileSync(process.env.NOTES, what + "\\n");
for (const [module, name] of [["node:crypto", "pbkdf2"], ["node:child_process", "spawn"]]) {
  const original = require(module)[name];
  require(module)[name] = function (...args) {
    note(name);
    return Reflect.apply(original, this, args);
  };
}
const Module = require("node:module");
const load = Module._load;
Module._load = function (request, ...rest) {
  if (request === "@grpc/grpc-js") note("engine");
  return Reflect.apply(load, this, [request, ...rest]);
};
`;

it("what takes long is begun before the engine is loaded, and the key is derived once", async () => {
  const here = stack();
  here.write("notes.cjs", NOTES);
  const env = { PULUMI_CONFIG_PASSPHRASE: "hush" };
  expect((await here.fleet(["up", "dev", "--yes"], { env })).code).toBe(0);
  const notes = join(here.root, "notes.txt");
  const noted = { ...env, NOTES: notes, NODE_OPTIONS: `--require=${join(here.root, "notes.cjs")}` };
  expect((await here.fleet(["up", "dev", "--yes", "--skip-preview"], { env: noted })).code).toBe(0);
  const told = here.read("notes.txt").trim().split("\n");
  const first = told.slice(0, told.indexOf("engine"));
  expect(first.toSorted()).toEqual(["pbkdf2", "spawn"]);
  expect(told.filter((line) => line === "pbkdf2")).toHaveLength(1);
});

describe.runIf(process.platform === "linux")("the program's process, begun before the engine is loaded", () => {
  it("ends with the command that is killed before it comes to it", async () => {
    const here = stack();
    // Whoever reads the state waits for somebody to write it.
    const folder = join(here.root, "state/.pulumi/stacks/fleet");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(here.root, "state/.pulumi/meta.yaml"), "version: 1\n");
    expect(spawnSync("mkfifo", [join(folder, "dev.json")]).status).toBe(0);
    const up = here.start(["up", "dev", "--yes", "--skip-preview"]);
    const result = ended(up);
    await vi.waitFor(() => expect(programs(here)).toHaveLength(1), { timeout: TO_END });
    up.kill("SIGKILL");
    await result;
    await untilGone(home(here), TO_END);
    expect(existsSync(join(here.root, "ran"))).toBe(false);
  });

  it("ends with a command that finds a fault", async () => {
    const here = stack("  fleet:machines: {}\n  fleet:agenst: {}\n");
    const { code, stdout, stderr } = await here.fleet(["up", "dev", "--yes"]);
    expect(stderr).toContain("unknown section (did you mean agents?)");
    expect(stdout).toBe("");
    expect(code).toBe(2);
    expect(processesWith(home(here))).toEqual([]);
    expect(existsSync(join(here.root, "ran"))).toBe(false);
  });
});
