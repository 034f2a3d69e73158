import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { locatePlugin } from "../../../engine/plugins/locate.js";
import { type PluginLaunch, PluginProcess } from "../../../engine/plugins/plugin-process.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plugins-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function plugin(name: string, script: string, at = folder): string {
  mkdirSync(at, { recursive: true });
  const path = join(at, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function gone(pid: number): Promise<void> {
  while (alive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("a plugin's process", () => {
  const lines: string[] = [];
  const start = (script: string, more: Partial<PluginLaunch> = {}) =>
    new PluginProcess({
      label: "pulumi-resource-x",
      command: plugin("pulumi-resource-x", script),
      args: ["127.0.0.1:1"],
      cwd: folder,
      env: process.env,
      onLine: (stream, line) => lines.push(`${stream} ${line}`),
      ...more,
    });

  it("tells its port first, and is ended with all that it started", async () => {
    const started = start(`echo 4711; echo "got $1"; sleep 1000 & echo $! >&2; wait`);
    expect(await started.port).toBe(4711);
    while (lines.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(lines).toContain("stdout got 127.0.0.1:1");
    const child = Number(lines.find((line) => line.startsWith("stderr"))?.split(" ")[1]);
    await started.stop();
    await gone(child);
    expect(started.end).toMatch(/ended by SIGINT|exited with code 130/);
  });

  it("that ignores the interrupt is killed", async () => {
    const started = start(`trap '' INT; echo 4711; while :; do sleep 1; done`);
    await started.port;
    await started.stop(50);
    expect(started.end).toBe("was ended by SIGKILL");
  });

  it("that does not come up is told of with its last words", async () => {
    await expect(start("echo no licence >&2; exit 3").port).rejects.toThrow(
      /pulumi-resource-x exited with code 3 before it told its port\n {2}no licence$/,
    );
    await expect(start("echo hello; sleep 1000").port).rejects.toThrow(/printed "hello" where its port belongs/);
    const silent = start("echo waiting >&2; sleep 1000", { startTimeout: 300 });
    await expect(silent.port).rejects.toThrow(/did not say on which port it serves within 0.3 seconds/);
    await silent.closed;
    await expect(start("", { command: join(folder, "missing") }).port).rejects.toThrow(/exited with code 127/);
  });
});

it("a plugin whose engine is killed ends too", async () => {
  const command = plugin("pulumi-resource-x", "trap '' INT; echo 4711; while :; do sleep 1; done");
  const script = join(folder, "engine.mts");
  writeFileSync(
    script,
    `import { PluginProcess } from ${JSON.stringify(resolve("engine/plugins/plugin-process.ts"))};
const options = { label: "x", command: ${JSON.stringify(command)}, args: [], cwd: ".", env: process.env, onLine() {} };
const started = new PluginProcess(options);
await started.port;
process.stdout.write(String(started.pid));
setTimeout(() => process.kill(process.pid, "SIGKILL"), 1);
`,
  );
  const child = spawnSync(process.execPath, ["--import", "tsx", script], { encoding: "utf8" });
  expect(child.signal, child.stderr).toBe("SIGKILL");
  const pid = Number(child.stdout);
  expect(pid).toBeGreaterThan(0);
  await gone(pid);
});

describe("plugins are found", () => {
  const places = (env: NodeJS.ProcessEnv = {}) => ({ project: [], programDir: join(folder, "program"), env });

  it("in Pulumi.yaml, on PATH, among npm's bins and in the cache, in this order", async () => {
    const name = "pulumi-resource-x";
    const cache = join(folder, "home/plugins");
    const env = { PATH: join(folder, "bin"), PULUMI_HOME: join(folder, "home") };
    expect(await locatePlugin("x", undefined, places(env))).toBeUndefined();
    for (const version of ["1.9.0", "1.10.0", "2.0.0-beta.1"]) plugin(name, "", join(cache, `resource-x-v${version}`));
    plugin(name, "", join(cache, "resource-x-v3.0.0"));
    // Not installed completely.
    writeFileSync(join(cache, "resource-x-v3.0.0.partial"), "");
    const found = async (version?: string) => (await locatePlugin("x", version, places(env)))?.path;
    expect(await found()).toBe(join(cache, "resource-x-v1.10.0", name));
    expect(await found("1.9.0")).toBe(join(cache, "resource-x-v1.9.0", name));
    expect(await found("2.0.0-beta.1")).toBe(join(cache, "resource-x-v2.0.0-beta.1", name));
    expect(await found("1.0.0")).toBeUndefined();
    plugin(name, "", join(folder, "node_modules/.bin"));
    expect(await found()).toBe(join(folder, "node_modules/.bin", name));
    plugin(name, "", join(folder, "bin"));
    expect(await found("1.0.0")).toBe(join(folder, "bin", name));
    const quiet = places({ ...env, PULUMI_IGNORE_AMBIENT_PLUGINS: "true" });
    expect((await locatePlugin("x", "1.9.0", quiet))?.path).toBe(join(cache, "resource-x-v1.9.0", name));
    plugin(name, "", join(folder, "own"));
    const project = [{ name: "x", path: join(folder, "own"), version: "1.9.0" }];
    expect((await locatePlugin("x", "v1.9.0", { ...places(env), project }))?.path).toBe(join(folder, "own", name));
    expect((await locatePlugin("x", "2.0.0", { ...places(env), project }))?.path).toBe(join(folder, "bin", name));
  });
});
