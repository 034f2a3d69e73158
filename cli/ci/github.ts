import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { explain, statusOf, unlessStatus } from "./github-faults.js";
import { readLimited } from "./limited.js";

const Client = Octokit.plugin(paginateRest, retry, throttling);

/** As Actions' own token signs what it writes. */
const ACTIONS_BOT = "github-actions[bot]";
/** One request, in milliseconds. */
const TIMEOUT = 30_000;
/** A limit that is over later than this ends the job: the next run does as well. In seconds. */
const LONGEST_WAIT = 120;
const RETRIES = 3;

export interface Pull {
  number: number;
  head: { sha: string; repository: string | undefined };
  base: string;
  labels: Label[];
}
export interface Label {
  name: string;
  description: string;
}
export interface Comment {
  id: number;
  body: string;
  author: string;
}
export interface Issue {
  number: number;
  title: string;
  body: string;
  author: string;
  open: boolean;
}
export interface Artifact {
  id: number;
  /** Bytes of the zip file. */
  size: number;
  expired: boolean;
}
export interface Run {
  id: number;
  conclusion: string | null;
}
export interface Job {
  name: string;
  conclusion: string | null;
}
export interface StatusText {
  state: "success" | "failure" | "error";
  context: string;
  /** At most 140 characters. */
  description: string;
  url?: string;
}

/** What we ask of a repository at GitHub, with its token. Rejects with FleetError that names the permission that is missing. */
export class GitHub {
  readonly #client;
  readonly #where: { owner: string; repo: string };

