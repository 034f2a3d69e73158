import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Which request to the daemon ends the engine, and at what moment of it. */
export interface KillPoint {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Of the path without the API version and the query: `/containers/create`. */
  path: RegExp;
  /** The how manieth such request; default the first. */
  nth?: number;
  /**
   * - `before`: the daemon never gets the request.
   * - `during`: the daemon has begun to answer, or has been at it for a moment.
   * - `after`: the daemon has done it and answered; the engine never hears of it.
   */
  when: "before" | "during" | "after";
}

/** What the process is told. */
export type Order = { arm: KillPoint } | { target: number };
/** What it tells. */
export type Report = { listening: true } | { request: string };

/**
 * A Docker socket of a test's own in front of the daemon's: passes everything on, and at one request kills a process. From then
 * on it passes nothing on any more, so that what the dead process began is all there is.
 *
 * It is a process of its own: tests wait for commands without letting anything else happen.
 */
export class DockerProxy {
  /** What DOCKER_HOST is set to. */
  readonly url: string;
  /** What was asked since {@link arm}, `POST /containers/create`. */
  readonly requests: string[] = [];
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(daemon: string) {
    this.#folder = mkdtempSync(join(tmpdir(), "fleet-e2e-proxy-"));
    const socket = join(this.#folder, "docker.sock");
    this.url = `unix://${socket}`;
    this.#process = fork(fileURLToPath(new URL("./docker-proxy-process.ts", import.meta.url)), [socket, daemon], {
      execArgv: ["--import", "tsx"],
      // Regular expressions pass.
      serialization: "advanced",
    });
    this.#process.on("message", (report: Report) => {
      if ("request" in report) this.requests.push(report.request);
    });
  }

  static async start(daemon = "/var/run/docker.sock"): Promise<DockerProxy> {
    const proxy = new DockerProxy(daemon);
    await new Promise<void>((resolve, reject) => {
      proxy.#process.once("message", () => resolve());
      proxy.#process.once("exit", (code) => reject(new Error(`the proxy ended with code ${code}`)));
    });
    return proxy;
  }

  /** Forgets what was, and from now on waits for the request. */
  arm(point: KillPoint): void {
    this.requests.length = 0;
    this.#tell({ arm: point });
  }

  /** The process to be killed. It must be told before it sends the request. */
  aimAt(pid: number): void {
    this.#tell({ target: pid });
  }

  close(): void {
    this.#process.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #tell(order: Order): void {
    this.#process.send(order);
  }
}
