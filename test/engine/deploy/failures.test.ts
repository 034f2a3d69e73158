import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { TestProject } from "../support/project.js";
import { TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

const TWO = `const a = new Thing("a"); const b = new Thing("b"); return { a: a.address, b: b.address };`;

describe("a program that fails", () => {
  it("deletes nothing, keeps outputs that are not known anew, and says why once", async () => {
    stack = new TestStack();
    stack.program(TWO);
    const { outputs } = await stack.up();
    stack.cloud.done();

    stack.program(`const a = new Thing("a"); throw new Error("no such luck");`);
    const thrown = await stack.upFails();
    expect(thrown.errors).toHaveLength(1);
    expect(thrown.errors[0]).toContain("no such luck");
    expect(thrown.shown).toHaveLength(1);
    expect(thrown.outputs).toEqual(outputs);

    stack.project.source("const a = {;");
    const syntax = await stack.upFails();
    expect(syntax.errors.join("\n")).toContain("SyntaxError");

    stack.project.source(`require("not-installed-package");`);
    const missing = await stack.upFails();
    expect(missing.errors.join("\n")).toContain("not-installed-package");

    expect(stack.cloud.done()).toEqual([]);
    expect(stack.cloud.names()).toEqual(["a", "b"]);
  });

  it("is not taken for finished when it exits early, is killed, or registers too late", async () => {
    stack = new TestStack();
    stack.program(TWO);
    await stack.up();
    stack.cloud.done();

    // The SDK itself turns process.exit(0) with work left into code 1.
    for (const [exit, code] of [
      ["process.exit(0)", 1],
      ["process.reallyExit(0)", 0],
    ] as const) {
      stack.program(`new Thing("a"); ${exit};`);
      const { errors } = await stack.upFails();
      expect(errors[0]).toContain(`exited with code ${code} before it said that it was done; nothing was deleted`);
    }

    stack.program(`new Thing("a"); process.kill(process.pid, "SIGKILL"); await new Promise(() => {});`);
    const killed = await stack.upFails();
    expect(killed.errors[0]).toContain("was ended by SIGKILL");

    expect(stack.cloud.done()).toEqual([]);

    // The program has said that it is done, and while deletions run it registers something more.
    stack.program(`new Thing("a");
      const fs = require("fs");
      const timer = setInterval(() => {
        if (!fs.existsSync("go")) return;
        clearInterval(timer);
        new Thing("late");
      }, 20);
      timer.unref();`);
    stack.cloud.once("delete", "b", "before", async () => {
      writeFileSync(join(stack.project.folder, "go"), "");
      await sleep(1_000);
    });
    const late = await stack.upFails();
    expect(late.errors).toEqual([expect.stringMatching(/"late": the program registered it after it had said/)]);
    expect(stack.cloud.names()).toEqual(["a"]);
  });

  it("may hang, print without end and have odd last words: the run ends all the same", async () => {
    stack = new TestStack();
    stack.program(`
      for (let i = 0; i < 20000; i++) console.log("line " + i + " " + "x".repeat(100));
      process.stderr.write("no newline at the end");
      new Thing("a");`);
    const printed = await stack.up();
    const lines = printed.events.filter((event) => event.kind === "output");
    expect(lines).toHaveLength(20_001);
    expect(lines.at(-1)).toMatchObject({ stream: expect.any(String) });

    // After the failure the program would live on for ever.
    stack.program(`setInterval(() => {}, 1000); new Thing("bad", { bad: 1 }); await new Promise(() => {});`);
    const hung = await stack.upFails();
    expect(hung.errors[0]).toContain("bad[0].port: must be between 1 and 65535");
  });
});

it("a program reaches the engine where the environment names a proxy", async () => {
  stack = new TestStack();
  stack.program(`new Thing("a");`);
  const proxy = "http://127.0.0.1:9";
  await stack.up({ env: { http_proxy: proxy, https_proxy: proxy, no_proxy: "example.com" } });
  expect(stack.cloud.names()).toEqual(["a"]);
});

describe("a program that cannot start", () => {
  it("is told by its exit, also with a config larger than a pipe; large configs arrive", async () => {
    const large = "x".repeat(300_000);
    stack = new TestStack(new TestProject(`config:\n  large: ${large}\n`));
    stack.program(`new Thing("a", { length: config.require("large").length });`);
    await stack.up();
    expect(stack.cloud.byName("a").properties.length).toBe(300_000);

    const file = join(stack.project.folder, "Pulumi.yaml");
    const yaml = readFileSync(file, "utf8");
    writeFileSync(file, yaml.replace("typescript: false", "typescript: false, nodeargs: --no-such-option"));
    const failed = await stack.upFails();
    expect(failed.errors[0]).toContain("the program exited with code 9");
    expect(failed.events).toContainEqual(
      expect.objectContaining({ kind: "output", line: expect.stringContaining("bad option: --no-such-option") }),
    );
  });

  it("is told to install its packages", async () => {
    stack = new TestStack();
    rmSync(join(stack.project.folder, "node_modules"));
    stack.program(`new Thing("a");`);
    await expect(stack.up()).rejects.toMatchObject({
      name: "EngineError",
      fix: expect.stringContaining("npm install"),
    });
    expect(stack.cloud.names()).toEqual([]);
  });
});

describe("a resource that fails", () => {
  it("leaves the others' state, is told once, and the next up carries on", async () => {
    stack = new TestStack();
    stack.program(`
      const a = new Thing("a");
      const b = new Thing("b", { from: a.address });
      const c = new Thing("c", { from: b.address });
      const d = new Thing("d");`);
    stack.cloud.latency = 20;
    stack.cloud.once("create", "b", "before", () => {
      throw new Error("quota exceeded");
    });
    const failed = await stack.upFails();
    expect(failed.errors).toEqual(['create cloud:index:Thing "b": quota exceeded']);
    expect(failed.shown).toHaveLength(1);
    expect(stack.cloud.names()).toEqual(["a", "d"]);
    expect((await stack.state()).pendingOperations).toEqual([]);

    const next = await stack.up();
    expect(next.steps).toEqual(["create b", "create c"]);

    // Errors that are no Error objects, and ones without words.
    for (const [thrown, told] of [
      ["just text", "just text"],
      [undefined, "it failed without a message"],
      [{ message: "from another realm" }, "from another realm"],
      [
        new AggregateError([new Error("refused ::1"), new Error("refused 127.0.0.1")]),
        "refused ::1; refused 127.0.0.1",
      ],
    ] as const) {
      stack.program(`new Thing("a"); new Thing("b"); new Thing("c"); new Thing("d"); new Thing("e");`);
      stack.cloud.once("create", "e", "before", () => {
        throw thrown;
      });
      expect((await stack.run("update", false)).errors).toEqual([`create cloud:index:Thing "e": ${told}`]);
    }
    await stack.check();
  });
});

describe("the state", () => {
  it("refuses a wrong passphrase, a damaged file and a missing folder, and changes nothing", async () => {
    stack = new TestStack();
    stack.program(`new Thing("a", { secret: pulumi.secret("hush") });`);
    await stack.up();
    const text = stack.stateFile();
    stack.cloud.done();

    stack.passphrase = "wrong";
    await expect(stack.up()).rejects.toThrow(/wrong passphrase/);
    expect(stack.stateFile()).toBe(text);
    stack.passphrase = "correct horse";

    const path = `${stack.project.folder}/state/.pulumi/stacks/test/dev.json`;
    writeFileSync(path, text.slice(0, -40));
    await expect(stack.up()).rejects.toMatchObject({
      name: "EngineError",
      message: expect.stringContaining("is damaged"),
      fix: expect.stringContaining("dev.json.bak"),
    });
    writeFileSync(path, text);
    expect(stack.cloud.done()).toEqual([]);
    expect((await stack.up()).changes).toEqual({ same: 2 });

    rmSync(`${stack.project.folder}/state`, { recursive: true });
    stack.cloud.objects.clear();
    expect((await stack.up()).changes).toEqual({ create: 2 });
  });

  it("is on disk before a provider is called; a disk that fails ends the run with the error", async () => {
    stack = new TestStack();
    stack.program(`new Thing("a"); new Thing("b", {}, { dependsOn: [] });`);
    await stack.up();
    stack.cloud.done();

    stack.program(`const a = new Thing("a"); const b = new Thing("b"); const c = new Thing("c", { from: a.address });`);
    stack.onWrite = (text) => {
      if (text.includes('"type":"creating"')) throw new Error("no space left on device");
    };
    const failed = await stack.run("update", false);
    expect(failed.outcome).toBe("failed");
    expect(failed.errors).toEqual(['create cloud:index:Thing "c": no space left on device']);
    expect(failed.shown).toHaveLength(1);
    expect(stack.cloud.done()).toEqual([]);

    // The write after the effect fails too: the file still says what was in flight, and the next run finds it.
    let broken = false;
    stack.onWrite = () => {
      if (broken) throw new Error("no space left on device");
    };
    stack.cloud.once("create", "c", "after", () => {
      broken = true;
    });
    const lost = await stack.run("update", false);
    expect(lost.outcome).toBe("failed");
    expect(lost.errors.join()).toContain("no space left on device");
    expect((await stack.state()).pendingOperations).toMatchObject([{ type: "creating" }]);
    expect(stack.cloud.names()).toEqual(["a", "b", "c"]);

    broken = false;
    const next = await stack.up();
    expect(next.events).toContainEqual(
      expect.objectContaining({ kind: "diagnostic", message: expect.stringContaining("it exists") }),
    );
    expect(stack.cloud.names()).toEqual(["a", "b", "c"]);
    expect((await stack.state()).pendingOperations).toEqual([]);
  });
});
