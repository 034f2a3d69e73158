import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ProviderError } from "../../../../engine/provider.js";
import { CommandProvider, commandProvider } from "../../../../engine/providers/command/index.js";
import { Archive, Asset, type PropertyMap, Secret, UNKNOWN } from "../../../../engine/values.js";
import { drive, secretText } from "../drive.js";
import { recorded } from "../recorded.js";

const TYPE = "command:local:Command";
const SECRET = 's3cr3t-Värde+"quoted"/&';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "command-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const local = () => drive(new CommandProvider({ folder }), TYPE, "cmd");
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let round = 0; round < 200; round++) {
    if (condition()) return;
    await sleep(50);
  }
  throw new Error(`timed out: ${what}`);
}

/** True while a process runs; a zombie that nobody has reaped does not. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/^\S+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

describe("life cycle", () => {
  it("creates as the vendor's plugin does: id, outputs, environment, trimmed newline", async () => {
    const { id, outputs } = await local().create({
      create: "echo hello eminent-polecat $FOO",
      delete: "true",
      environment: { FOO: "bar" },
    });
    expect(id).toMatch(/^cmd[0-9a-f]{8}$/);
    expect(outputs).toEqual(recorded(TYPE).outputs);
  });

  it("runs update, or create again without one, with the last output in the environment", async () => {
    const create = 'echo "was [$PULUMI_COMMAND_STDOUT] [$PULUMI_COMMAND_STDERR]"; echo e >&2';
    const first = await local().create({ create });
    expect(first.outputs).toMatchObject({ stdout: "was [] []", stderr: "e" });
    const again = await local().update(first, { create });
    expect(again.stdout).toBe("was [was [] []] [e]");
    const updated = await local().update({ ...first, outputs: again }, { create, update: "echo updated" });
    expect(updated).toMatchObject({ create, update: "echo updated", stdout: "updated", stderr: "" });
    const without = await local().update(first, { create, addPreviousOutputInEnv: false });
    expect(without.stdout).toBe("was [] []");
  });

  it("runs delete with the last output in the environment", async () => {
    const inputs = { create: "echo made", delete: `echo "$PULUMI_COMMAND_STDOUT" > gone` };
    await local().delete(await local().create(inputs));
    expect(readFileSync(join(folder, "gone"), "utf8")).toBe("made\n");
  });

  it("does nothing where no command is given", async () => {
    const made = await local().create({ delete: "touch deleted" });
    expect(made.outputs).toEqual({ delete: "touch deleted", stdout: "", stderr: "" });
    expect(await local().update({ ...made, outputs: { stdout: "kept", stderr: "" } }, {})).toEqual({
      stdout: "kept",
      stderr: "",
    });
    await local().delete({ ...made, inputs: {} });
    expect(existsSync(join(folder, "deleted"))).toBe(false);
  });

  it("a changed trigger replaces, everything else updates", async () => {
    const old = { id: "x", inputs: { create: "true", triggers: [1, { a: 1 }] }, outputs: {} };
    expect(await local().diff(old, { create: "true", triggers: [1, { a: 2 }] })).toMatchObject({
      changes: "some",
      replaces: ["triggers"],
      detailedDiff: { "triggers[1].a": { kind: "update-replace", inputDiff: true } },
    });
    expect(await local().diff(old, { create: "false", triggers: [1, { a: 1 }] })).toMatchObject({
      diffs: ["create"],
      replaces: [],
    });
    expect(await local().diff(old, { create: "false", triggers: [1, { a: 1 }] }, ["create"])).toEqual({
      changes: "none",
    });
  });

  it("a secret compares by its value", async () => {
    const old = { id: "x", inputs: { environment: { A: new Secret("1", "cipher") } }, outputs: {} };
    expect(await local().diff(old, { environment: { A: new Secret("1") } })).toEqual({ changes: "none" });
    expect((await local().diff(old, { environment: { A: new Secret("2") } })).diffs).toEqual(["environment"]);
  });

  it("shows no difference on what the vendor's plugin wrote", async () => {
    const old = recorded(TYPE);
    expect(await local().diff(old, old.inputs)).toEqual({ changes: "none" });
    const inputs = { ...old.inputs, "__pulumi-go-provider-version": "v1.5.0" };
    expect(await local().diff({ ...old, inputs }, old.inputs)).toEqual({ changes: "none" });
    expect(await local().read(old.id, old.inputs, old.outputs)).toEqual({ id: old.id, outputs: old.outputs });
  });

  it("previews run nothing", async () => {
    const inputs = { create: "touch ran", assetPaths: ["*"], environment: { A: UNKNOWN } };
    expect((await local().preview(inputs)).outputs).toEqual({
      ...inputs,
      stdout: UNKNOWN,
      stderr: UNKNOWN,
      assets: UNKNOWN,
    });
    const old = { id: "x", inputs: {}, outputs: { stdout: "old", stderr: "" } };
    expect(await local().update(old, { update: "touch ran" }, { preview: true })).toMatchObject({ stdout: UNKNOWN });
    expect(await local().update(old, { delete: "true" }, { preview: true })).toMatchObject({ stdout: "old" });
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });
});

describe("how it runs", () => {
  it("passes any text through stdin and the environment unchanged", async () => {
    const text = fc.string({ unit: "grapheme" }).filter((value) => !value.includes("\0") && !value.endsWith("\n"));
    await fc.assert(
      fc.asyncProperty(text, text, async (stdin, value) => {
        const { outputs } = await local().create({
          create: 'cat; printf "%s" "$VALUE" >&2',
          stdin,
          environment: { VALUE: value },
        });
        expect(outputs).toMatchObject({ stdout: stdin, stderr: value });
      }),
      { numRuns: 40 },
    );
  });

  it("gives scripts /dev/stdin, /dev/stdout and /dev/stderr to open, and takes large input", async () => {
    const stdin = "x".repeat(3_000_000);
    const create = "install -m 600 /dev/stdin copy; echo out >/dev/stdout; echo err >/dev/stderr; wc -c < copy";
    const { outputs } = await local().create({ create, stdin });
    expect(String(outputs.stdout).split(/\s+/)).toEqual(["out", "3000000"]);
    expect(outputs.stderr).toBe("err");
    expect((await local().create({ create: "true", stdin })).outputs.stdout).toBe("");
  });

  it("takes the interpreter and the folder", async () => {
    mkdirSync(join(folder, "sub"));
    const interpreter = [process.execPath, "-e"];
    const create = "console.log(process.cwd(), process.argv.length)";
    const { outputs } = await local().create({ create, interpreter, dir: "sub" });
    expect(outputs.stdout).toBe(`${join(folder, "sub")} 1`);
    await expect(local().create({ create: "true", dir: "nowhere" })).rejects.toThrow(/dir .*nowhere is no folder/);
    await expect(local().create({ create: "x", interpreter: ["/no/such/program"] })).rejects.toThrow(/exit code 127/);
  });

  it("gathers assets and an archive by globs", async () => {
    for (const file of ["a.txt", "b.md", "src/x.js", "src/deep/y.js", "src/deep/secret.js"]) {
      mkdirSync(join(folder, file, ".."), { recursive: true });
      writeFileSync(join(folder, file), file);
    }
    const { outputs } = await local().create({
      create: "echo new > made.txt",
      assetPaths: ["*.{txt,md}", "src/**.js", "!**secret*"],
      archivePaths: ["src/?.js"],
    });
    const assets = outputs.assets as Record<string, Asset>;
    expect(Object.keys(assets)).toEqual(["a.txt", "b.md", "made.txt", "src/deep/y.js", "src/x.js"]);
    const hash = createHash("sha256").update("a.txt").digest("hex");
    expect(assets["a.txt"]).toEqual(new Asset({ path: join(folder, "a.txt") }, hash));
    expect(outputs.archive).toBeInstanceOf(Archive);
    expect(Object.keys((outputs.archive as Archive).content.assets!)).toEqual(["src/x.js"]);
  });

  it("streams lines as they come, as logging says", async () => {
    const create = "printf 'one\\ntwo'; sleep 0.1; echo err >&2";
    const lines = async (logging?: string) => {
      const seen: string[] = [];
      await local().create(logging ? { create, logging } : { create }, { report: (line: string) => seen.push(line) });
      return seen.sort();
    };
    expect(await lines()).toEqual(["err", "one", "two"]);
    expect(await lines("stdout")).toEqual(["one", "two"]);
    expect(await lines("stderr")).toEqual(["err"]);
    expect(await lines("none")).toEqual([]);
  });

  it("local.run runs once and gives everything back", async () => {
    const args = { command: "cat; echo $X", stdin: "in-", environment: { X: new Secret("hidden") } };
    const { result, failures } = await new CommandProvider({ folder }).invoke("command:local:run", args);
    expect(failures).toEqual([]);
    expect(result).toMatchObject({ command: args.command, stdin: "in-" });
    expect(secretText(result.stdout)).toBe("in-hidden");
    await expect(commandProvider().invoke!("command:local:walk", {})).rejects.toThrow("no function command:local:walk");
  });
});

describe("faults", () => {
  it("a failure says the exit code and the last lines of stderr", async () => {
    const create = "seq 100 >&2; exit 7";
    const error = await local()
      .create({ create })
      .catch((caught: Error) => caught);
    expect(error).toBeInstanceOf(ProviderError);
    const lines = (error as Error).message.split("\n");
    expect(lines[0]).toBe(`create of cmd failed with exit code 7: ${create}`);
    expect(lines[1]).toBe("  … 80 lines before");
    expect(lines.slice(2)).toEqual(Array.from({ length: 20 }, (_, index) => `  ${index + 81}`));
    await expect(local().create({ create: "echo only stdout; exit 1" })).rejects.toThrow(
      /exit code 1: .*\n {2}only stdout$/,
    );
    await expect(local().create({ create: "kill -9 0" })).rejects.toThrow("was killed");
  });

  it.each([
    [{ creat: "true" }, "creat", "did you mean create?"],
    [{ create: { a: 1 } }, "create", "must be a string"],
    [{ create: "a\0b" }, "create", "NUL"],
    [{ create: "printf '\\u0000'" }, undefined, ""],
    [{ environment: { "A=B": "1" } }, "environment", "no name of an environment variable"],
    [{ environment: { A: ["1"] } }, "environment.A", "must be a string, but is a list"],
    [{ logging: "stdou" }, "logging", "did you mean stdout?"],
    [{ create: new Secret("x"), interpreter: ["python3", "-c"] }, "create", "holds a secret"],
    [{ create: new Secret("x"), interpreter: ["/bin/bash", "-c"] }, undefined, ""],
  ] as [PropertyMap, string | undefined, string][])("check of %j", async (news, property, reason) => {
    const { failures } = await local().check(news);
    if (property === undefined) expect(failures).toEqual([]);
    else expect(failures).toMatchObject([{ property, reason: expect.stringContaining(reason) }]);
  });

  it("refuses remote commands clearly", async () => {
    for (const type of ["command:remote:Command", "command:remote:CopyToRemote"]) {
      await expect(drive(commandProvider(), type).check({})).rejects.toThrow(/reached by ssh.*\n.*fix: /);
    }
  });

  it("says what to do when input is too large for the environment", async () => {
    await expect(local().create({ create: "true", environment: { A: "x".repeat(5_000_000) } })).rejects.toThrow(
      /too large for the system\n.*stdin/,
    );
  });
});

describe("secrets", () => {
  it("make the outputs secret, and keep the inputs' marks", async () => {
    const { outputs } = await local().create({
      create: "cat; echo $X",
      stdin: new Secret(SECRET),
      environment: { X: "1" },
    });
    expect(secretText(outputs.stdout)).toBe(`${SECRET}1`);
    expect(outputs.stderr).toBeInstanceOf(Secret);
    expect(outputs.stdin).toBeInstanceOf(Secret);
    expect(outputs.create).toBe("cat; echo $X");
  });

  it("are masked in errors and in what is streamed, plain, base64 and JSON-escaped", async () => {
    const script = [
      'printf "%s\\n" "$S" >&2',
      'printf "%s" "$S" | base64 >&2',
      'printf "%s\\n" "$S" | base64 | tr -d "\\n" >&2',
      "echo >&2",
      `printf '%s' "$S" | "${process.execPath}" -e 'process.stdin.on("data", (d) => console.error(JSON.stringify({ a: String(d) })))'`,
      "exit 1",
    ].join("; ");
    const seen: string[] = [];
    const report = (line: string) => seen.push(line);
    const inputs = { create: script, environment: { S: new Secret(SECRET) }, logging: "stdoutAndStderr" };
    const error = await local()
      .create(inputs, { report })
      .catch((caught: Error) => caught.message);
    const shown = [error, ...seen].join("\n");
    expect(shown.match(/\[secret\]/g)!.length).toBeGreaterThanOrEqual(8);
    expect(shown).not.toContain("s3cr3t");
    expect(shown).not.toContain(JSON.stringify(SECRET).slice(1, -1));
    expect(shown).not.toContain(Buffer.from(SECRET).toString("base64").slice(0, 12));
  });

  it("stdout that may hold them is not streamed unless asked for", async () => {
    const seen: string[] = [];
    const create = 'printf "%s" "$S" | rev';
    await local().create(
      { create, environment: { S: new Secret("abcdef") } },
      { report: (line: string) => seen.push(line) },
    );
    expect(seen).toEqual([]);
  });

  it.runIf(process.platform === "linux")("never stand on a command line, not even in a secret command", async () => {
    const look = `for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < $f || :; echo; done 2>/dev/null`;
    for (const inputs of [
      { create: new Secret(`: ${SECRET}\n${look}`) },
      { create: new Secret(`: '${SECRET}'\n${look}`), interpreter: ["/usr/bin/env", "bash", "-eu", "-c"] },
      { create: look, stdin: new Secret(SECRET), environment: { S: new Secret(SECRET) } },
    ] as PropertyMap[]) {
      const { outputs } = await local().create(inputs);
      const lines = secretText(outputs.stdout);
      expect(lines).toContain("/bin/sh -c"); // the look found the wrapper itself
      expect(lines).not.toContain("s3cr3t");
    }
  });

  it("a secret command runs as it would have as an argument", async () => {
    const create = new Secret('echo "$0 $# $-" | tr -d cs; x=1; echo $x; exit 3 # no newline');
    const error = await local()
      .create({ create })
      .catch((caught: Error) => caught.message);
    expect(error).toMatch(/^create of cmd failed with exit code 3\n.*command itself is secret/);
    const { outputs } = await local().create({ create: new Secret("echo a\necho 'b c'\n") });
    expect(secretText(outputs.stdout)).toBe("a\nb c");
  });

  it("a vendor's state with a secret on a command line can still be deleted, with a warning", async () => {
    const seen: string[] = [];
    const inputs = { delete: new Secret("open('gone','w')"), interpreter: ["python3", "-c"] };
    const report = (line: string) => seen.push(line);
    await local().delete({ id: "x", inputs, outputs: {} }, { report });
    expect(existsSync(join(folder, "gone"))).toBe(true);
    expect(seen.join()).toContain("on the command line of python3");
  });
});

describe("ending", () => {
  const background = "sleep 300 & echo $! > pids; echo $$ >> pids; echo started; wait";
  const pids = () => readFileSync(join(folder, "pids"), "utf8").trim().split("\n").map(Number);
  const started = () => existsSync(join(folder, "pids")) && pids().length === 2;

  it("an abort ends the whole group, and says so", async () => {
    const abort = new AbortController();
    const running = local().create({ create: background }, { signal: abort.signal });
    await until(started, "start");
    abort.abort();
    await expect(running).rejects.toThrow("create of cmd was cancelled");
    await until(() => !pids().some(runs), "end of the group");
    await expect(local().create({ create: "touch late" }, { signal: abort.signal })).rejects.toThrow("was cancelled");
    expect(existsSync(join(folder, "late"))).toBe(false);
  });

  it("cancel ends what is running", async () => {
    const provider = new CommandProvider({ folder });
    const running = drive(provider, TYPE).create({ create: background });
    await until(started, "start");
    await provider.cancel();
    await expect(running).rejects.toThrow("was cancelled");
  });

  it("who ignores SIGTERM is killed after 5 s", async () => {
    const begin = Date.now();
    const running = local().create({ create: `trap '' TERM; ${background}` }, { timeout: 0.5 });
    await expect(running).rejects.toThrow("did not end within 0.5 s and was stopped");
    expect(Date.now() - begin).toBeGreaterThan(5000);
    await until(() => !pids().some(runs), "end of the group");
  });

  it("who ends by itself on SIGTERM may have a last word", async () => {
    const create = "trap 'echo cleaned > word; echo cleaned >&2; exit 4' TERM; sleep 300 & wait";
    await expect(local().create({ create }, { timeout: 0.5 })).rejects.toThrow(/was stopped.*\n {2}cleaned/);
    expect(readFileSync(join(folder, "word"), "utf8")).toBe("cleaned\n");
  });

  it("a background process that lets go of the output lives on", async () => {
    const { outputs } = await local().create({ create: "sleep 300 >/dev/null 2>&1 & echo $!" });
    const pid = Number(outputs.stdout);
    try {
      await sleep(300);
      expect(runs(pid)).toBe(true);
    } finally {
      process.kill(pid, "SIGKILL");
    }
  });

  it("no command outlives an engine that was killed with -9", async () => {
    const script = join(import.meta.dirname, "run-forever.ts");
    const engine = spawn(process.execPath, ["--import", "tsx", script, folder, background], { stdio: "inherit" });
    try {
      await until(started, "start");
      expect(pids().every(runs)).toBe(true);
      engine.kill("SIGKILL");
      await until(() => !pids().some(runs), "end of the group");
    } finally {
      engine.kill("SIGKILL");
    }
  });
});
