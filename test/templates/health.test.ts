import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpHealthCheck, tcpHealthCheck } from "../../templates/containers/health.js";

/** A server in a thread of its own: the checks run while this one waits. */
const SERVER = `
  const { parentPort } = require("node:worker_threads");
  require("node:http")
    .createServer((q, r) => r.writeHead(Number(q.url.slice(1))).end())
    .listen(0, "127.0.0.1", function () { parentPort.postMessage(this.address().port); });`;

describe("health checks in the shell", () => {
  let folder: string;
  let server: Worker;
  let port: number;
  let closed: number;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "test-health-"));
    server = new Worker(SERVER, { eval: true });
    port = await new Promise((resolve) => server.once("message", resolve));
    const other = http.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    closed = (other.address() as AddressInfo).port;
    await new Promise((resolve) => other.close(resolve));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await server.terminate();
  });

  const find = (tool: string) => spawnSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).stdout.trim();

  /** Runs a check where only these tools are installed. */
  function passes([kind, line]: string[], tools: string[]): boolean {
    expect(kind).toBe("CMD-SHELL");
    const bin = mkdtempSync(join(folder, "bin-"));
    for (const tool of tools) symlinkSync(find(tool), join(bin, tool));
    return spawnSync("/bin/sh", ["-c", line!], { env: { PATH: bin } }).status === 0;
  }

  it.each([["curl"], ["wget"], ["node"], ["bash", "head", "grep"]])("asks over HTTP with %s", (...tools) => {
    if (tools.some((tool) => find(tool) === "")) return expect(tools).not.toContain("node");
    expect(passes(httpHealthCheck(port, "/200"), tools)).toBe(true);
    expect(passes(httpHealthCheck(port, "/500"), tools)).toBe(false);
    expect(passes(httpHealthCheck(port, "/404"), tools)).toBe(false);
    expect(passes(httpHealthCheck(closed, "/200"), tools)).toBe(false);
  });

  it("opens a TCP connection", () => {
    expect(passes(tcpHealthCheck(port), ["bash"])).toBe(true);
    expect(passes(tcpHealthCheck(closed), ["bash"])).toBe(false);
  });
});