  /**
   * @param api base address, as Actions sets GITHUB_API_URL
   * @param repository `owner/name`
   */
  constructor(api: string, repository: string, token: string) {
    const [owner = "", repo = ""] = repository.split("/");
    this.#where = { owner, repo };
    const wait = (after: number, _options: object, _client: object, retries: number) =>
      after <= LONGEST_WAIT && retries < RETRIES;
    this.#client = new Client({
      auth: token,
      baseUrl: api,
      userAgent: "agent-fleet",
      request: {
        fetch: (url: string, init: RequestInit) => fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT) }),
      },
      retry: { retries: RETRIES },
      throttle: { onRateLimit: wait, onSecondaryRateLimit: wait },
      // Its own log would show addresses and answers.
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    });
  }

  /** The login that signs what this token writes. */
  async login(): Promise<string> {
    try {
      return (await this.#client.request("GET /user")).data.login;
    } catch (error) {
      // An installation's token, as Actions has it, is no user's.
      if (statusOf(error) === 403) return ACTIONS_BOT;
      throw explain(error, "its user");
    }
  }

  /** Open pull requests from a branch of a repository, of a fork too. */
  pullsFrom(owner: string, branch: string): Promise<Pull[]> {
    return this.#ask("pull-requests: read", async () => {
      const query = { ...this.#where, state: "open", head: `${owner}:${branch}`, per_page: 100 } as const;
      return (await this.#client.paginate("GET /repos/{owner}/{repo}/pulls", query)).map(pullOf);
    });
  }

  pull(number: number): Promise<Pull & { open: boolean }> {
    return this.#ask("pull-requests: read", async () => {
      const query = { ...this.#where, pull_number: number };
      const { data } = await this.#client.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", query);
      return { ...pullOf(data), open: data.state === "open" };
    });
  }

  /** Merged pull requests that brought a commit to the main branch. */
  mergedBy(commit: string): Promise<Pull[]> {
    return this.#ask("pull-requests: read", async () => {
      const query = { ...this.#where, commit_sha: commit, per_page: 100 };
      const all = await this.#client.paginate("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", query);
      return all.filter(({ merged_at }) => merged_at !== null).map(pullOf);
    });
  }

  comments(number: number): Promise<Comment[]> {
    return this.#ask("pull-requests: read", async () => {
      const query = { ...this.#where, issue_number: number, per_page: 100 };
      const all = await this.#client.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", query);
      return all.map(({ id, body, user }) => ({ id: Number(id), body: body ?? "", author: user?.login ?? "" }));
    });
  }

  comment(number: number, body: string, permission = "pull-requests: write"): Promise<number> {
    return this.#ask(permission, async () => {
      const query = { ...this.#where, issue_number: number, body };
      const { data } = await this.#client.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", query);
      return Number(data.id);
    });
  }

  async updateComment(id: number, body: string): Promise<void> {
    await this.#ask("pull-requests: write", () =>
      this.#client.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
        ...this.#where,
        comment_id: id,
        body,
      }),
    );
  }

  /** One that is gone already is deleted as well. */
  async deleteComment(id: number): Promise<void> {
    await this.#ask("pull-requests: write", () =>
      this.#client
        .request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...this.#where, comment_id: id })
        .catch(unlessStatus(404)),
    );
  }

  async setStatus(commit: string, { url, ...status }: StatusText): Promise<void> {
    await this.#ask("statuses: write", () =>
      this.#client.request("POST /repos/{owner}/{repo}/statuses/{sha}", {
        ...this.#where,
        ...status,
        sha: commit,
        ...(url !== undefined && { target_url: url }),
      }),
    );
  }

  /** Artifacts of a run that have this name, newest first. */
  artifacts(run: number, name: string): Promise<Artifact[]> {
    return this.#ask("actions: read", async () => {
      const query = { ...this.#where, run_id: run, name, per_page: 100 };
      const all = await this.#client.paginate("GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts", query);
      return all
        .filter((artifact) => artifact.name === name)
        .map(({ id, size_in_bytes, expired }) => ({ id, size: size_in_bytes, expired }))
        .sort((a, b) => b.id - a.id);
    });
  }

  /** An artifact's zip file. Rejects if it is larger than `most` bytes. */
  download(artifact: number, most: number): Promise<Buffer> {
    return this.#ask("actions: read", async () => {
      const { data } = await this.#client.request(
        "GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}",
        {
          ...this.#where,
          artifact_id: artifact,
          archive_format: "zip",
          request: { parseSuccessResponseBody: false },
        },
      );
      return readLimited(data as unknown as ReadableStream<Uint8Array>, most);
    });
  }

  /** Runs of a workflow for a commit of pull requests, newest first. */
  runs(workflow: string, commit: string): Promise<Run[]> {
    return this.#ask("actions: read", async () => {
      const query = { ...this.#where, workflow_id: workflow, head_sha: commit, event: "pull_request", per_page: 100 };
      const path = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs";
      const all = await this.#client.paginate(path, query);
      return all.map(({ id, conclusion }) => ({ id: Number(id), conclusion })).sort((a, b) => b.id - a.id);
    });
  }

  /** The commit of the newest run of a workflow on a branch that succeeded. */
  lastSuccess(workflow: string, branch: string): Promise<string | undefined> {
    return this.#ask("actions: read", async () => {
      const query = { ...this.#where, workflow_id: workflow, branch, status: "success", per_page: 1 } as const;
      const path = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs";
      return (await this.#client.request(path, query)).data.workflow_runs[0]?.head_sha;
    });
  }

  /** Jobs of all attempts of a run, newest first. */
  jobs(run: number): Promise<Job[]> {
    return this.#ask("actions: read", async () => {
      const query = { ...this.#where, run_id: run, filter: "all", per_page: 100 } as const;
      const all = await this.#client.paginate("GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs", query);
      return all.sort((a, b) => Number(b.id) - Number(a.id)).map(({ name, conclusion }) => ({ name, conclusion }));
    });
  }

  /** Whether somebody has to agree before a job may use this environment; undefined if there is no such environment. */
  hasReviewers(environment: string): Promise<boolean | undefined> {
    return this.#ask("actions: read", async () => {
      const query = { ...this.#where, environment_name: environment };
      const path = "GET /repos/{owner}/{repo}/environments/{environment_name}";
      const found = await this.#client.request(path, query).catch(unlessStatus(404));
      return found?.data.protection_rules?.some(
        (rule) => rule.type === "required_reviewers" && "reviewers" in rule && (rule.reviewers?.length ?? 0) > 0,
      );
    });
  }

  /** Issues with a label, open and closed, oldest first. */
  issues(label: string): Promise<Issue[]> {
    return this.#ask("issues: read", async () => {
      const query = { ...this.#where, labels: label, state: "all", per_page: 100 } as const;
      const all = await this.#client.paginate("GET /repos/{owner}/{repo}/issues", query);
      return all
        .filter((issue) => issue.pull_request === undefined)
        .map(({ number, title, body, user, state }) => ({
          number,
          title,
          body: body ?? "",
          author: user?.login ?? "",
          open: state === "open",
        }))
        .sort((a, b) => a.number - b.number);
    });
  }

  /** Who closed an issue. */
  closedBy(number: number): Promise<string | undefined> {
    return this.#ask("issues: read", async () => {
      const query = { ...this.#where, issue_number: number };
      const { data } = await this.#client.request("GET /repos/{owner}/{repo}/issues/{issue_number}", query);
      return data.closed_by?.login;
    });
  }

  openIssue(issue: { title: string; body: string; labels: string[] }): Promise<number> {
    return this.#ask("issues: write", async () => {
      return (await this.#client.request("POST /repos/{owner}/{repo}/issues", { ...this.#where, ...issue })).data
        .number;
    });
  }

  async updateIssue(number: number, change: { body?: string; state?: "open" | "closed" }): Promise<void> {
    await this.#ask("issues: write", () =>
      this.#client.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
        ...this.#where,
        ...change,
        issue_number: number,
      }),
    );
  }

  async #ask<T>(permission: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw explain(error, permission);
    }
  }
}

interface PullAnswer {
  number: number;
  head: { sha: string; repo?: { full_name: string } | null };
  base: { ref: string };
  labels: { name?: string; description?: string | null }[];
}

const pullOf = ({ number, head, base, labels }: PullAnswer): Pull => ({
  number,
  head: { sha: head.sha, repository: head.repo?.full_name },
  base: base.ref,
  labels: labels.map(({ name = "", description }) => ({ name, description: description ?? "" })),
});
