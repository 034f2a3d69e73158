import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatFor, literal, renderOpenClawConfig } from "../../templates/openclaw/config.js";
import type { Gateway, JsonObject } from "../../templates/openclaw/gateway.js";
import { merge } from "../../templates/openclaw/merge.js";
import { gateway } from "./gateway.js";

const rendered = (version: string | undefined, more?: Partial<Gateway>) =>
  JSON.parse(renderOpenClawConfig(version, gateway(more)));

describe("openclaw.json", () => {
  it("is in the format of the version that reads it", () => {
    const since = (version?: string) => formatFor(version).since;
    expect([since("2026.2.22"), since("2026.2.1"), since("2025.12.1")]).toEqual(Array(3).fill("2026.2.0"));
    expect([since("2026.3.1"), since("2026.6.11"), since("2026.8.30-beta.1")]).toEqual(Array(3).fill("2026.3.1"));
    expect([since("2026.9.6"), since("2026.10.0"), since("2027.1.1"), since()]).toEqual(Array(4).fill("2026.9.0"));
  });

  it("listens for the container, with a token, for the edge's origins and behind the edge only", () => {
    expect(rendered("2026.9.6").gateway).toMatchObject({
      mode: "local",
      port: 18789,
      bind: "lan",
      auth: { mode: "token", token: "t".repeat(48) },
      trustedProxies: ["172.18.0.1"],
      controlUi: { allowedOrigins: ["http://ada.localhost:8080"] },
      tailscale: { mode: "off" },
    });
  });

  it.each([undefined, "2026.9.6", "2026.2.22"])("calls nobody who is not declared (%s)", (version) => {
    const config = rendered(version);
    expect(config.update).toEqual({ checkOnStart: false, auto: { enabled: false } });
    expect(config.discovery).toEqual({ mdns: { mode: "off" } });
    if (version !== "2026.2.22") {
      expect(config.telemetry).toEqual({ enabled: false });
      expect(config.models.catalogRefresh).toEqual({ enabled: false });
    }
  });

  it("lets the operator's settings win, deeply", () => {
    const settings: JsonObject = {
      gateway: { controlUi: { enabled: false }, trustedProxies: [] },
      agents: { defaults: { model: "x/y" } },
      cron: { enabled: true },
    };
    const { gateway: made, agents, cron } = rendered("2026.9.6", { settings });
    expect(made.controlUi).toEqual({ enabled: false, allowedOrigins: ["http://ada.localhost:8080"] });
    expect(made.trustedProxies).toEqual([]);
    expect(agents.defaults).toMatchObject({ model: "x/y", skipBootstrap: true });
    expect(cron).toEqual({ enabled: true });
  });

  it("declares the plugins of channels to versions that would write them in themselves", () => {
    const channels: JsonObject = { telegram: {}, mattermost: {} };
    expect(rendered("2026.2.22", { channels }).plugins).toEqual({ entries: { mattermost: { enabled: true } } });
    expect(rendered("2026.2.22").plugins).toBeUndefined();
    expect(rendered("2026.9.6", { channels }).plugins).toBeUndefined();
  });

  it("keeps a secret that looks like a reference to the environment", () => {
    expect(literal("a${TOKEN}b${x}$Y$")).toBe("a$${TOKEN}b${x}$Y$");
  });

  it("merges a key called __proto__ as a key", () => {
    const merged = merge({}, JSON.parse('{"__proto__":{"polluted":1}}'));
    expect(JSON.stringify(merged)).toBe('{"__proto__":{"polluted":1}}');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

/** A stand-in for a gateway, in a thread of its own: the probes run while this one waits. */
const SERVER = `
  const { parentPort } = require("node:worker_threads");
  const page = "<html>ready: true</html>";
  require("node:http")
    .createServer((q, r) => {
      const { ready, guarded } = globalThis.state;
      if (q.url === "/tools/invoke" && q.method === "POST" && guarded) return r.writeHead(401).end("{}");
      if (q.url === "/readyz" && ready !== undefined) return r.writeHead(ready ? 200 : 503).end(JSON.stringify({ ready }));
      r.writeHead(200).end(page);
    })
    .listen(0, "127.0.0.1", function () { parentPort.postMessage(this.address().port); });
  parentPort.on("message", (state) => { globalThis.state = state; parentPort.postMessage("ok"); });`;

describe("the probe of a gateway", () => {
  let server: Worker;
  let port: number;
  let folder: string;
  const next = () => new Promise<unknown>((resolve) => server.once("message", resolve));
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "test-probe-"));
    server = new Worker(SERVER, { eval: true });
    port = (await next()) as number;
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await server.terminate();
  });

  const find = (tool: string) => spawnSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).stdout.trim();
  async function passes(version: string, tools: string[], state: object, on = port): Promise<boolean> {
    server.postMessage(state);
    await next();
    const bin = mkdtempSync(join(folder, "bin-"));
    for (const tool of tools) symlinkSync(find(tool), join(bin, tool));
    const [command, ...args] = formatFor(version).health(on);
    return spawnSync(`/bin/${command}`, args, { env: { PATH: bin } }).status === 0;
  }

  it.each([["curl", "grep"], ["node"]])("believes only a gateway that says it is ready (%s)", async (...tools) => {
    if (find(tools[0]!) === "") return expect(tools).toContain("curl");
    expect(await passes("2026.9.6", tools, { ready: true })).toBe(true);
    expect(await passes("2026.9.6", tools, { ready: false })).toBe(false);
    expect(await passes("2026.9.6", tools, {})).toBe(false);
    expect(await passes("2026.2.22", tools, { guarded: true })).toBe(true);
    expect(await passes("2026.2.22", tools, {})).toBe(false);
    expect(await passes("2026.2.22", tools, { guarded: true }, 1)).toBe(false);
  });
});
