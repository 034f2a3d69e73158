import type { StandIn } from "./github.js";

interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

interface Asked {
  at: StandIn;
  url: URL;
  body: Record<string, unknown>;
  /** What the path's groups matched. */
  parts: string[];
}

type Route = [method: string, path: RegExp, answer: (asked: Asked) => Answer | undefined];

const COMMENTS: Route[] = [
  ["GET", /^\/issues\/(\d+)\/comments$/, ({ at, url, parts }) => page(url, at.commentsOn(Number(parts[0])))],
  [
    "POST",
    /^\/issues\/(\d+)\/comments$/,
    ({ at, parts, body }) => ({ status: 201, body: at.addComment(Number(parts[0]), String(body.body), at.me) }),
  ],
  [
    "PATCH",
    /^\/issues\/comments\/(\d+)$/,
    ({ at, parts, body }) => {
      const found = [...at.comments.values()].flat().find(({ id }) => id === Number(parts[0]));
      return one(found && Object.assign(found, { body: String(body.body) }));
    },
  ],
  [
    "DELETE",
    /^\/issues\/comments\/(\d+)$/,
    ({ at, parts }) => {
      for (const comments of at.comments.values()) {
        const index = comments.findIndex(({ id }) => id === Number(parts[0]));
        if (index < 0) continue;
        comments.splice(index, 1);
        return { status: 204 };
      }
      return undefined;
    },
  ],
];

const PULLS: Route[] = [
  [
    "GET",
    /^\/pulls$/,
    ({ at, url }) => {
      const [state, head] = [url.searchParams.get("state"), url.searchParams.get("head")];
      const branch = (pull: StandIn["pulls"][number]) => `${pull.head.repo?.full_name.split("/")[0]}:${pull.head.ref}`;
      const fitting = at.pulls.filter((pull) => pull.state === state && branch(pull) === head);
      return page(url, fitting);
    },
  ],
  ["GET", /^\/pulls\/(\d+)$/, ({ at, parts }) => one(at.pulls.find(({ number }) => number === Number(parts[0])))],
  [
    "GET",
    /^\/commits\/(\w+)\/pulls$/,
    ({ at, url, parts }) => {
      const merged = at.pulls.filter(({ merge_commit_sha }) => merge_commit_sha === parts[0]);
      return page(url, merged);
    },
  ],
  [
    "POST",
    /^\/statuses\/(\w+)$/,
    ({ at, parts, body }) => {
      if (String(body.description).length > 140) return { status: 422, body: { message: "description is too long" } };
      at.statuses.set(parts[0]!, [...(at.statuses.get(parts[0]!) ?? []), body as never]);
      return { status: 201, body };
    },
  ],
];

const ACTIONS: Route[] = [
  [
    "GET",
    /^\/actions\/runs\/(\d+)\/artifacts$/,
    ({ at, url, parts }) => {
      const all = at.artifacts.get(Number(parts[0])) ?? [];
      const artifacts = all
        .filter(({ name }) => name === url.searchParams.get("name"))
        .map(({ zip, size = zip.length, ...artifact }) => ({ ...artifact, size_in_bytes: size }));
      return { status: 200, body: { total_count: artifacts.length, artifacts } };
    },
  ],
  [
    "GET",
    /^\/actions\/artifacts\/(\d+)\/zip$/,
    // GitHub keeps the files elsewhere, where its token is nobody's.
    ({ url, parts }) => {
      const elsewhere = url.origin.replace("127.0.0.1", "localhost");
      return { status: 302, headers: { location: `${elsewhere}/elsewhere/${parts[0]}` } };
    },
  ],
  [
    "GET",
    /^\/elsewhere\/(\d+)$/,
    ({ at, parts }) => one([...at.artifacts.values()].flat().find(({ id }) => id === Number(parts[0]))?.zip),
  ],
  ["GET", /^\/actions\/workflows\/([\w.]+)\/runs$/, runs],
  [
    "GET",
    /^\/actions\/runs\/(\d+)\/jobs$/,
    ({ at, parts }) => {
      const jobs = at.jobs.get(Number(parts[0])) ?? [];
      return { status: 200, body: { total_count: jobs.length, jobs } };
    },
  ],
  [
    "GET",
    /^\/environments\/(.+)$/,
    ({ at, parts }) => {
      const found = at.environments.get(parts[0]!);
      if (!found) return undefined;
      const reviewers = Array.from({ length: found.reviewers }, () => ({ type: "User" }));
      const rules = reviewers.length > 0 ? [{ type: "required_reviewers", reviewers }] : [];
      return { status: 200, body: { protection_rules: rules } };
    },
  ],
];

