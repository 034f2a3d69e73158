import { randomBytes } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { z } from "zod";
import { FleetError } from "../errors.js";
import { GitHub } from "./github.js";

/** What a step may write to a job's summary. */
const SUMMARY_LIMIT = 1024 * 1024;

/** What a runner of GitHub Actions tells its steps. */
export interface Runner {
  github: GitHub;
  /** The page of this run, for people. */
  runUrl: string | undefined;
}

/** Throws FleetError if this is no step of a job that has a token. */
export function runner(env: NodeJS.ProcessEnv = process.env): Runner {
  const repository = needed(env, "GITHUB_REPOSITORY");
  const { GITHUB_API_URL: api = "https://api.github.com", GITHUB_SERVER_URL: server, GITHUB_RUN_ID: run } = env;
  return {
    github: new GitHub(api, repository, needed(env, "GITHUB_TOKEN", "give the step GITHUB_TOKEN: ${{ github.token }}")),
    runUrl: server && run ? `${server}/${repository}/actions/runs/${run}` : undefined,
  };
}

function needed(env: NodeJS.ProcessEnv, name: string, fix = "`./fleet ci` runs in GitHub Actions, which sets it") {
  const value = env[name];
  if (value) return value;
  throw new FleetError(`${name} is not set`, fix);
}

/** What started the run. Rejects with FleetError if it is another kind of event. */
export async function readEvent<T>(schema: z.ZodType<T>, kind: string): Promise<T> {
  const path = needed(process.env, "GITHUB_EVENT_PATH");
  const read = schema.safeParse(JSON.parse(await readFile(path, "utf8")));
  if (read.success) return read.data;
  throw new FleetError(
    `this is no run for \`${kind}\`: ${read.error.issues[0]?.path.join(".")} is not as it should be`,
    `call it in a workflow that is started \`on: ${kind}\``,
  );
}

const sha = z.string().regex(/^[0-9a-f]{40}$/);

export const pullRequestEvent = z.object({
  number: z.number().int().positive(),
  pull_request: z.object({
    head: z.object({ sha }),
    base: z.object({ sha, ref: z.string() }),
    labels: z.array(z.object({ name: z.string(), description: z.string().nullish() })).default([]),
  }),
});

export const workflowRunEvent = z.object({
  workflow_run: z.object({
    id: z.number().int().positive(),
    run_attempt: z.number().int().positive().default(1),
    event: z.literal("pull_request"),
    conclusion: z.string().nullable(),
    html_url: z.string().regex(/^https?:\/\/[^\s<>()"]{1,500}$/),
    head_sha: sha,
    head_branch: z.string().min(1),
    head_repository: z.object({ full_name: z.string(), owner: z.object({ login: z.string() }) }),
  }),
});

/** Sets an output of this step; prints it where there is no runner. */
export async function setOutput(name: string, value: string): Promise<void> {
  const file = process.env.GITHUB_OUTPUT;
  // No text of ours can end it early: the end is a number that nobody knows before.
  const end = randomBytes(16).toString("hex");
  if (file) await appendFile(file, `${name}<<${end}\n${value}\n${end}\n`);
  else process.stdout.write(`${name}=${value}\n`);
}

/** Adds to the job's summary page; what is too long for it is told so. */
export async function addSummary(markdown: string): Promise<void> {
  const file = process.env.GITHUB_STEP_SUMMARY;
  if (!file) return;
  const fits = Buffer.byteLength(markdown) < SUMMARY_LIMIT;
  await appendFile(
    file,
    fits ? `${markdown}\n` : "The text is too long for this page: see the artifact of this run.\n",
  );
}

/** A line that Actions shows on the run's page. */
export function annotate(level: "notice" | "warning" | "error", text: string): void {
  const safe = text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
  process.stdout.write(process.env.GITHUB_ACTIONS ? `::${level}::${safe}\n` : `${level}: ${text}\n`);
}
