import { beforeEach, describe, expect, it } from "vitest";
import { planDigest } from "../../../review/digest.js";
import type { RecordedStep } from "../../../review/reviewed.js";
import { type StandIn, TOKEN } from "../../support/github/github.js";
import { zip } from "../../support/github/zip.js";
import { project } from "../harness.js";
import { create, type DigestStep, PulumiStandIn, replace, same, update, volume } from "./pulumi-stand-in.js";
import { Repository } from "./repository.js";
import { Job, pull, standIn } from "./runner.js";

const stack = (more = "") => `config:\n  fleet:machines: {}\n  fleet:agents: {}\n${more}`;
const refers = (to: string) => stack(`  fleet:shared: { other: { stack: ${to} } }\n`);

const here = project({
  "stacks/Pulumi.anna.yaml": refers("base"),
  "stacks/Pulumi.base.yaml": stack(),
  "stacks/Pulumi.berta.yaml": refers("anna"),
  "stacks/Pulumi.local.yaml": stack(),
  "stacks/Pulumi.test-1.yaml": stack(),
  "stacks/Pulumi.test-2.yaml": refers("berta"),
  "fleet-ci.yaml": `deploy:
  - { stacks: [test-*], environment: testing, protected: false }
  - { stacks: [anna, base, berta], environment: production }
`,
});
const repository = new Repository(here);
const pulumi = new PulumiStandIn(here);
const first = repository.commit("first");
let github: StandIn;
let job: Job;

beforeEach(async () => {
  github = await standIn();
  job = new Job(here, github);
  github.environments.set("production", { reviewers: 1 });
  repository.git("reset", "--quiet", "--hard", first);
});

const run = (args: string[], env: NodeJS.ProcessEnv = {}) => job.run(args, {}, { ...pulumi.env, ...env });

interface Matrix {
  include: { name: string; environment: string; stacks: string; after: string }[];
}
const outputs = () => {
  const text = here.read("output.txt");
  const read = (name: string) => new RegExp(`^${name}<<(\\w+)\n([^]*?)\n\\1$`, "m").exec(text)?.[2];
  return { matrix: JSON.parse(read("matrix") ?? "null") as Matrix, any: read("any"), base: read("base") };
};

describe("the order of a deployment", () => {
  it("has each stack after those that it refers to, in few jobs, and leaves out what no rule names", async () => {
    expect(await run(["order", "--base", "all"])).toMatchObject({ code: 0, stderr: "" });
    expect(outputs()).toEqual({
      any: "true",
      base: "",
      matrix: {
        include: [
          { name: "1 production", environment: "production", stacks: "base anna berta", after: "" },
          { name: "2 testing", environment: "testing", stacks: "test-1 test-2", after: "1 production" },
        ],
      },
    });
  });

  it("is of what has changed since the last deployment that succeeded, and of what refers to that", async () => {
    repository.commit("anna", { "stacks/Pulumi.anna.yaml": `${refers("base")}  test:x: 1\n` });
    const runs = { workflow: "deploy.yml", branch: "main", event: "push" };
    github.runs.push({ ...runs, id: 1, head_sha: first, status: "success" });
    github.runs.push({ ...runs, id: 2, head_sha: repository.git("rev-parse", "HEAD"), status: "failure" });
    const GITHUB_WORKFLOW_REF = "acme/fleet/.github/workflows/deploy.yml@refs/heads/main";
    expect((await run(["order"], { GITHUB_WORKFLOW_REF })).code).toBe(0);
    const { matrix, base } = outputs();
    expect(matrix.include.map(({ stacks }) => stacks)).toEqual(["anna berta", "test-2"]);
    expect(base).toBe(first);

    github.runs.push({ ...runs, id: 3, head_sha: repository.git("rev-parse", "HEAD"), status: "success" });
    const none = await run(["order"], { GITHUB_WORKFLOW_REF });
    expect(none.stdout).toContain("::notice::Nothing is to be deployed");
    expect(outputs()).toMatchObject({ any: "false", matrix: { include: [] } });
  });

  it("is refused where a protected environment asks nobody, or GitHub would make it", async () => {
    for (const environment of [{ reviewers: 0 }, undefined]) {
      if (environment) github.environments.set("production", environment);
      else github.environments.delete("production");
      const refused = await run(["order", "--base", "all"]);
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("environment production asks nobody") });
      expect(here.read("output.txt")).toBe("");
    }
  });

  it("is refused where stacks refer to each other in a circle, or the file has faults", async () => {
    here.write("stacks/Pulumi.base.yaml", refers("berta"));
    const circle = await run(["order", "--base", "all"]);
    expect(circle).toMatchObject({ code: 2, stderr: expect.stringContaining("refer to each other in a circle") });
    here.write("fleet-ci.yaml", "deploy:\n  - { stacks: [], enviroment: x }\n");
    const faults = await run(["order", "--base", "all"]);
    expect(faults.code).toBe(2);
    expect(faults.stderr).toMatch(/deploy\.0\.environment: /);
    expect(faults.stderr).toMatch(/deploy\.0\.stacks: /);
  });
});

