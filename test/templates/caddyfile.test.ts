import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ADMIN_SOCKET, type CaddyEdge, renderCaddyfile, UNKNOWN_HOST } from "../../templates/proxy/caddyfile.js";
import { describeIf, noCaddy } from "./daemon.js";

const edge = (more: Partial<CaddyEdge> = {}): CaddyEdge => ({
  port: 8080,
  bind: "127.0.0.1",
  tls: "off",
  routes: [
    { host: "brook.localhost", upstream: "127.0.0.1:18909" },
    { host: "ada.localhost", upstream: "127.0.0.1:18789" },
  ],
  ...more,
});

const KINDS: Record<string, CaddyEdge> = {
  "plain HTTP": edge(),
  "no agents": edge({ routes: [] }),
  "no agents, own authority": edge({ routes: [], tls: "internal", port: 8443 }),
  "all addresses": edge({ bind: "0.0.0.0", port: 80 }),
  "own authority": edge({ tls: "internal", port: 8443 }),
  "public certificates": edge({ tls: "acme", bind: "0.0.0.0", port: 443, httpPort: 80, email: "ops@example.org" }),
};

describe("Caddyfile", () => {
  it("does not depend on the order of the agents", () => {
    expect(renderCaddyfile(edge())).toBe(renderCaddyfile(edge({ routes: [...edge().routes].reverse() })));
  });
});

describeIf(noCaddy, "Caddyfile as Caddy reads it", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "test-caddy-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.entries(KINDS))("is valid: %s", (_, kind) => {
    const file = join(folder, "Caddyfile");
    // Where this machine's Caddy cannot make the socket, it still checks everything else.
    writeFileSync(file, renderCaddyfile(kind).replace(ADMIN_SOCKET, join(folder, "admin.sock")));
    const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    const { status, stderr } = spawnSync("caddy", ["validate", "--config", file, "--adapter", "caddyfile"], {
      encoding: "utf8",
      env,
    });
    expect(status, stderr).toBe(0);
  });

  it("serves by host name, names clients that no loopback address shows, passes upgrades, and knows no other host", async () => {
    const seen: http.IncomingHttpHeaders[] = [];
    const upstream = http.createServer((request, response) => {
      seen.push(request.headers);
      response.end("agent");
    });
    upstream.on("upgrade", (_request, socket) => {
      socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    const port = 20_000 + (process.pid % 20_000);
    const route = { host: "ada.localhost", upstream: `127.0.0.1:${(upstream.address() as AddressInfo).port}` };
    const file = join(folder, "Caddyfile.run");
    writeFileSync(
      file,
      renderCaddyfile(edge({ port, routes: [route] })).replace(ADMIN_SOCKET, join(folder, "run.sock")),
    );
    const caddy = spawn("caddy", ["run", "--config", file, "--adapter", "caddyfile"], {
      stdio: "ignore",
      env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    });
    try {
      const get = (host: string, headers: http.OutgoingHttpHeaders = {}) =>
        new Promise<{ status: number; body: string }>((resolve, reject) => {
          const request = http.request({ port, host: "127.0.0.1", headers: { host: `${host}:${port}`, ...headers } });
          request.on("response", async (response) => {
            let body = "";
            for await (const part of response) body += part;
            resolve({ status: response.statusCode!, body });
          });
          request.on("upgrade", (response) => resolve({ status: response.statusCode!, body: "" }));
          request.on("error", reject).end();
        });
      for (let tries = 0; tries < 100 && !(await get("x").catch(() => undefined)); tries++) await sleep(100);

      expect(await get("ada.localhost", { "x-forwarded-for": "8.8.8.8" })).toEqual({ status: 200, body: "agent" });
      expect(seen[0]).toMatchObject({ "x-forwarded-for": "192.0.0.8", host: `ada.localhost:${port}` });
      expect(await get("ada.localhost", { connection: "Upgrade", upgrade: "websocket" })).toMatchObject({
        status: 101,
      });
      expect(await get("cleo.localhost")).toEqual({ status: 404, body: `${UNKNOWN_HOST}\n` });
    } finally {
      caddy.kill();
      upstream.close();
      upstream.closeAllConnections();
    }
  });
});
