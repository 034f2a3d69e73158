import { type PlanRecord, parsePlanRecord } from "../../review/reviewed.js";
import { FleetError } from "../errors.js";
import { git } from "../review/git.js";
import { artifactOf, FILES } from "./artifact.js";
import type { GitHub, Label, Pull } from "./github.js";

/** Name of the workflow's file that reviews. */
const REVIEW_WORKFLOW = "review.yml";
/** More commits than that were not reviewed together by anybody. */
const MOST_COMMITS = 100;

/** What was reviewed of all that is to be deployed. */
export interface Reviewed {
  record: PlanRecord;
  /** Labels of the pull requests: they may acknowledge losses. */
  labels: Label[];
}

/**
 * The plans that pull requests showed for the commits from `base` on, as one. Rejects with FleetError where a commit came without a pull
 * request, or where its plan is not there any more.
 */
export async function reviewedSince(github: GitHub, root: string, base: string): Promise<Reviewed> {
  const listed = await git(
    root,
    ["rev-list", "--first-parent", `${base}..HEAD`],
    `cannot list the commits since ${base}`,
  );
  const commits = listed.split("\n").filter((line) => line !== "");
  if (commits.length > MOST_COMMITS) throw unknown(`${commits.length} commits came since the last deployment`);
  const pulls = new Map<number, Pull>();
  for (const commit of commits) {
    const found = await github.mergedBy(commit);
    if (found.length === 0) throw unknown(`the commit ${commit.slice(0, 12)} came without a pull request`);
    for (const pull of found) pulls.set(pull.number, pull);
  }
  const records: PlanRecord[] = [];
  for (const pull of pulls.values()) records.push(await recordOf(github, pull));
  const [newest] = records;
  if (newest === undefined) throw unknown("nothing has changed since the last deployment");
  return { record: joined(records), labels: [...pulls.values()].flatMap(({ labels }) => labels) };
}

async function recordOf(github: GitHub, pull: Pull): Promise<PlanRecord> {
  for (const { id } of await github.runs(REVIEW_WORKFLOW, pull.head.sha)) {
    const plan = (await artifactOf(github, id))?.get(FILES.plan);
    if (plan === undefined) continue;
    try {
      return parsePlanRecord(plan.toString("utf8"));
    } catch (error) {
      throw unknown(`the plan of pull request ${pull.number} is ${(error as Error).message}`);
    }
  }
  throw unknown(`pull request ${pull.number} has left no plan`);
}

/** What any of them has shown. */
function joined(records: PlanRecord[]): PlanRecord {
  const stacks: PlanRecord["stacks"] = Object.create(null);
  for (const record of records) {
    for (const [stack, { digest, steps }] of Object.entries(record.stacks))
      stacks[stack] = { digest, steps: [...(stacks[stack]?.steps ?? []), ...steps] };
  }
  return { version: 1, base: records.at(-1)!.base, head: records[0]!.head, stacks };
}

const unknown = (why: string): FleetError =>
  new FleetError(
    `what was reviewed is not known: ${why}`,
    "look at the plan yourself, then start the deployment by hand with `unreviewed`",
    1,
  );