describe("a deployment", () => {
  const up = (stacks: string[], ...more: string[]) => run(["deploy", ...stacks, "--unreviewed", ...more]);

  it("brings stacks up one after the other, for their outputs too", async () => {
    const plans = {
      base: [create("base")],
      anna: [same("anna"), { ...same("anna"), op: "read" }],
      berta: [update("berta")],
    };
    pulumi.plays({ stacks: ["base", "acme/fleet/anna", "berta"], plans });
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: "https://id.example", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t" };
    const done = await run(["deploy", "base anna berta", "--unreviewed", "--policy-pack", "policies"], env);
    expect(done.code).toBe(0);
    expect(pulumi.done).toEqual([
      "stack ls --json",
      "preview base",
      "up base",
      "preview anna",
      "up anna",
      "preview berta",
      "up berta",
    ]);
    const [, preview, real] = pulumi.calls;
    expect(preview!.args).toEqual(expect.arrayContaining(["--json", "--non-interactive", "--policy-pack", "policies"]));
    expect(real!.args).toEqual(
      expect.arrayContaining(["--yes", "--skip-preview", "--non-interactive", "--policy-pack"]),
    );
    expect(real!.kept).toEqual(["ARM_OIDC_REQUEST_TOKEN", "ARM_OIDC_REQUEST_URL"]);
    expect(here.read("summary.md")).toContain("| `anna` | no changes |");
    expect(done.stdout + done.stderr).not.toMatch(/hunter2|ghs_/);
  });

  it("ends at the first that fails, and names the others", async () => {
    const fails = { "up base": "error: the droplet cannot be made" };
    pulumi.plays({ stacks: ["base", "anna", "berta"], plans: { base: [create("base")] }, fails });
    const failed = await up(["base", "anna", "berta"]);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain("the droplet cannot be made");
    expect(failed.stderr).toContain("not deployed, because base failed: anna, berta");
    expect(failed.stderr).toContain("Pulumi could not bring base up");
    expect(pulumi.done).toEqual(["stack ls --json", "preview base", "up base"]);
    expect(here.read("summary.md")).toContain("| `berta` | not begun |");

    pulumi.plays({ stacks: ["base"], fails: { "preview base": "a policy is violated" } });
    const violated = await up(["base"]);
    expect(violated).toMatchObject({ code: 1, stderr: expect.stringContaining("a policy is violated") });
    expect(pulumi.done).not.toContain("up base");
  });

  it.each([
    ["PULUMI_BACKEND_URL", { PULUMI_BACKEND_URL: "file:///tmp/state" }],
    ["Pulumi.yaml", { PULUMI_BACKEND_URL: "" }],
  ])("refuses a state in files, by %s", async (_, env) => {
    pulumi.plays({ stacks: ["base"] });
    const refused = await run(["deploy", "base", "--unreviewed"], env);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("FLEET_BACKEND_URL") });
    expect(pulumi.calls).toEqual([]);
  });

  it("refuses a state that is missing, and makes one only for a stack that is new", async () => {
    pulumi.plays({ stacks: [] });
    const refused = await run(["deploy", "base", "--base", first]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("made a second time") });
    expect(pulumi.done).toEqual(["stack ls --json"]);

    repository.commit("a new one", { "stacks/Pulumi.test-3.yaml": stack() });
    await run(["deploy", "test-3", "--base", first]);
    expect(pulumi.done).toContain("stack init test-3");
  });

  it("stops what would lose data, unless the stack file says why", async () => {
    pulumi.plays({ stacks: ["base"], plans: { base: replace("base") } });
    const stopped = await up(["base"]);
    expect(stopped.code).toBe(9);
    expect(stopped.stderr).toContain(`data (volume) is replaced because of driver\n    ${volume("base")}`);
    expect(pulumi.done).not.toContain("up base");
    const gone: DigestStep = { ...replace("base")[2]!, op: "delete" };
    pulumi.plays({ stacks: ["base"], plans: { base: [gone] } });
    expect(await up(["base"])).toMatchObject({ code: 9, stderr: expect.stringContaining("data (volume) is deleted") });

    here.write("stacks/Pulumi.base.yaml", stack(`  fleet:acknowledged:\n    ${volume("base")}: it is only a cache\n`));
    pulumi.plays({ stacks: ["base"], plans: { base: replace("base") } });
    expect((await up(["base"])).code).toBe(0);
    expect(pulumi.done).toContain("up base");
  });

  it("waits for the jobs before it", async () => {
    pulumi.plays({ stacks: ["base"], plans: { base: [create("base")] } });
    github.jobs.set(5, [
      { id: 1, name: "1 production", conclusion: "failure" },
      { id: 2, name: "2 testing", conclusion: null },
    ]);
    const early = await run(["deploy", "base", "--unreviewed", "--after", "1 production\n2 testing"], {
      GITHUB_RUN_ID: "5",
    });
    expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining("done first: 1 production, 2 testing") });
    expect(pulumi.calls).toEqual([]);
    // Tried again since.
    github.jobs.get(5)!.push({ id: 3, name: "1 production", conclusion: "success" });
    const now = await run(["deploy", "base", "--unreviewed", "--after", "1 production"], { GITHUB_RUN_ID: "5" });
    expect(now.code).toBe(0);
  });

  it("says what is missing: pulumi, or a plan that can be read", async () => {
    pulumi.plays({ stacks: ["base"], plans: { base: [{ ...create("base"), op: "teleport" }] } });
    expect(await up(["base"])).toMatchObject({ code: 1, stderr: expect.stringContaining('step "teleport"') });
    const none = await run(["deploy", "base", "--unreviewed"], { PATH: "/usr/bin:/bin" });
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining("pulumi is not on PATH") });
  });
});

