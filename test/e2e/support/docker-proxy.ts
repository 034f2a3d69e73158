import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Which request to the daemon ends the engine, and at what moment of it. */
export interface KillPoint {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Of the path without the API version and the query: `/containers/create`. */
  path: RegExp;
  /** Further condition on the query. */
  query?: (query: URLSearchParams) => boolean;
  /** The how manieth such request; default the first. */
  nth?: number;
  /**
   * - `before`: the daemon never gets the request.
   * - `during`: the daemon has begun to answer, or has been at it for {@link IN_FLIGHT} milliseconds.
   * - `after`: the daemon has done it and answered; the engine never hears of it.
   */
  when: "before" | "during" | "after";
}

/** Milliseconds after which a request that is killed `during` counts as in flight. */
const IN_FLIGHT = 300;

/**
 * A Docker socket of a test's own in front of the daemon's: passes everything on, and at one request kills a process. Once that
 * has happened it passes nothing on any more, so that what the dead process began is all there is.
 */
export class DockerProxy {
  readonly socket: string;
  /** What DOCKER_HOST is set to. */
  readonly url: string;
  /** What was asked, `POST /containers/create`. */
  readonly requests: string[] = [];
  #server: Server;
  #open = new Set<Socket>();
  #folder: string;
  #armed: { point: KillPoint; kill: () => void; left: number } | undefined;
  #dead = false;

  private constructor(private readonly daemon: string) {
    this.#folder = mkdtempSync(join(tmpdir(), "fleet-e2e-proxy-"));
    this.socket = join(this.#folder, "docker.sock");
    this.url = `unix://${this.socket}`;
    this.#server = createServer((incoming, outgoing) => void this.#handle(incoming, outgoing));
    this.#server.on("connection", (socket) => {
      this.#open.add(socket);
      socket.once("close", () => this.#open.delete(socket));
    });
    this.#server.on("upgrade", (incoming, socket, head) => this.#upgrade(incoming, socket as Socket, head));
  }

  static async start(daemon = "/var/run/docker.sock"): Promise<DockerProxy> {
    const proxy = new DockerProxy(daemon);
    await new Promise<void>((resolve) => proxy.#server.listen(proxy.socket, resolve));
    return proxy;
  }

  /** Forgets what was, and from now on waits for the request. `kill` must have ended the process when it returns. */
  arm(point: KillPoint, kill: () => void): void {
    this.requests.length = 0;
    this.#dead = false;
    this.#armed = { point, kill, left: point.nth ?? 1 };
  }

  /** True once the request came and the process was killed. */
  get fired(): boolean {
    return this.#dead;
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (this.#dead) {
      incoming.socket.destroy();
      return;
    }
    const when = this.#match(incoming);
    if (when === "before") return this.#strike();

    const upstream = request({
      socketPath: this.daemon,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
    });
    // The daemon gives up a build or a pull whose client is gone: it must see that here too.
    outgoing.once("close", () => {
      if (!outgoing.writableFinished && when === undefined) upstream.destroy();
    });
    upstream.once("error", () => incoming.socket.destroy());
    incoming.pipe(upstream);
    if (when === "during") {
      const answered = new Promise((resolve) => upstream.once("response", resolve));
      await Promise.race([answered, sleep(IN_FLIGHT)]);
      this.#strike();
      upstream.destroy();
      return;
    }
    upstream.once("response", (answer) => {
      if (when === "after") {
        answer.resume().once("close", () => this.#strike());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      // Streams tell their first lines late; the client waits for the head alone.
      outgoing.flushHeaders();
      answer.pipe(outgoing);
      answer.once("error", () => outgoing.destroy());
    });
  }

  /** Attaching and exec: the connection becomes a raw one. */
  #upgrade(incoming: IncomingMessage, socket: Socket, head: Buffer): void {
    if (this.#dead) return void socket.destroy();
    const upstream = connect(this.daemon, () => {
      const headers = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${value}\r\n`);
      upstream.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headers.join("")}\r\n`);
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  }

  #match({ method, url }: IncomingMessage): KillPoint["when"] | undefined {
    const { pathname, searchParams } = new URL(url ?? "/", "http://docker");
    const path = pathname.replace(/^\/v\d+\.\d+/, "");
    this.requests.push(`${method} ${path}`);
    const armed = this.#armed;
    if (armed === undefined) return undefined;
    const { point } = armed;
    if (method !== point.method || !point.path.test(path) || point.query?.(searchParams) === false) return undefined;
    armed.left--;
    return armed.left === 0 ? point.when : undefined;
  }

  #strike(): void {
    this.#dead = true;
    this.#armed?.kill();
    this.#armed = undefined;
    for (const socket of this.#open) socket.destroy();
  }
}
