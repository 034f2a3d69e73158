import { type Verdict, verdictOf } from "../../review/comment/verdict.js";
import { runner } from "./actions.js";
import type { StatusText } from "./github.js";
import { withLabels } from "./labels.js";
import { type Target, targetOf } from "./target.js";

/** The status that branch protection asks for. */
const CONTEXT = "fleet/review";
/** GitHub takes no longer description of a status. */
const LONGEST = 140;

const PASSES: Record<Verdict, boolean> = {
  failed: false,
  "needs acknowledgement": false,
  "policy breach": false,
  "needs a look": true,
  safe: true,
};

/** Says on the pull request's commit whether it may be merged. Labels are read now, not as the pull request's job told them. */
export async function gate(folder?: string): Promise<void> {
  const here = runner();
  const target = await targetOf(here, folder);
  if (target.pull === undefined) return;
  const { state, description } = judge(target);
  const status: StatusText = { state, description, context: CONTEXT, url: target.run.html_url };
  await here.github.setStatus(target.run.head_sha, status);
  process.stdout.write(`${CONTEXT}: ${state}, ${description}\n`);
}

function judge({ left, fault, pull }: Target): Pick<StatusText, "state" | "description"> {
  if (fault !== undefined) return { state: "error", description: "The review cannot be taken: see the comment" };
  if (left?.review === undefined) return { state: "failure", description: "The review could not be made" };
  const { verdict, reasons } = verdictOf(withLabels(left.review, pull!.labels));
  return {
    state: PASSES[verdict] ? "success" : "failure",
    description: `${verdict}: ${reasons.join(", ")}`.slice(0, LONGEST),
  };
}
