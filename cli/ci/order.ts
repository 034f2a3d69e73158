import type { Project } from "../../engine/project/project.js";
import { FleetError } from "../errors.js";
import { compareStacks } from "../review/affected/affected.js";
import { gitIfThere } from "../review/git.js";
import { dependentsOf, inCircle, referencesOf, withReferred } from "../review/references.js";
import { baseVersion, changedFiles, checkOut, headVersion, repositoryOf } from "../review/versions.js";
import { currentProject, readStack, stackNames } from "../workspace.js";
import { addSummary, annotate, runner, setOutput } from "./actions.js";
import { CONFIG, type DeployRule, readRules, ruleOf } from "./config.js";
import type { GitHub } from "./github.js";

/** Stacks that follow each other in one environment: one job, and one approval. */
export interface Batch {
  /** Name of the job. */
  name: string;
  environment: string;
  /** In their order, with blanks between. */
  stacks: string;
  /** Names of jobs that have to be done before, with line breaks between. */
  after: string;
}

/** GitHub takes no more jobs of one matrix. */
const MOST_JOBS = 256;
const EVERY = "all";

/** Says which stacks have to be deployed, in which order. */
export async function order({ base: named }: { base?: string }): Promise<void> {
  const { github } = runner();
  const project = await currentProject();
  const rules = await readRules(project);
  const base = await deployed(project, github, named);
  const names = await stackNames(project);
  const references = new Map<string, string[]>();
  for (const stack of names) {
    const { text } = await readStack(project, stack);
    references.set(stack, referencesOf(text, project.name));
  }
  const affected = base === undefined ? new Set(names) : await affectedSince(project, base);
  // What they see of the others may be new.
  const dependents = dependentsOf(affected, names, (stack) => references.get(stack) ?? []);
  const due = names.filter(
    (stack) => (affected.has(stack) || dependents.has(stack)) && ruleOf(rules, stack) !== undefined,
  );
  const batches = batched(due, references, rules);
  if (batches.length > MOST_JOBS)
    throw new FleetError(
      `${batches.length} jobs are more than GitHub takes`,
      `let more stacks of ${CONFIG} share an environment`,
    );
  await refuseUnprotected(github, rules, batches);
  await setOutput("matrix", JSON.stringify({ include: batches }));
  await setOutput("any", String(batches.length > 0));
  await setOutput("base", base ?? "");
  await tell(batches, base);
}

/** The commit that is deployed: that of the last run of this workflow that came to its end. Undefined: nothing is known of it. */
async function deployed(project: Project, github: GitHub, named: string | undefined): Promise<string | undefined> {
  if (named === EVERY) return undefined;
  const [, workflow, branch] = /\/([^/@]+)@refs\/heads\/(.+)$/.exec(process.env.GITHUB_WORKFLOW_REF ?? "") ?? [];
  const commit = named ?? (workflow && branch ? await github.lastSuccess(workflow, branch) : undefined);
  if (commit === undefined) return undefined;
  // Not of this branch any more: its history was rewritten.
  const known = await gitIfThere(project.root, ["merge-base", commit, "HEAD"]);
  return known === commit || named !== undefined ? commit : undefined;
}

async function affectedSince(project: Project, commit: string): Promise<Set<string>> {
  const repository = await repositoryOf(project);
  const [base, head] = [await baseVersion(repository, commit), await headVersion(repository, "HEAD")];
  const checkout = await checkOut(repository, base, project);
  try {
    const all = await compareStacks(checkout.project, project, await changedFiles(repository, base, head));
    const removed = all.filter((one) => one.head === undefined).map(({ stack }) => stack);
    for (const stack of removed)
      annotate(
        "warning",
        `The file of ${stack} is gone, what it made is not: \`pulumi destroy --stack ${stack}\` removes it.`,
      );
    return new Set(all.filter((one) => one.head !== undefined && one.reasons.length > 0).map(({ stack }) => stack));
  } finally {
    await checkout.dispose();
  }
}

/** Each stack after those that it refers to, and as few changes of the environment as that leaves. */
function batched(due: string[], references: Map<string, string[]>, rules: DeployRule[]): Batch[] {
  const left = new Set(due);
  const batches: { environment: string; stacks: string[] }[] = [];
  while (left.size > 0) {
    const ready = [...left].filter((stack) => !upstream(stack, references).some((other) => left.has(other)));
    if (ready.length === 0) throw inCircle(left);
    const environment = (stack: string) => ruleOf(rules, stack)!.environment;
    const last = batches.at(-1);
    const next = ready.find((stack) => environment(stack) === last?.environment) ?? ready[0]!;
    if (last?.environment === environment(next)) last.stacks.push(next);
    else batches.push({ environment: environment(next), stacks: [next] });
    left.delete(next);
  }
  const name = (index: number) => `${index + 1} ${batches[index]!.environment}`;
  return batches.map(({ environment, stacks }, index) => {
    const needed = new Set(stacks.flatMap((stack) => upstream(stack, references)));
    const after = batches.flatMap((other, at) =>
      at < index && other.stacks.some((stack) => needed.has(stack)) ? [name(at)] : [],
    );
    return { name: name(index), environment, stacks: stacks.join(" "), after: after.join("\n") };
  });
}

/** All that a stack refers to, directly or not; also by way of stacks that are not deployed here. */
function upstream(stack: string, references: Map<string, string[]>): string[] {
  return withReferred([stack], (other) => references.get(other) ?? []).filter((other) => other !== stack);
}

/** GitHub makes an environment that does not exist, without anybody's approval. */
async function refuseUnprotected(github: GitHub, rules: DeployRule[], batches: Batch[]): Promise<void> {
  const used = new Set(batches.map(({ environment }) => environment));
  for (const { environment, protected: isProtected } of rules) {
    if (!isProtected || !used.delete(environment)) continue;
    if (await github.hasReviewers(environment)) continue;
    throw new FleetError(
      `the environment ${environment} asks nobody for approval, and its stacks are protected`,
      `in the repository's settings give it required reviewers, or write \`protected: false\` in ${CONFIG}`,
    );
  }
}

async function tell(batches: Batch[], base: string | undefined): Promise<void> {
  const since = base === undefined ? "all stacks" : `what changed since ${base.slice(0, 12)}`;
  if (batches.length === 0) return annotate("notice", `Nothing is to be deployed (${since}).`);
  const rows = batches.map(
    ({ name, stacks }) =>
      `| ${name} | ${stacks
        .split(" ")
        .map((stack) => `\`${stack}\``)
        .join(" ")} |`,
  );
  await addSummary(
    ["| job | stacks, one after the other |", "| --- | --- |", ...rows, "", `Deployed is ${since}.`].join("\n"),
  );
  for (const { name, stacks } of batches) process.stdout.write(`${name}: ${stacks}\n`);
}
