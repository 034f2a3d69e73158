import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import pc from "picocolors";
import type { Verdict } from "../../review/comment/verdict.js";
import type { Review } from "../../review/types.js";
import { FleetError, REFUSED } from "../errors.js";
import { writeOutput } from "../output-file.js";
import type { Label } from "../review/acknowledged.js";
import { Status } from "../status-line.js";
import { action } from "../verb.js";
import { currentProject } from "../workspace.js";

interface DiffOptions {
  head?: string;
  json?: boolean;
  comment?: string;
  full?: string;
  plan?: string;
  review?: string;
  labels?: string;
  diff?: boolean;
}

export function define(command: Command): void {
  command
    .summary("show what a change does to every stack")
    .description(
      "Brings each stack that a change may affect up as the base version has it, in simulation, and previews the present version " +
        "against that. Needs no credentials, no state and no passphrase. Ends with 9 if data would be lost that nobody has " +
        "acknowledged, or a new policy is violated; with 1 if a stack cannot be compared.",
    )
    .argument("[base]", "commit, branch or tag to compare with (default: where the work left the main branch)")
    .option("--head <commit>", "what is compared (default: the files as they are)")
    .option("--json", "print all of it, for programs")
    .option("--comment <file>", "write it as Markdown, as a pull request's comment is written")
    .option("--full <file>", "the same with nothing left out, however long it is")
    .option("--review <file>", "write all of it as JSON, for `./fleet ci`")
    .option("--plan <file>", "write which steps were reviewed: `./fleet up --reviewed` takes no others")
    .option("--labels <file>", "labels of the pull request, as GitHub's JSON has them: they may acknowledge losses");
  action(command, diff);
}

async function diff(base: string | undefined, options: DiffOptions): Promise<number> {
  const project = await currentProject();
  const labels = options.labels === undefined ? [] : await readLabels(options.labels);
  const { reviewChange } = await import("../review/review.js");
  const status = new Status();
  const review = await reviewChange(project, {
    base,
    head: options.head,
    labels,
    onProgress: (text) => status.show(text),
  }).finally(() => status.end());
  await write(review, options);
  const { verdictOf } = await import("../../review/comment/verdict.js");
  return EXIT_CODES[verdictOf(review).verdict];
}

async function write(review: Review, { json, comment, full, plan, review: file }: DiffOptions): Promise<void> {
  if (comment !== undefined || full !== undefined) {
    const { renderComment } = await import("../../review/comment/comment.js");
    const text = renderComment(review);
    if (comment !== undefined) await writeOutput(comment, text.markdown);
    if (full !== undefined) await writeOutput(full, text.full);
  }
  if (file !== undefined) await writeOutput(file, `${JSON.stringify(review)}\n`);
  if (plan !== undefined) {
    const { planRecord } = await import("../../review/reviewed.js");
    await writeOutput(plan, `${JSON.stringify(planRecord(review), undefined, 2)}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify(review, undefined, 2)}\n`);
  else {
    const { renderText } = await import("../../review/comment/text.js");
    process.stdout.write(renderText(review, { styles: pc.createColors(pc.isColorSupported) }));
  }
}

async function readLabels(file: string): Promise<Label[]> {
  let read: unknown;
  try {
    read = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new FleetError(
      `cannot read the labels in ${file}: ${(error as Error).message}`,
      "give a JSON list of labels",
    );
  }
  const isLabel = (item: unknown): item is Label => typeof (item as Label | null)?.name === "string";
  if (Array.isArray(read) && read.every(isLabel)) return read;
  throw new FleetError(`${file} has no list of labels`, 'write [{ "name": "…" }]');
}

const EXIT_CODES: Record<Verdict, number> = {
  failed: 1,
  "needs acknowledgement": REFUSED,
  "policy breach": REFUSED,
  "needs a look": 0,
  safe: 0,
};
