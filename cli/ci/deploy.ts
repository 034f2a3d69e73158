import { type Project, stackFile } from "../../engine/project/project.js";
import { type Acknowledgement, acknowledge, unacknowledged } from "../../review/loss/acknowledge.js";
import { lossesOf } from "../../review/loss/losses.js";
import { FleetError, REFUSED } from "../errors.js";
import { acknowledgedByLabels, acknowledgedIn } from "../review/acknowledged.js";
import { git } from "../review/git.js";
import { repositoryOf } from "../review/versions.js";
import { refuseUnreviewed } from "../reviewed-plan.js";
import { currentProject, readStack } from "../workspace.js";
import { addSummary, annotate, type Runner, runner } from "./actions.js";
import type { RealPlan } from "./digest.js";
import { Pulumi } from "./pulumi.js";
import { type Reviewed, reviewedSince } from "./reviewed.js";

export interface DeployOptions {
  base?: string;
  /** Names of jobs, a line each. */
  after?: string;
  policyPack?: string[];
  unreviewed?: boolean;
}

interface Deployment {
  project: Project;
  pulumi: Pulumi;
  options: DeployOptions;
  /** Undefined: nothing is asked of it. */
  reviewed: () => Promise<Reviewed | undefined>;
}

/** Brings stacks up one after the other. The first that fails ends it, and the others are named. */
export async function deploy(named: string[], options: DeployOptions): Promise<void> {
  const stacks = named.flatMap((names) => names.split(/\s+/)).filter((name) => name !== "");
  const project = await currentProject();
  const pulumi = new Pulumi(project);
  const here = runner();
  await refuseUnfinished(
    here,
    (options.after ?? "").split("\n").filter((name) => name !== ""),
  );
  let known: Promise<Reviewed | undefined> | undefined;
  const reviewed = () => {
    known ??= reviewOf(here, project, options);
    return known;
  };
  const existing = await pulumi.stacks();
  const told: string[] = [];
  for (const [index, stack] of stacks.entries()) {
    try {
      if (!existing.has(stack)) await createNew(stack, { project, pulumi, options, reviewed });
      told.push(`| \`${stack}\` | ${await deployOne(stack, { project, pulumi, options, reviewed })} |`);
    } catch (error) {
      const rest = stacks.slice(index + 1);
      told.push(`| \`${stack}\` | **failed** |`, ...rest.map((name) => `| \`${name}\` | not begun |`));
      if (error instanceof FleetError && rest.length > 0)
        process.stderr.write(`not deployed, because ${stack} failed: ${rest.join(", ")}\n`);
      throw error;
    } finally {
      if (told.length >= stacks.length) await addSummary(["| stack | |", "| --- | --- |", ...told].join("\n"));
    }
  }
}

async function deployOne(stack: string, deployment: Deployment): Promise<string> {
  const { pulumi, options } = deployment;
  const packs = options.policyPack ?? [];
  const plan = await pulumi.preview(stack, { packs });
  if (plan.steps.length > 0) {
    const reviewed = await deployment.reviewed();
    if (reviewed) refuseUnreviewed(reviewed.record, stack, plan.steps);
    await refuseLosses(stack, plan, deployment.project, reviewed);
  }
  const { length } = plan.steps;
  const steps = length === 0 ? "no changes" : length === 1 ? "1 step" : `${length} steps`;
  process.stdout.write(`${stack}: ${steps}\n`);
  // Without a step as well: no plan tells that outputs differ, and other stacks read them.
  await pulumi.up(stack, packs);
  return steps;
}

async function refuseLosses(
  stack: string,
  plan: RealPlan,
  project: Project,
  reviewed: Reviewed | undefined,
): Promise<void> {
  const { losses } = lossesOf(plan.steps, plan.before);
  const { text } = await readStack(project, stack);
  const meant: Acknowledgement[] = [
    ...acknowledgedIn(text, project.name),
    ...acknowledgedByLabels(losses, reviewed?.labels ?? [], stack),
  ];
  const refused = unacknowledged(acknowledge(losses, meant));
  if (refused.length === 0) return;
  const lines = refused.map(({ name, what, op, keys, urn }) => {
    const because = keys.length > 0 ? ` because of ${keys.join(", ")}` : "";
    return `\n  ${name} (${what}) is ${op === "delete" ? "deleted" : "replaced"}${because}\n    ${urn}`;
  });
  throw new FleetError(
    `${stack} would lose data that nobody has acknowledged; nothing was changed:${lines.join("")}`,
    "keep the data, or say in the stack file's fleet:acknowledged why it may go",
    REFUSED,
  );
}

/** Undefined, said loudly, where somebody has asked to do without. */
async function reviewOf(
  { github }: Runner,
  project: Project,
  { base, unreviewed }: DeployOptions,
): Promise<Reviewed | undefined> {
  if (unreviewed) {
    annotate("warning", "Deployed without a reviewed plan, as asked. What loses data is stopped all the same.");
    return undefined;
  }
  if (base) return reviewedSince(github, project.root, base);
  throw new FleetError(
    "what was reviewed is not known: nothing was deployed before",
    "look at the plan yourself, then start the deployment by hand with `unreviewed`",
    1,
  );
}

/** A state is made only for a stack that is new: anywhere else the state is missing, and all would be made a second time. */
async function createNew(stack: string, { project, pulumi, options }: Deployment): Promise<void> {
  const isNew = options.base ? !(await hadFile(project, options.base, stack)) : options.unreviewed;
  if (!isNew)
    throw new FleetError(
      `${stack} has no state in this backend, though it is no new stack: everything would be made a second time`,
      "check FLEET_BACKEND_URL; if it was never deployed, start the deployment by hand with `unreviewed`",
    );
  await pulumi.create(stack);
}

async function hadFile(project: Project, commit: string, stack: string): Promise<boolean> {
  const { top } = await repositoryOf(project);
  const path = stackFile(project, stack).slice(top.length + 1);
  const listed = await git(top, ["ls-tree", "--name-only", commit, "--", path], `cannot look into ${commit}`);
  return listed.trim() !== "";
}

/** Jobs of a matrix come in its order, but nothing promises that. */
async function refuseUnfinished({ github }: Runner, needed: string[]): Promise<void> {
  if (needed.length === 0) return;
  const jobs = await github.jobs(Number(process.env.GITHUB_RUN_ID));
  const unfinished = needed.filter((name) => jobs.find((job) => job.name === name)?.conclusion !== "success");
  if (unfinished.length === 0) return;
  throw new FleetError(
    `these jobs of this run have to be done first: ${unfinished.join(", ")}`,
    "once they are, run this job again",
    1,
  );
}
