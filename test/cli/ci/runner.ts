import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Review, StackReview } from "../../../review/types.js";
import { REPOSITORY, StandIn, type StoredPull } from "../../support/github/github.js";
import { type ZipMember, zip } from "../../support/github/zip.js";
import type { Result, TestProject } from "../harness.js";

export const HEAD = "a".repeat(40);
export const BASE = "b".repeat(40);
const NO_COST = { items: [], total: 0, unknown: 0, prices: "2026-11-01" };

/** A job of GitHub Actions: the real `./fleet` with what a runner sets. */
export class Job {
  constructor(
    readonly project: TestProject,
    readonly github: StandIn,
  ) {}

  /** Runs `./fleet ci …` for an event. */
  run(args: string[], event: object = {}, env: NodeJS.ProcessEnv = {}): Promise<Result> {
    this.project.write("event.json", JSON.stringify(event));
    for (const file of ["summary.md", "output.txt"]) writeFileSync(join(this.project.root, file), "");
    return this.project.fleet(["ci", ...args], {
      env: {
        ...this.github.env,
        GITHUB_ACTIONS: "true",
        GITHUB_EVENT_PATH: join(this.project.root, "event.json"),
        GITHUB_STEP_SUMMARY: join(this.project.root, "summary.md"),
        GITHUB_OUTPUT: join(this.project.root, "output.txt"),
        ...env,
      },
    });
  }
}

/** A run of the review's workflow has ended. */
export const finished = (
  run: number,
  { sha = HEAD, repository = "mallory/fleet", branch = "topic", attempt = 1 } = {},
) => ({
  workflow_run: {
    id: run,
    run_attempt: attempt,
    event: "pull_request",
    conclusion: "success",
    html_url: `https://github.example/${REPOSITORY}/actions/runs/${run}`,
    head_sha: sha,
    head_branch: branch,
    head_repository: { full_name: repository, owner: { login: repository.split("/")[0] } },
  },
});

export const pull = (number: number, more: Partial<StoredPull> = {}): StoredPull => ({
  number,
  state: "open",
  merged_at: null,
  head: { sha: HEAD, ref: "topic", repo: { full_name: "mallory/fleet" } },
  base: { ref: "main" },
  labels: [],
  ...more,
});

export const VOLUME = "urn:pulumi:anna::fleet::docker:index/volume:Volume::data";

/** A stack whose volume is replaced. */
export function losing(more: Partial<StackReview> = {}): StackReview {
  const volume = { urn: VOLUME, type: "docker:index/volume:Volume", name: "data", op: "replace" as const };
  return {
    stack: "anna",
    reasons: [{ kind: "stack-file", text: "stacks/Pulumi.anna.yaml" }],
    plan: {
      stack: "anna",
      outcome: "succeeded",
      errors: [],
      steps: [
        {
          ...volume,
          custom: true,
          replaceKeys: ["driver"],
          changes: [{ path: "driver", kind: "update", replaces: true, secret: false, before: "local", after: "nfs" }],
          retained: false,
        },
      ],
      before: [],
      after: [],
    },
    losses: [{ ...volume, what: "volume", keys: ["driver"] }],
    kept: [],
    cost: { before: NO_COST, after: NO_COST },
    digest: "0123456789abcdef",
    ...more,
  };
}

export const review = (stacks: StackReview[] = [losing()], head = HEAD): Review => ({
  base: { commit: BASE, name: "main" },
  head: { commit: head, name: "topic" },
  stacks,
  unaffected: ["berta"],
});

export const meta = (number = 7, head = HEAD) => JSON.stringify({ number, head, base: BASE });

/** Leaves an artifact in a run. */
export function leave(
  github: StandIn,
  run: number,
  members: ZipMember[],
  more: { expired?: boolean; size?: number } = {},
): void {
  const artifact = { id: ++github.lastId, name: "fleet-review", expired: false, zip: zip(members), ...more };
  github.artifacts.set(run, [...(github.artifacts.get(run) ?? []), artifact]);
}

export const honest = (found: Review | object = review(), number = 7, head = HEAD): ZipMember[] => [
  { name: "meta.json", data: meta(number, head) },
  { name: "review.json", data: JSON.stringify(found) },
];

export const standIn = (): Promise<StandIn> => StandIn.start();