describe("a deployment of what was reviewed", () => {
  /** A pull request that was merged, and the plan that its review left. */
  const merged = (
    number: number,
    commit: string,
    steps: RecordedStep[],
    labels: { name: string; description: string }[] = [],
  ) => {
    const sha = String(number % 10).repeat(40);
    github.pulls.push(
      pull(number, {
        state: "closed",
        merged_at: "2026-11-01T00:00:00Z",
        merge_commit_sha: commit,
        head: { sha, ref: `topic-${number}`, repo: null },
        labels,
      }),
    );
    github.runs.push({
      id: number,
      workflow: "review.yml",
      head_sha: sha,
      branch: "x",
      event: "pull_request",
      status: "success",
    });
    github.artifacts.set(number, [
      { id: number, name: "fleet-review", expired: false, zip: zip([{ name: "plan.json", data: planRecord(steps) }]) },
    ]);
  };

  it("goes through with the steps that any of its pull requests has shown, and stops at another", async () => {
    merged(11, repository.commit("one"), [{ urn: volume("base"), op: "create", keys: [] }]);
    merged(12, repository.commit("two"), [{ urn: volume("base"), op: "update", keys: [] }]);
    pulumi.plays({ stacks: ["base"], plans: { base: [update("base")] } });
    const fine = await run(["deploy", "base", "--base", first]);
    expect(fine).toMatchObject({ code: 0 });
    expect(pulumi.done).toContain("up base");

    pulumi.plays({ stacks: ["base"], plans: { base: replace("base") } });
    const other = await run(["deploy", "base", "--base", first]);
    expect(other).toMatchObject({
      code: 9,
      stderr: expect.stringContaining(`replace ${volume("base")}, because of driver`),
    });
    expect(pulumi.done).not.toContain("up base");
    expect(other.stdout + other.stderr).not.toContain(TOKEN);
  });

  it("takes the labels of the pull request for its losses", async () => {
    const step: RecordedStep = { urn: volume("base"), op: "replace", keys: ["driver"] };
    merged(11, repository.commit("one"), [step], [{ name: "acknowledge-loss:base/data", description: "a cache" }]);
    pulumi.plays({ stacks: ["base"], plans: { base: replace("base") } });
    expect((await run(["deploy", "base", "--base", first])).code).toBe(0);
  });

  it("is refused where a commit came without a pull request, or without its plan, but not where nothing changes", async () => {
    repository.commit("straight to main");
    pulumi.plays({ stacks: ["base", "anna"], plans: { base: [update("base")] } });
    const straight = await run(["deploy", "base", "--base", first]);
    expect(straight).toMatchObject({ code: 1, stderr: expect.stringContaining("came without a pull request") });
    expect((await run(["deploy", "anna", "--base", first])).code).toBe(0);
    const never = await run(["deploy", "base"]);
    expect(never).toMatchObject({ code: 1, stderr: expect.stringContaining("nothing was deployed before") });

    repository.git("reset", "--quiet", "--hard", first);
    merged(11, repository.commit("one"), []);
    github.artifacts.clear();
    const lost = await run(["deploy", "base", "--base", first]);
    expect(lost).toMatchObject({ code: 1, stderr: expect.stringContaining("pull request 11 has left no plan") });
    expect(pulumi.done).not.toContain("up base");
  });

  it("is refused where the plan was changed after its review", async () => {
    merged(11, repository.commit("one"), [{ urn: volume("base"), op: "update", keys: [] }]);
    const record = JSON.parse(planRecord([])) as { stacks: { base: { steps: object[] } } };
    record.stacks.base.steps.push({ urn: volume("base"), op: "delete", keys: [] });
    github.artifacts.get(11)![0]!.zip = zip([{ name: "plan.json", data: JSON.stringify(record) }]);
    pulumi.plays({ stacks: ["base"], plans: { base: [update("base")] } });
    const refused = await run(["deploy", "base", "--base", first]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("so it was changed") });
  });
});

function planRecord(steps: RecordedStep[]): string {
  const digest = planDigest(steps.map(({ keys, ...step }) => ({ ...step, replaceKeys: keys })));
  const version = { commit: "c".repeat(40), name: "topic" };
  return JSON.stringify({ version: 1, base: version, head: version, stacks: { base: { digest, steps } } });
}
