import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Backend, Cancellation, type EngineEvent, type RunOptions } from "../../../engine/index.js";
import { processesOf, type Ran, TestStack } from "../support/stack.js";

let stack: TestStack;
beforeEach(() => {
  stack = new TestStack();
  // Runs as soon as the program's process does, ahead of anything that the engine tells it.
  const file = join(stack.project.folder, "Pulumi.yaml");
  const yaml = readFileSync(file, "utf8");
  writeFileSync(file, yaml.replace("typescript: false", "typescript: false, nodeargs: --require ./begun.cjs"));
  writeFileSync(
    join(stack.project.folder, "begun.cjs"),
    `process.on("SIGINT", () => {}); require("node:fs").writeFileSync(__dirname + "/begun", ""); console.log("begun");`,
  );
  stack.project.source(
    `require("node:fs").writeFileSync(__dirname + "/ran", require.main.filename + " " + process.argv.length);
     const { Thing } = require("./library");
     module.exports = async () => { new Thing("a"); };`,
  );
});
afterEach(() => stack.remove());

const marked = (name: string) => existsSync(join(stack.project.folder, name));

/** Runs an update whose state is read once the program's process is there; whatever comes of it, that is gone then and has said nothing. */
async function endsBeforeTheProgram(onLoad: () => void, options: Partial<RunOptions> = {}): Promise<Ran> {
  for (const name of ["begun", "ran"]) rmSync(join(stack.project.folder, name), { force: true });
  const inner = stack.backend();
  const backend = new Proxy(inner, {
    get: (target, key: keyof Backend) => {
      if (key !== "load") return typeof target[key] === "function" ? target[key].bind(target) : target[key];
      return async (project: string, name: string) => {
        await vi.waitFor(() => expect(marked("begun")).toBe(true), { timeout: 60_000 });
        onLoad();
        return target.load(project, name);
      };
    },
  });
  const said: EngineEvent[] = [];
  try {
    return await stack.run("update", false, { ...options, backend, onEvent: (event) => said.push(event) });
  } finally {
    expect(processesOf(stack.project.folder)).toEqual([]);
    expect(marked("ran")).toBe(false);
    expect(said.filter(({ kind }) => kind === "output")).toEqual([]);
  }
}

describe("the program's process, begun while the state is read", () => {
  it("runs the SDK's own main script, and what it printed before that is told", async () => {
    const ran = await stack.up();
    expect(ran.steps).toEqual(["create a"]);
    expect(ran.events).toContainEqual({ kind: "output", stream: "stdout", line: "begun" });
    const main = readFileSync(join(stack.project.folder, "ran"), "utf8");
    expect(main).toMatch(/@pulumi\/pulumi\/cmd\/run\/index\.js 2$/);
    expect(processesOf(stack.project.folder)).toEqual([]);
  });

  it("is gone without a word when the run ends before the program", async () => {
    await stack.up();
    const text = stack.stateFile();
    const file = join(stack.project.folder, "state/.pulumi/stacks/test/dev.json");

    await expect(endsBeforeTheProgram(() => {}, { passphrase: async () => "wrong" })).rejects.toThrow(
      /wrong passphrase/,
    );

    writeFileSync(file, text.slice(0, -40));
    await expect(endsBeforeTheProgram(() => {})).rejects.toThrow(/is damaged/);
    writeFileSync(file, text);

    const cancellation = new Cancellation();
    const cancelled = await endsBeforeTheProgram(() => cancellation.request(), { cancellation });
    expect(cancelled.outcome).toBe("cancelled");
    expect(stack.cloud.names()).toEqual(["a"]);

    const other = await stack.backend().lock("test", "dev");
    await expect(stack.run("update", false)).rejects.toThrow(/is locked by/);
    expect(processesOf(stack.project.folder)).toEqual([]);
    await other.release();
    expect((await stack.up()).changes).toEqual({ same: 2 });
  });
});