function runs({ at, url, parts }: Asked): Answer {
  const wanted = (key: string, value: string) => [null, value].includes(url.searchParams.get(key));
  const found = at.runs.filter(
    (run) =>
      run.workflow === parts[0] &&
      wanted("head_sha", run.head_sha) &&
      wanted("branch", run.branch) &&
      wanted("event", run.event) &&
      wanted("status", run.status),
  );
  const workflow_runs = found.map(({ id, head_sha, status }) => ({ id, head_sha, conclusion: status })).reverse();
  return { status: 200, body: { total_count: workflow_runs.length, workflow_runs } };
}

const ISSUES: Route[] = [
  [
    "GET",
    /^\/issues$/,
    ({ at, url }) => {
      const label = url.searchParams.get("labels")!;
      return page(url, at.issues.filter(({ labels }) => labels.includes(label)).reverse());
    },
  ],
  [
    "POST",
    /^\/issues$/,
    ({ at, body }) => {
      const given = body as { title: string; body: string; labels: string[] };
      const issue = { number: ++at.lastId, ...given, state: "open" as const, user: { login: at.me } };
      at.issues.push(issue);
      return { status: 201, body: issue };
    },
  ],
  ["GET", /^\/issues\/(\d+)$/, ({ at, parts }) => one(at.issues.find(({ number }) => number === Number(parts[0])))],
  [
    "PATCH",
    /^\/issues\/(\d+)$/,
    ({ at, parts, body }) => {
      const issue = at.issues.find(({ number }) => number === Number(parts[0]));
      return one(issue && Object.assign(issue, body, body.state === "closed" && { closed_by: { login: at.me } }));
    },
  ],
];

const USER: Route = [
  "GET",
  /^\/user$/,
  ({ at: { user } }) =>
    user ? { status: 200, body: { login: user } } : { status: 403, body: { message: "not accessible by integration" } },
];

const ROUTES = [USER, ...COMMENTS, ...PULLS, ...ACTIONS, ...ISSUES];

/** What GitHub would answer; undefined: it has no such thing. */
export function routes(at: StandIn, method: string, url: URL, body: Asked["body"]): Answer | undefined {
  const path = url.pathname.replace(/^\/repos\/acme\/fleet/, "");
  for (const [wanted, pattern, answer] of ROUTES) {
    const found = wanted === method ? pattern.exec(path) : null;
    if (found) return answer({ at, url, body, parts: found.slice(1).map(decodeURIComponent) });
  }
  return undefined;
}

const one = (body: unknown): Answer | undefined => (body === undefined ? undefined : { status: 200, body });

/** A page of a list, with the addresses of others in the header `link`. */
function page(url: URL, all: unknown[]): Answer {
  const size = Number(url.searchParams.get("per_page") ?? 30);
  const number = Number(url.searchParams.get("page") ?? 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const address = (to: number) => {
    const other = new URL(url);
    other.searchParams.set("page", String(to));
    return other.href;
  };
  const link = number < last ? `<${address(number + 1)}>; rel="next", <${address(last)}>; rel="last"` : "";
  return { status: 200, body: all.slice((number - 1) * size, number * size), headers: link ? { link } : {} };
}
