import { renderComment } from "../../review/comment/comment.js";
import { fence } from "../../review/comment/escape.js";
import { isOurs, markerLine, readMarker } from "../../review/comment/marker.js";
import { annotate, runner } from "./actions.js";
import type { Comment, GitHub } from "./github.js";
import { withLabels } from "./labels.js";
import { type Target, targetOf } from "./target.js";

/** Characters of a job's last words. Hidden ones take ten times as much to show. */
const MOST_TOLD = 5000;

/**
 * Posts the review of a pull request, in the job that has rights: nothing of the pull request is run, and no text that its job made is
 * posted. The comment is made here, from data whose shape is checked.
 */
export async function comment(folder?: string): Promise<void> {
  const here = runner();
  const target = await targetOf(here, folder);
  if (target.pull === undefined) return;
  const { number } = target.pull;
  const body = render(target);
  // A push in the meantime has a run of its own.
  const now = await here.github.pull(number);
  if (!now.open || now.head.sha !== target.run.head_sha) {
    annotate("notice", `Pull request ${number} has moved on: nothing is said of ${target.run.head_sha}.`);
    return;
  }
  process.stdout.write(`Pull request ${number}: ${await put(here.github, number, body)}\n`);
}

function render({ run, pull, left, fault }: Target): string {
  const id = `${run.id}.${run.run_attempt}`;
  if (left?.review !== undefined) {
    const review = withLabels(left.review, pull!.labels);
    return renderComment(review, { marker: { run: id }, artifact: run.html_url }).markdown;
  }
  const why = left?.meta.failure ?? fault?.message ?? "its job ended before that";
  return [
    markerLine({ commit: run.head_sha, name: "" }, id),
    `### ❌ The review of ${run.head_sha.slice(0, 12)} could not be made`,
    "",
    fence("text", why.trim().slice(-MOST_TOLD).split(/\r?\n/)),
    "",
    `[The run](${run.html_url}) has more. Nothing is known of what this change would do.`,
  ].join("\n");
}

/** Puts our one comment, wherever among others it is; what two runs at once have doubled is made one again. */
async function put(github: GitHub, number: number, body: string): Promise<string> {
  const me = await github.login();
  const found = await ours(github, number, me);
  if (found.length === 0) await github.comment(number, body);
  // Another run may have done the same meanwhile.
  const all = found.length === 0 ? await ours(github, number, me) : found;
  const [kept, ...others] = all;
  if (kept === undefined) return "commented";
  const newest = [...all.map((each) => each.body), body].reduce((one, other) => (isNewer(one, other) ? one : other));
  if (newest !== kept.body) await github.updateComment(kept.id, newest);
  for (const { id } of others) await github.deleteComment(id);
  if (newest !== body) return "a later run has commented already";
  return found.length === 0 ? "commented" : "the comment is brought up to date";
}

/** By us, and with our first line: others can write that line too, or quote it. */
const ours = async (github: GitHub, number: number, me: string): Promise<Comment[]> =>
  (await github.comments(number))
    .filter(({ author, body }) => author === me && isOurs(body))
    .sort((one, other) => one.id - other.id);

/** Whether one is of a later run for the same commit. What is of another commit is older: the pull request is not there any more. */
function isNewer(one: string, other: string): boolean {
  const [mine, theirs] = [readMarker(one), readMarker(other)];
  if (!mine || !theirs || mine.head !== theirs.head) return false;
  const [a, b] = [mine.run, theirs.run].map((run = "") => run.split(".").map(Number)) as [number[], number[]];
  return a[0] === b[0] ? (a[1] ?? 0) > (b[1] ?? 0) : (a[0] ?? 0) > (b[0] ?? 0);
}
