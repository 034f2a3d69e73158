import type { z } from "zod";
import { annotate, type Runner, readEvent, workflowRunEvent } from "./actions.js";
import { ARTIFACT, artifactIn, artifactOf, contentsOf, type Left } from "./artifact.js";
import type { GitHub, Pull } from "./github.js";
import { ArtifactFault } from "./limited.js";

type WorkflowRun = z.output<typeof workflowRunEvent>["workflow_run"];

/** What a finished run of the review is about. */
export interface Target {
  run: WorkflowRun;
  /** Undefined: it has moved on since, or is closed. */
  pull: Pull | undefined;
  /** Undefined: the run left nothing that can be taken; `fault` says why. */
  left: Left | undefined;
  fault?: ArtifactFault;
}

/**
 * Finds out what a finished run is about. GitHub says whose run it was; which pull request that is, is looked up, and what the artifact
 * says of it only chooses among those.
 *
 * @param folder the artifact's files, if they are here already
 */
export async function targetOf({ github }: Runner, folder?: string): Promise<Target> {
  const { workflow_run: run } = await readEvent(workflowRunEvent, "workflow_run");
  const { left, fault } = await leftBy(github, run, folder);
  const pull = await pullOf(github, run, left?.meta.number);
  if (pull === undefined) annotate("notice", `No open pull request is at ${run.head_sha} any more: nothing is said.`);
  return { run, pull, left, fault };
}

async function leftBy(
  github: GitHub,
  run: WorkflowRun,
  folder: string | undefined,
): Promise<Pick<Target, "left" | "fault">> {
  try {
    const files = folder === undefined ? await artifactOf(github, run.id) : await artifactIn(folder);
    if (files === undefined)
      throw new ArtifactFault(`the run left no artifact ${ARTIFACT}`, "its log says why: mend that, and it runs again");
    const left = contentsOf(files);
    const heads = [left.meta.head, ...(left.review ? [left.review.head.commit] : [])];
    if (heads.some((head) => head !== run.head_sha))
      throw new ArtifactFault(
        "the artifact is about another commit than its run",
        "look at the run before you believe it",
      );
    return { left };
  } catch (error) {
    if (!(error instanceof ArtifactFault)) throw error;
    return { left: undefined, fault: error };
  }
}

async function pullOf(github: GitHub, run: WorkflowRun, claimed: number | undefined): Promise<Pull | undefined> {
  const all = await github.pullsFrom(run.head_repository.owner.login, run.head_branch);
  const here = all.filter(({ head }) => head.sha === run.head_sha && head.repository === run.head_repository.full_name);
  return here.find(({ number }) => number === claimed) ?? here[0];
}
