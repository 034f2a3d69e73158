import { describe, expect, it } from "vitest";
import { lineDiff } from "../../cli/diff.js";
import { project, STACK } from "./harness.js";

const FILE = "stacks/Pulumi.local.yaml";
const fresh = () => project({ [FILE]: STACK });

/** Lines that an edit took out and put in. */
const changes = (after: string) =>
  lineDiff(STACK, after, 0)
    .split("\n")
    .filter((line) => /^[-+]/.test(line));

describe("fleet agent", () => {
  it("sets one value in its line", async () => {
    const here = fresh();
    const { code, stdout } = await here.fleet(["agent", "set", "local", "ada", "resources.memory=3GiB"]);
    expect(changes(here.read(FILE))).toEqual([
      "-       resources: { memory: 64MiB, cpus: 1 } # small",
      "+       resources: { memory: 3GiB, cpus: 1 } # small",
    ]);
    expect(stdout).toContain("  +       resources: { memory: 3GiB, cpus: 1 } # small\n");
    expect(stdout).toContain("Now run ./fleet up local\n");
    expect(code).toBe(0);
  });

  it("sets several, takes some out, and says so when nothing changes", async () => {
    const here = fresh();
    await here.fleet(["agent", "set", "local", "brook", 'env={ KEY: "1" }', 'files["a b.txt"]=hello', "port=28790"]);
    expect(changes(here.read(FILE))).toEqual([
      '+       env: { KEY: "1" }',
      "+       files: { a b.txt: hello }",
      "+       port: 28790",
    ]);
    await here.fleet(["agent", "set", "local", "brook", "--unset", "env", "files", "port"]);
    expect(here.read(FILE)).toBe(STACK);
    const { code, stdout } = await here.fleet(["agent", "set", "local", "ada", "port=28789"]);
    expect(stdout).toBe(`${FILE} has that already; nothing was written.\n`);
    expect(code).toBe(0);
  });

  it("adds a copy with a port and a host of its own, and removes it without a trace", async () => {
    const here = fresh();
    const { code } = await here.fleet(["agent", "add", "local", "cleo", "--like", "ada", "resources.cpus=2"]);
    expect(code).toBe(0);
    const added = changes(here.read(FILE));
    expect(added.filter((line) => /port/.test(line))).toHaveLength(1);
    expect(added.some((line) => /port: 28789$/.test(line))).toBe(false);
    expect(added).toContain("+       resources: { memory: 64MiB, cpus: 2 } # small");
    expect(added.every((line) => line.startsWith("+"))).toBe(true);
    const { stdout } = await here.fleet(["agent", "remove", "local", "cleo"]);
    expect(stdout).toContain("keeps its data: local-cleo-data");
    expect(stdout).toContain("./fleet purge local --entry cleo");
    expect(here.read(FILE)).toBe(STACK);
  });

  it("adds one from nothing but settings", async () => {
    const here = fresh();
    await here.fleet(["agent", "add", "local", "dora", "runtime=container", "image=box", "command=[sh, -c, 'true']"]);
    expect(changes(here.read(FILE)).filter((line) => line.trim() !== "+")).toEqual([
      "+     dora:",
      "+       machine: here",
      "+       runtime: container",
      "+       image: box",
      '+       command: [sh, -c, "true"]',
    ]);
  });

  const refused: [string[], RegExp][] = [
    [["set", "local", "ada", "resources.memory=3"], /resources\.memory: .*\n.*would put 1 fault .*nothing was written/],
    [["set", "local", "ada", "hots=box"], /unknown key \(did you mean host\?\)/],
    [["set", "local", "adda", "port=1"], /has no agent "adda" \(did you mean ada\?\)/],
    [["set", "local", "ada", "port"], /"port" is not a setting\n {2}fix: write <key>=<value>/],
    [["set", "local", "ada"], /nothing to set/],
    [["add", "local", "ada"], /has an agent ada already/],
    [["add", "local", "dora", "--like", "eda"], /has no agent "eda" \(did you mean ada\?\)/],
    [["add", "local", "dora", "runtime=openclaw"], /fix: begin with a copy of another agent: --like ada/],
    [["add", "local", "Bad Name", "--like", "ada"], /fleet:agents\.Bad Name/],
    [["remove", "local", "ada"], /brook\.reaches\.0/],
    [["remove", "local", "dora"], /has no agent "dora"/],
  ];
  it.each(refused)("refuses %j and writes nothing", async (args, message) => {
    const here = fresh();
    const { code, stderr } = await here.fleet(["agent", ...args]);
    expect(stderr).toMatch(message);
    expect(here.read(FILE)).toBe(STACK);
    expect(code).toBe(2);
  });

  it("does not make a broken file worse", async () => {
    const here = project({ [FILE]: STACK.replace("64MiB", "64") });
    const { code, stderr } = await here.fleet(["agent", "set", "local", "brook", "port=28790"]);
    expect(stderr).toContain(`error: ${FILE} has 1 fault already; nothing was written`);
    expect(code).toBe(2);
  });
});
