import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import tls from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CADDY_CHECK,
  NATIVE_ADMIN_SOCKET,
  NATIVE_CADDYFILE,
  renderNativeCaddyfile,
} from "../../templates/proxy/caddyfile-native.js";
import type { CaddyEdge } from "../../templates/proxy/caddyfile-parts.js";
import { describeIf, noCaddy } from "./daemon.js";

const HOST = "ada.team.example.com";
const edge = (more: Partial<CaddyEdge> = {}): CaddyEdge => ({
  port: 443,
  bind: "0.0.0.0",
  tls: "acme",
  email: "ops@example.org",
  httpPort: 80,
  routes: [
    { host: HOST, upstream: "127.0.0.1:18789" },
    { host: "crm-alpha.team.example.com", upstream: "127.0.0.1:3100" },
  ],
  ...more,
});

describe("Caddyfile of the host's own Caddy", () => {
  it("does not depend on the order of what is served", () => {
    const { routes } = edge();
    expect(renderNativeCaddyfile(edge({ routes: [...routes].reverse() }))).toBe(renderNativeCaddyfile(edge()));
  });

  it("has its admin interface where no agent in the host's network reaches it", () => {
    expect(renderNativeCaddyfile(edge())).toContain(`admin unix/${NATIVE_ADMIN_SOCKET}\n`);
  });
});

/** A WebSocket message of less than 126 bytes; a client's is masked. */
function frame(text: string, mask?: Buffer): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.from([0x81, (mask ? 0x80 : 0) | payload.length]);
  return Buffer.concat([
    head,
    mask ?? Buffer.alloc(0),
    mask ? payload.map((byte, at) => byte ^ mask[at % 4]!) : payload,
  ]);
}

const textOf = (message: Buffer): string => {
  const length = message[1]! & 0x7f;
  if (!(message[1]! & 0x80)) return message.subarray(2, 2 + length).toString();
  const mask = message.subarray(2, 6);
  return Buffer.from(message.subarray(6, 6 + length).map((byte, at) => byte ^ mask[at % 4]!)).toString();
};

