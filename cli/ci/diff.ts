import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Review } from "../../review/types.js";
import { FleetError } from "../errors.js";
import { git } from "../review/git.js";
import { toolkit } from "../workspace.js";
import { addSummary, annotate, pullRequestEvent, readEvent, setOutput } from "./actions.js";
import { FILES } from "./artifact.js";
import type { Meta } from "./review-file.js";

/** What of a failed run is kept. */
const TOLD = 8000;

/**
 * Makes the review of a pull request, in the job that has no rights: the files of the artifact, and the summary. A review with losses is
 * a review too, so that it can be posted: what stops the merge is the status that `ci gate` sets.
 */
export async function diff({ out }: { out: string }): Promise<void> {
  const { number, pull_request } = await readEvent(pullRequestEvent, "pull_request");
  const head = pull_request.head.sha;
  const base = (await git(process.cwd(), ["merge-base", pull_request.base.sha, head], noHistory)).trim();
  const folder = resolve(out);
  await mkdir(folder, { recursive: true });
  for (const name of Object.values(FILES)) await rm(join(folder, name), { force: true });
  const files = [
    ["--review", FILES.review],
    ["--plan", FILES.plan],
    ["--full", FILES.comment],
  ].flatMap(([option, name]) => [option!, join(folder, name!)]);
  const labels = join(folder, "..", `${basename(folder)}-labels.json`);
  await writeFile(labels, JSON.stringify(pull_request.labels));
  const { code, said } = await fleet(["diff", base, "--head", head, "--labels", labels, ...files]);
  await rm(labels);
  const made = existsSync(join(folder, FILES.review));
  const failure = made ? {} : { failure: said.slice(-TOLD) || `./fleet diff ended with ${code}` };
  const meta: Meta = { number, head, base, ...failure };
  await writeFile(join(folder, FILES.meta), `${JSON.stringify(meta, undefined, 2)}\n`);
  await setOutput("folder", folder);
  if (!made) throw new FleetError("the review could not be made", "the lines above say why", 1);
  await slim(join(folder, FILES.review));
  await addSummary(await readFile(join(folder, FILES.comment), "utf8"));
  if (code !== 0) annotate("warning", "Something stands against this change: see the summary and the comment.");
}

const noHistory = "the commits that the pull request is compared with are not here (`fetch-depth: 0` brings them)";

/** Whole states are most of the file; the comment shows of them what is new. */
async function slim(path: string): Promise<void> {
  const review = JSON.parse(await readFile(path, "utf8")) as Review;
  for (const { plan } of review.stacks) {
    const created = new Set(plan.steps.filter(({ op }) => op === "create").map(({ urn }) => urn));
    const after = plan.after.filter(({ urn }) => created.has(urn));
    Object.assign(plan, {
      before: [],
      after: after.map((resource) => ({ ...resource, outputs: {}, dependencies: [] })),
    });
  }
  await writeFile(path, JSON.stringify(review));
}

/** Runs another verb. What it says is shown, and its last lines are kept. */
function fleet(args: string[]): Promise<{ code: number | null; said: string }> {
  // Nothing that a job holds is for the change's own code.
  const { GITHUB_TOKEN: _, ...env } = process.env;
  const child = spawn(join(toolkit, "fleet"), args, { env, stdio: ["ignore", "inherit", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-TOLD);
    process.stderr.write(text);
  });
  return new Promise((done, reject) => {
    child.once("error", reject);
    child.once("close", (code) => done({ code, said }));
  });
}
