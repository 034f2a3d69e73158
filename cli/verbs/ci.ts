import type { Command } from "commander";
import { action } from "../verb.js";

export function define(command: Command): void {
  command
    .summary("what the workflows of GitHub Actions run")
    .description("The steps of the workflows in .github/workflows. docs/ci.md says how they go together.");

  const diff = command
    .command("diff")
    .description("Make the review of a pull request, as files for an artifact. Needs no rights and no secret.")
    .requiredOption("--out <folder>", "where the files go");
  action(diff, async (options: { out: string }) => (await import("../ci/diff.js")).diff(options).then(done));

  const comment = command
    .command("comment")
    .description("Post the review that a finished run has left. Runs nothing of the pull request.")
    .option(...ARTIFACT);
  action(comment, async ({ artifact }: { artifact?: string }) =>
    (await import("../ci/comment.js")).comment(artifact).then(done),
  );

  const gate = command
    .command("gate")
    .description(
      "Set the status fleet/review of a pull request's commit, from the review that a finished run has left.",
    )
    .option(...ARTIFACT);
  action(gate, async ({ artifact }: { artifact?: string }) =>
    (await import("../ci/gate.js")).gate(artifact).then(done),
  );

  const order = command
    .command("order")
    .description("Say which stacks are to be deployed, in which order and environments: outputs for a job's matrix.")
    .option(
      "--base <commit>",
      "what is deployed (default: the last run of this workflow that succeeded); `all`: nothing",
    );
  action(order, async (options: { base?: string }) => (await import("../ci/order.js")).order(options).then(done));

  const deploy = command
    .command("deploy")
    .argument("<stack...>", "one after the other, with blanks between; the first that fails ends it")
    .description("Bring stacks up with the real Pulumi, if nothing is lost and the plan is the one that was reviewed.")
    .option("--base <commit>", "what is deployed: what came since has to have been reviewed; empty: nothing is")
    .option("--after <jobs>", "jobs of this run that have to be done, a line each")
    .option("--policy-pack <folder...>", "policy packs that have to pass")
    .option("--unreviewed", "do without a reviewed plan");
  action(deploy, async (stacks: string[], options: object) =>
    (await import("../ci/deploy.js")).deploy(stacks, options).then(done),
  );

  const drift = command
    .command("drift")
    .argument("[stack...]", "default: all that are deployed")
    .description("Find what somebody has changed outside, and keep one issue for each stack.");
  action(drift, async (stacks: string[]) => (await import("../ci/drift.js")).drift(stacks).then(done));
}

const ARTIFACT = ["--artifact <folder>", "the artifact's files (default: taken from the run)"] as const;
const done = (): number => 0;