describeIf(noCaddy, "Caddyfile of the host's own Caddy, as Caddy reads it", () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "test-native-caddy-"));
    env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Asks as `put.mjs` does: with the folder of the drafts as the first argument. */
  function check(text: string) {
    const drafts = mkdtempSync(join(folder, "drafts-"));
    mkdirSync(join(drafts, NATIVE_CADDYFILE, ".."), { recursive: true });
    writeFileSync(join(drafts, NATIVE_CADDYFILE), text);
    return spawnSync("sh", ["-c", CADDY_CHECK, "check", drafts], { encoding: "utf8", env });
  }

  it.each<[string, CaddyEdge]>([
    ["public certificates", edge()],
    ["own authority", edge({ tls: "internal", httpPort: undefined })],
    ["plain HTTP", edge({ tls: "off", port: 80, httpPort: undefined })],
    ["nothing to serve", edge({ routes: [] })],
  ])("is valid, by the check that stands before its delivery: %s", (_, kind) => {
    const { status, stderr } = check(renderNativeCaddyfile(kind));
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  it("is refused in one line where it is not", () => {
    const { status, stderr } = check(renderNativeCaddyfile(edge()).replace("grace_period", "grace_time"));
    expect(status).toBe(1);
    expect(stderr).toMatch(/^.*unrecognized.*grace_time\n$/);
  });

  describe.each(["off", "acme"] as const)("and serves by it, tls: %s", (mode) => {
    const isTls = mode === "acme";
    const seen: http.IncomingMessage[] = [];
    const port = 20_000 + (process.pid % 20_000) + (isTls ? 2 : 0);
    let upstream: http.Server;
    let caddy: ChildProcess;
    let log = "";
    let gone: Promise<void>;

    beforeAll(async () => {
      let tell: () => void;
      gone = new Promise((resolve) => {
        tell = resolve;
      });
      upstream = http.createServer((request, response) => {
        seen.push(request);
        response.setHeader("X-Powered-By", "Express");
        response.setHeader("Server", "agent/1.2");
        if (request.url === "/framed") response.setHeader("X-Frame-Options", "ALLOWALL");
        if (request.url !== "/events") return void response.end("agent");
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write("data: one\n\n");
        response.on("close", () => tell());
      });
      upstream.on("upgrade", (request, socket: Socket) => {
        const key = request.headers["sec-websocket-key"];
        const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
        );
        socket.on("data", (message: Buffer) => {
          if ((message[0]! & 0x0f) === 1) socket.write(frame(`echo ${textOf(message)}`));
        });
        socket.on("error", () => {});
      });
      await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
      const config = renderNativeCaddyfile(
        edge({
          tls: mode,
          port,
          bind: "127.0.0.1",
          httpPort: isTls ? port + 1 : undefined,
          routes: [
            { host: HOST, upstream: `127.0.0.1:${(upstream.address() as AddressInfo).port}` },
            { host: "down.team.example.com", upstream: "127.0.0.1:1" },
          ],
        }),
      )
        .replace(NATIVE_ADMIN_SOCKET, join(folder, `${mode}.sock`))
        // Certificates as the public authority's, of one that is here.
        .replace("email ops@example.org", "local_certs\n\tskip_install_trust");
      const file = join(folder, `Caddyfile.${mode}`);
      writeFileSync(file, config);
      caddy = spawn("caddy", ["run", "--config", file, "--adapter", "caddyfile"], {
        stdio: ["ignore", "ignore", "pipe"],
        env,
      });
      caddy.stderr!.setEncoding("utf8").on("data", (text: string) => {
        log += text;
      });
      for (let tries = 0; tries < 100 && !(await get("/up").catch(() => undefined)); tries++) await sleep(100);
    });
    afterAll(() => {
      caddy.kill();
      upstream.close();
      upstream.closeAllConnections();
    });

    interface To {
      host?: string;
      servername?: string;
      headers?: http.OutgoingHttpHeaders;
      plain?: boolean;
    }
    function request(path: string, { host = HOST, servername = host, headers = {}, plain = false }: To = {}) {
      const options = { host: "127.0.0.1", path, headers: { host, ...headers }, agent: false as const };
      return isTls && !plain
        ? https.request({ ...options, port, servername, rejectUnauthorized: false })
        : http.request({ ...options, port: plain ? port + 1 : port });
    }
    const get = (path: string, to?: To) =>
      new Promise<{ status: number; headers: http.IncomingHttpHeaders; body: string }>((resolve, reject) => {
        request(path, to)
          .on("response", async (response) => {
            let body = "";
            for await (const part of response) body += part;
            resolve({ status: response.statusCode!, headers: response.headers, body });
          })
          .on("error", reject)
          .end();
      });
    const logged = async (text: string) => {
      for (let tries = 0; tries < 50 && !log.includes(text); tries++) await sleep(50);
      return log.split("\n").filter((line) => line.includes(text));
    };

    it("lets no claim of a client about itself through to the agent, and what a client may say", async () => {
      await get("/claims", {
        headers: {
          "X-Forwarded-For": "8.8.8.8",
          "X-Forwarded-Host": "evil.example.net",
          "X-Forwarded-Proto": "gopher",
          "X-Forwarded-User": "root",
          Forwarded: "for=8.8.8.8",
          "X-Real-IP": "8.8.8.8",
          "CF-Connecting-IP": "8.8.8.8",
          "X-Auth-Request-User": "root",
          "Remote-User": "root",
          "Tailscale-User-Login": "root@example.org",
          "X-Original-URL": "/admin",
          Proxy: "http://evil.example.net",
          Authorization: "Bearer mine",
          Cookie: "session=mine",
          "X-Api-Key": "mine",
          "X-Goog-Channel-Token": "push",
        },
      });
      const { headers } = seen.find(({ url }) => url === "/claims")!;
      expect(Object.keys(headers).sort()).toEqual(
        [
          "accept-encoding",
          "authorization",
          "connection",
          "cookie",
          "host",
          "x-api-key",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "x-goog-channel-token",
        ].filter((name) => Object.hasOwn(headers, name) || !["accept-encoding", "connection"].includes(name)),
      );
      expect(headers).toMatchObject({
        host: HOST,
        "x-forwarded-for": "192.0.0.8",
        "x-forwarded-host": HOST,
        "x-forwarded-proto": isTls ? "https" : "http",
        authorization: "Bearer mine",
      });
    });

    it("says nothing of the programs behind, and what browsers should know", async () => {
      const { status, headers, body } = await get("/");
      expect([status, body]).toEqual([200, "agent"]);
      expect(headers).not.toHaveProperty("server");
      expect(headers).not.toHaveProperty("x-powered-by");
      expect(headers).not.toHaveProperty("alt-svc");
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "SAMEORIGIN",
        "referrer-policy": "strict-origin-when-cross-origin",
      });
      expect(headers["strict-transport-security"]).toBe(isTls ? "max-age=31536000" : undefined);
      expect((await get("/framed")).headers["x-frame-options"]).toBe("ALLOWALL");
    });

    it("carries a WebSocket's messages both ways", async () => {
      const key = randomBytes(16).toString("base64");
      const echoed = await new Promise<string>((resolve, reject) => {
        request("/ws", {
          headers: {
            connection: "Upgrade",
            upgrade: "websocket",
            "sec-websocket-version": "13",
            "sec-websocket-key": key,
          },
        })
          .on("upgrade", (_response, socket) => {
            socket.once("data", (message: Buffer) => {
              socket.destroy();
              resolve(textOf(message));
            });
            socket.write(frame("hello", randomBytes(4)));
          })
          .on("response", ({ statusCode }) => reject(new Error(`status ${statusCode}`)))
          .on("error", reject)
          .end();
      });
      expect(echoed).toBe("echo hello");
    });

    it("passes on events as they come, and ends the request behind when the client has gone", async () => {
      const first = await new Promise<string>((resolve, reject) => {
        const events = request("/events")
          .on("response", (response) => {
            response.on("error", () => {});
            response.once("data", (part: Buffer) => {
              events.destroy();
              resolve(part.toString());
            });
          })
          .on("error", reject);
        events.end();
      });
      expect(first).toBe("data: one\n\n");
      await gone;
    });

    it("closes the connection to who asks for another host", async () => {
      await expect(get("/", { host: "nobody.team.example.com" })).rejects.toThrow(
        isTls ? /alert|disconnected|ECONNRESET|hang up/i : /hang up|ECONNRESET/,
      );
      if (!isTls) return;
      await expect(get("/", { host: "nobody.team.example.com", servername: HOST })).rejects.toThrow(
        /hang up|ECONNRESET/,
      );
      const certificate = new Promise((resolve, reject) => {
        const socket = tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () =>
          resolve(socket.getPeerCertificate().subjectaltname),
        );
        socket.on("error", reject);
      });
      // Without a name no certificate is shown: those of the fleet would tell its hosts.
      await expect(certificate).rejects.toThrow(/alert|disconnected|ECONNRESET/i);
    });

    it.runIf(isTls)("leads to HTTPS, and only who asks for a host that there is", async () => {
      const { status, headers } = await get("/page?x=1", { plain: true });
      // From port 80 to port 443, wherever Caddy itself listens.
      expect([status, headers.location]).toEqual([308, `https://${HOST}/page?x=1`]);
      await expect(get("/", { plain: true, host: "nobody.team.example.com" })).rejects.toThrow(/hang up|ECONNRESET/);
    });

    it("logs requests, and nothing in them that is a secret", async () => {
      const token = "t0ken".repeat(6);
      await get(`/logged/${token}/page?token=hunter2`, {
        headers: {
          authorization: "Bearer hunter2",
          cookie: "s=hunter2",
          referer: "https://x/?token=hunter2",
          "x-api-key": "hunter2",
        },
      });
      const [line, ...more] = await logged("/logged/");
      expect(more).toEqual([]);
      expect(JSON.parse(line!)).toMatchObject({
        logger: "http.log.access",
        status: 200,
        request: { method: "GET", host: HOST, uri: "/logged/…/page…", remote_ip: "127.0.0.1" },
      });
      expect((await get("/failed?token=hunter2", { host: "down.team.example.com" })).status).toBe(502);
      const failed = (await logged("/failed")).map((text) => JSON.parse(text).logger);
      expect(failed.sort()).toEqual(["http.log.access", "http.log.error"]);
      expect(log).not.toContain("hunter2");
      expect(log).not.toContain(token);
    });
  });
});
