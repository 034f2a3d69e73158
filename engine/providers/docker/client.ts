import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Readable } from "node:stream";
import Docker from "dockerode";
import { dockerOptions } from "../../transport/docker.mjs";
import type { Endpoint } from "../../transport/endpoint.mjs";
import { SshAgent } from "../../transport/ssh-agent.mjs";
import { DaemonError, toDaemonError } from "./errors.js";

export interface Call {
  /** What is being done, for messages: `creating container "web"`. */
  doing: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  /** A tar that is uploaded. */
  file?: Readable | Buffer;
  signal?: AbortSignal | undefined;
  /** Milliseconds until the whole answer must be there; for streams, of silence. */
  timeout?: number;
  /** X-Registry-Auth. */
  authconfig?: object | undefined;
  /** X-Registry-Config. */
  registryconfig?: object | undefined;
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** Longer than anything takes that is not a stop, a pull or a build. */
const DEFAULT_TIMEOUT_MS = 60_000;
const SUCCESS = { 200: true, 201: true, 204: true, 304: true };

/**
 * The Docker API: dockerode's transport with kept-alive connections, a bound on every call, and one kind of error.
 * The connection is made at the first call, so that check and diff need no daemon.
 */
export class DockerClient {
  private readonly agent: HttpAgent;
  private readonly modem: { dial: (options: object, done: (error: unknown, result: unknown) => void) => void };

  /** @param folder where ssh runs, for a daemon that is reached by it */
  constructor(
    readonly endpoint: Endpoint,
    folder: string,
  ) {
    const keepAlive = { keepAlive: true, keepAliveMsecs: 10_000, maxFreeSockets: 16 };
    const { ssh, tls } = endpoint;
    this.agent = ssh ? new SshAgent(ssh, folder) : tls ? new HttpsAgent(keepAlive) : new HttpAgent(keepAlive);
    const docker = new Docker(dockerOptions(endpoint, folder, this.agent));
    this.modem = docker.modem as unknown as typeof this.modem;
  }

  get<T>(path: string, call: Call): Promise<T> {
    // A kept-alive connection may have been closed by a restarted daemon: reading again is safe.
    return this.send<T>("GET", path, call).catch((error) => {
      if (error instanceof DaemonError && (error.code === "ECONNRESET" || error.code === "EPIPE")) {
        return this.send<T>("GET", path, call);
      }
      throw error;
    });
  }

  post<T = void>(path: string, call: Call): Promise<T> {
    return this.send<T>("POST", path, call);
  }

  put<T = void>(path: string, call: Call): Promise<T> {
    return this.send<T>("PUT", path, call);
  }

  delete(path: string, call: Call): Promise<unknown> {
    return this.send("DELETE", path, call);
  }

  /** A streamed answer. It fails after `timeout` of silence, or when the signal aborts. */
  async stream(method: Method, path: string, call: Call): Promise<Readable> {
    const silence = call.timeout ?? DEFAULT_TIMEOUT_MS;
    const control = new AbortController();
    const onAbort = () => control.abort(this.aborted(call));
    if (call.signal?.aborted) throw this.aborted(call);
    call.signal?.addEventListener("abort", onAbort, { once: true });
    let timer = setTimeout(() => control.abort(this.timedOut(call, silence)), silence);
    const end = () => {
      clearTimeout(timer);
      call.signal?.removeEventListener("abort", onAbort);
    };
    try {
      const stream = (await this.dial(method, path, call, control.signal, true)) as Readable;
      control.signal.addEventListener("abort", () => stream.destroy(control.signal.reason as Error), { once: true });
      stream.on("data", () => {
        clearTimeout(timer);
        timer = setTimeout(() => control.abort(this.timedOut(call, silence)), silence);
      });
      stream.pause();
      stream.once("close", end);
      stream.once("error", end);
      return stream;
    } catch (error) {
      end();
      throw control.signal.aborted ? control.signal.reason : toDaemonError(error, call.doing, this.endpoint);
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private async send<T>(method: Method, path: string, call: Call): Promise<T> {
    const timeout = call.timeout ?? DEFAULT_TIMEOUT_MS;
    const control = new AbortController();
    const onAbort = () => control.abort(this.aborted(call));
    if (call.signal?.aborted) throw this.aborted(call);
    call.signal?.addEventListener("abort", onAbort, { once: true });
    const timer = setTimeout(() => control.abort(this.timedOut(call, timeout)), timeout);
    try {
      return (await this.dial(method, path, call, control.signal, false)) as T;
    } catch (error) {
      throw control.signal.aborted ? control.signal.reason : toDaemonError(error, call.doing, this.endpoint);
    } finally {
      clearTimeout(timer);
      call.signal?.removeEventListener("abort", onAbort);
    }
  }

  private dial(method: Method, path: string, call: Call, signal: AbortSignal, isStream: boolean): Promise<unknown> {
    const query = Object.entries(call.query ?? {}).filter(([, value]) => value !== undefined);
    const search = query.map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`).join("&");
    const options = {
      // The modem cuts the last character of a path with a query when it gets no options of its own.
      path: search ? `${path}?${search}&` : path,
      method,
      ...(call.body === undefined ? {} : { options: { _query: {}, _body: call.body } }),
      ...(call.file ? { file: call.file } : {}),
      ...(call.authconfig ? { authconfig: call.authconfig } : {}),
      ...(call.registryconfig ? { registryconfig: call.registryconfig } : {}),
      abortSignal: signal,
      isStream,
      statusCodes: SUCCESS,
    };
    return new Promise((resolve, reject) => {
      this.modem.dial(options, (error, result) => (error ? reject(error) : resolve(result)));
    });
  }

  private aborted(call: Call): DaemonError {
    return new DaemonError(undefined, "cancelled", call.doing, "ABORTED", this.endpoint);
  }

  private timedOut(call: Call, milliseconds: number): DaemonError {
    const reason = `did not answer for ${Math.round(milliseconds / 1000)} s`;
    return new DaemonError(undefined, reason, call.doing, "TIMEOUT", this.endpoint);
  }
}

/** Sleeps, or throws what `abort` makes as soon as the signal aborts. */
export function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new Error("cancelled"));
    };
    if (signal?.aborted) return stop();
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
