import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";
import { routes } from "./routes.js";

export interface StoredComment {
  id: number;
  body: string;
  user: { login: string };
}
export interface StoredPull {
  number: number;
  state: "open" | "closed";
  merged_at: string | null;
  merge_commit_sha?: string;
  head: { sha: string; ref: string; repo: { full_name: string } | null };
  base: { ref: string };
  labels: { name: string; description: string | null }[];
}
export interface StoredIssue {
  number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  user: { login: string };
  closed_by?: { login: string };
  labels: string[];
  pull_request?: object;
}
export interface StoredStatus {
  state: string;
  context: string;
  description: string;
  target_url?: string;
}

/** What the stand-in answers instead, once, to a request whose method and path fit. */
export interface Failure {
  method?: string;
  path: RegExp;
  status: number;
  headers?: Record<string, string>;
  message?: string;
  /** How many times; default: once. */
  times?: number;
  /** Does what was asked, and fails then. */
  afterwards?: boolean;
}

export const REPOSITORY = "acme/fleet";
export const BOT = "github-actions[bot]";
export const TOKEN = "ghs_loopbackTokenThatNobodyMaySee0123456789";

/** A stand-in of GitHub's REST API on the loopback address, as far as `./fleet ci` uses it, with all that it holds in plain sight. */
export class StandIn {
  readonly comments = new Map<number, StoredComment[]>();
  readonly pulls: StoredPull[] = [];
  readonly issues: StoredIssue[] = [];
  readonly statuses = new Map<string, StoredStatus[]>();
  /** By run: artifacts with their zip files. */
  readonly artifacts = new Map<number, { id: number; name: string; expired: boolean; size?: number; zip: Buffer }[]>();
  readonly runs: { id: number; workflow: string; head_sha: string; branch: string; event: string; status: string }[] =
    [];
  readonly jobs = new Map<number, { id: number; name: string; conclusion: string | null }[]>();
  readonly environments = new Map<string, { reviewers: number }>();
  readonly failures: Failure[] = [];
  /** Method and path of every request. */
  readonly requests: string[] = [];
  /** Of requests for a file that GitHub keeps elsewhere: what came along. */
  readonly downloads: (string | undefined)[] = [];
  /** Holds requests back until so many of them are there. */
  barrier: { path: RegExp; method: string; count: number } | undefined;
  /** Whom the token is of; undefined: an installation. */
  user: string | undefined;
  lastId = 1000;

  readonly #server: Server;
  readonly #held: (() => void)[] = [];

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<StandIn> {
    const standIn = new StandIn();
    await new Promise<void>((done) => standIn.#server.listen(0, "127.0.0.1", done));
    afterAll(() => standIn.stop());
    return standIn;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** As Actions sets them. */
  get env(): NodeJS.ProcessEnv {
    return {
      GITHUB_API_URL: this.url,
      GITHUB_REPOSITORY: REPOSITORY,
      GITHUB_TOKEN: TOKEN,
      GITHUB_SERVER_URL: this.url,
    };
  }

  /** Who writes with the token. */
  get me(): string {
    return this.user ?? BOT;
  }

  commentsOn(number: number): StoredComment[] {
    const found = this.comments.get(number) ?? [];
    this.comments.set(number, found);
    return found;
  }

  addComment(number: number, body: string, login: string): StoredComment {
    const comment = { id: ++this.lastId, body, user: { login } };
    this.commentsOn(number).push(comment);
    return comment;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.url);
    const method = request.method!;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = parts.length > 0 ? (JSON.parse(Buffer.concat(parts).toString("utf8")) as Record<string, unknown>) : {};
    this.requests.push(`${method} ${url.pathname}${url.search}`);
    if (url.pathname.startsWith("/elsewhere/")) {
      this.downloads.push(request.headers.authorization);
    } else if (request.headers.authorization !== `token ${TOKEN}`) {
      return send(response, 401, { message: "Bad credentials" });
    }
    await this.#hold(method, url.pathname);
    const failure = this.failures.find(
      ({ method: wanted = method, path, times = 1 }) => wanted === method && path.test(url.pathname) && times > 0,
    );
    if (failure) failure.times = (failure.times ?? 1) - 1;
    if (failure && !failure.afterwards)
      return send(response, failure.status, { message: failure.message ?? "injected" }, failure.headers);
    const answer = routes(this, method, url, body) ?? { status: 404, body: { message: "Not Found" } };
    if (failure) return send(response, failure.status, { message: "injected" }, failure.headers);
    send(response, answer.status, answer.body, answer.headers);
  }

  async #hold(method: string, path: string): Promise<void> {
    if (!this.barrier || this.barrier.method !== method || !this.barrier.path.test(path)) return;
    await new Promise<void>((done) => {
      this.#held.push(done);
      if (this.#held.length < this.barrier!.count) return;
      this.barrier = undefined;
      for (const release of this.#held.splice(0)) release();
    });
  }
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const isFile = Buffer.isBuffer(body);
  response.writeHead(status, { "content-type": isFile ? "application/zip" : "application/json", ...headers });
  response.end(status === 204 ? undefined : isFile ? body : JSON.stringify(body));
}
