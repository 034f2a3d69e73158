import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { StandIn } from "../../support/github/github.js";
import { zip } from "../../support/github/zip.js";
import { project } from "../harness.js";
import { Repository } from "./repository.js";
import { finished, HEAD, honest, Job, leave, losing, meta, pull, review, standIn } from "./runner.js";

const PROGRAM = `
import { Config } from "@pulumi/pulumi";
import { Volume } from "@pulumi/docker";
export default async () => {
  const config = new Config("test");
  if (config.get("driver") === "broken") throw new Error("broken on purpose");
  new Volume("data", { driver: config.require("driver") });
};
`;
const stack = (driver: string) => `config:\n  fleet:machines: {}\n  fleet:agents: {}\n  test:driver: ${driver}\n`;
const STACK = "stacks/Pulumi.anna.yaml";

describe("a pull request from a fork, from its commit to the status", () => {
  const here = project({ "index.ts": PROGRAM, [STACK]: stack("local"), "stacks/Pulumi.berta.yaml": stack("local") });
  const repository = new Repository(here);
  let github: StandIn;
  let job: Job;
  let base: string;

  const event = (sha: string, labels: object[] = []) => ({
    action: "opened",
    number: 7,
    pull_request: { head: { sha }, base: { sha: repository.git("rev-parse", "main"), ref: "main" }, labels },
  });
  const leaveFolder = (run: number) => {
    const members = readdirSync(join(here.root, "out")).map((name) => ({ name, data: here.read(`out/${name}`) }));
    github.artifacts.set(run, [{ id: run, name: "fleet-review", expired: false, zip: zip(members) }]);
  };

  beforeAll(async () => {
    github = await standIn();
    job = new Job(here, github);
    base = repository.commit("first");
  });

  it("is reviewed without rights, commented, stopped, and let through by a label", async () => {
    repository.git("checkout", "--quiet", "-b", "topic");
    const head = repository.commit("another driver", { [STACK]: stack("nfs") });
    repository.git("checkout", "--quiet", "main");
    repository.commit("main goes on", { "stacks/Pulumi.berta.yaml": stack("local # as ever") });
    repository.git("checkout", "--quiet", "topic");

    const made = await job.run(["diff", "--out", "out"], event(head), { GITHUB_TOKEN: "" });
    expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining("::warning::Something stands against") });
    expect(readdirSync(join(here.root, "out")).sort()).toEqual(["comment.md", "meta.json", "plan.json", "review.json"]);
    expect(JSON.parse(here.read("out/meta.json"))).toEqual({ number: 7, head, base });
    const [anna] = (JSON.parse(here.read("out/review.json")) as ReturnType<typeof review>).stacks;
    expect(anna).toMatchObject({ stack: "anna", losses: [{ name: "data" }], plan: { before: [], after: [] } });
    expect(here.read("summary.md")).toContain("acknowledge-loss:anna/data");
    expect(here.read("output.txt")).toContain(join(here.root, "out"));

    leaveFolder(1);
    github.pulls.push(pull(7, { head: { sha: head, ref: "topic", repo: { full_name: "mallory/fleet" } } }));
    const done = finished(1, { sha: head });
    expect((await job.run(["comment"], done)).code).toBe(0);
    expect((await job.run(["gate"], done)).code).toBe(0);
    expect(github.commentsOn(7).map(({ body }) => body)).toEqual([expect.stringContaining("Will be lost")]);
    expect(github.statuses.get(head)).toEqual([
      {
        state: "failure",
        context: "fleet/review",
        description: expect.stringContaining("1 loss of data is not acknowledged"),
        target_url: done.workflow_run.html_url,
      },
    ]);

    const labels = [{ name: "acknowledge-loss:anna/data", description: "only a cache" }];
    github.pulls[0]!.labels = labels;
    await job.run(["diff", "--out", "out"], event(head, labels));
    leaveFolder(2);
    const again = finished(2, { sha: head });
    expect((await job.run(["comment"], again)).code).toBe(0);
    expect((await job.run(["gate"], again)).code).toBe(0);
    expect(github.commentsOn(7).map(({ body }) => body)).toEqual([expect.stringContaining("only a cache")]);
    expect(github.statuses.get(head)!.at(-1)).toMatchObject({ state: "success" });
  });

  it("is a review too where a stack cannot be previewed", async () => {
    const head = repository.commit("broken", { [STACK]: stack("broken") });
    const made = await job.run(["diff", "--out", "out"], event(head));
    expect(made.code).toBe(0);
    leaveFolder(3);
    github.pulls[0] = pull(7, { head: { sha: head, ref: "topic", repo: { full_name: "mallory/fleet" } } });
    await job.run(["gate"], finished(3, { sha: head }));
    expect(github.statuses.get(head)).toEqual([expect.objectContaining({ state: "failure" })]);
    expect(github.statuses.get(head)![0]!.description).toContain("failed");
  });

  it("leaves word where there is no review at all", async () => {
    const head = repository.commit("no project any more", { "Pulumi.yaml": "name: [" });
    const made = await job.run(["diff", "--out", "out"], event(head));
    expect(made.code).toBe(1);
    expect(JSON.parse(here.read("out/meta.json"))).toMatchObject({ head, failure: expect.stringContaining("error: ") });
    expect(readdirSync(join(here.root, "out"))).toEqual(["meta.json"]);
    repository.commit("mended", { "Pulumi.yaml": repository.git("show", `${base}:Pulumi.yaml`) });
  });

  it("is told what is missing in a shallow clone", async () => {
    const made = await job.run(["diff", "--out", "out"], event("f".repeat(40)));
    expect(made).toMatchObject({ code: 2, stderr: expect.stringContaining("fetch-depth: 0") });
  });

  it("is not looked for in a run for another event", async () => {
    const other = await job.run(["diff", "--out", "out"], { ref: "refs/heads/main" });
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining("on: pull_request") });
  });
});

describe("the status", () => {
  const here = project();
  const finding = (level: "mandatory" | "advisory", urn = "a") => ({
    policy: "no-root",
    pack: "fleet",
    level,
    urn,
    message: "m",
  });
  const quiet = (more: Parameters<typeof losing>[0] = {}) =>
    losing({ losses: [], plan: { ...losing().plan, steps: [] }, ...more });

  it.each([
    ["nothing changes", quiet(), [], "success"],
    ["a loss is open", losing(), [], "failure"],
    ["a label acknowledges another", losing(), ["acknowledge-loss:anna/other"], "failure"],
    ["a label acknowledges it", losing(), ["acknowledge-loss:anna/data"], "success"],
    ["the stack file acknowledges it", acknowledged("stack file"), [], "success"],
    ["the job only says that a label does", acknowledged("label"), [], "failure"],
    ["the job only says that somebody typed it", acknowledged("command line"), [], "failure"],
    ["a mandatory finding is new", quiet({ policies: { before: [], after: [finding("mandatory")] } }), [], "failure"],
    ["an advisory one is", quiet({ policies: { before: [], after: [finding("advisory")] } }), [], "success"],
    [
      "a mandatory one was there",
      quiet({ policies: { before: [finding("mandatory")], after: [finding("mandatory")] } }),
      [],
      "success",
    ],
  ])("where %s", async (_, stack, labels, state) => {
    const github = await standIn();
    github.pulls.push(pull(7, { labels: labels.map((name) => ({ name, description: "because" })) }));
    leave(github, 1, honest(review([stack])));
    const said = await new Job(here, github).run(["gate"], finished(1));
    expect(said).toMatchObject({ code: 0, stderr: "" });
    expect(github.statuses.get(HEAD)).toEqual([expect.objectContaining({ state, context: "fleet/review" })]);
  });

  it("says that there is no review, and needs the permission", async () => {
    const github = await standIn();
    github.pulls.push(pull(7));
    leave(github, 1, [{ name: "meta.json", data: meta() }]);
    const job = new Job(here, github);
    await job.run(["gate"], finished(1));
    expect(github.statuses.get(HEAD)).toEqual([expect.objectContaining({ state: "failure" })]);
    github.failures.push({ method: "POST", path: /statuses/, status: 403 });
    const refused = await job.run(["gate"], finished(1));
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("`statuses: write`") });
  });

  function acknowledged(by: "stack file" | "label" | "command line") {
    const [loss] = losing().losses;
    return losing({ losses: [{ ...loss!, acknowledged: { reason: "said so", by } }] });
  }
});
