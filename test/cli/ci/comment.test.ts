import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { BOT, type StandIn, TOKEN } from "../../support/github/github.js";
import { project } from "../harness.js";
import { finished, HEAD, honest, Job, leave, losing, meta, pull, review, standIn } from "./runner.js";

const here = project();
let github: StandIn;
let job: Job;

beforeEach(async () => {
  github = await standIn();
  job = new Job(here, github);
  github.pulls.push(pull(7));
});

const bodies = (number = 7) => github.commentsOn(number).map(({ body }) => body);

describe("the comment of a pull request", () => {
  it("is made by the job that has rights, from checked data, and brought up to date in place", async () => {
    leave(github, 1, honest());
    const first = await job.run(["comment"], finished(1));
    expect(first).toMatchObject({ code: 0, stdout: "Pull request 7: commented\n", stderr: "" });
    expect(bodies()).toEqual([expect.stringContaining(`<!-- agent-fleet:review v1 head=${HEAD} run=1.1 -->\n`)]);
    expect(bodies()[0]).toContain("acknowledge-loss:anna/data");

    leave(github, 2, honest(review([])));
    expect((await job.run(["comment"], finished(2))).stdout).toBe(
      "Pull request 7: the comment is brought up to date\n",
    );
    expect(bodies()).toEqual([expect.stringContaining("run=2.1 -->\n")]);
    expect(bodies()[0]).not.toContain("acknowledge-loss");
    expect(github.downloads).toEqual([undefined, undefined]);
  });

  it("is found on the seventh page, by its first line and its author alone", async () => {
    const marker = `<!-- agent-fleet:review v1 head=${HEAD} run=1.1 -->`;
    for (let count = 0; count < 620; count++) github.addComment(7, `talk ${count}`, "somebody");
    github.addComment(7, `${marker}\nnot mine to edit`, "mallory");
    github.addComment(7, `look:\n${marker}\n`, BOT);
    const mine = github.addComment(7, `${marker}\nold`, BOT);
    for (let count = 0; count < 80; count++) github.addComment(7, "more talk", "somebody");

    leave(github, 2, honest());
    expect((await job.run(["comment"], finished(2))).code).toBe(0);
    expect(mine.body).toContain("run=2.1 -->");
    expect(bodies()).toHaveLength(703);
    expect(bodies()[620]).toContain("not mine to edit");
    expect(github.requests.filter((request) => /comments\?.*page=8/.test(request))).toHaveLength(1);
    expect(github.requests.filter((request) => /^(POST|DELETE)/.test(request))).toEqual([]);
  });

  it("is one again where there were several", async () => {
    const marker = `<!-- agent-fleet:review v1 head=${"c".repeat(40)} -->`;
    for (const text of ["one", "two", "three"]) github.addComment(7, `${marker}\n${text}`, BOT);
    leave(github, 2, honest());
    await job.run(["comment"], finished(2));
    expect(bodies()).toEqual([expect.stringContaining("run=2.1 -->")]);
  });

  it("is one where two runs come at once, and tells what the later has found", async () => {
    leave(github, 1, honest());
    leave(github, 2, honest(review([])));
    github.barrier = { method: "POST", path: /comments$/, count: 2 };
    const other = new Job(project(), github);
    const both = await Promise.all([job.run(["comment"], finished(1)), other.run(["comment"], finished(2))]);
    expect(both.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    expect(bodies()).toEqual([expect.stringContaining("run=2.1 -->")]);
  });

  it("is not taken back by a run that ends late", async () => {
    leave(github, 1, honest());
    leave(github, 2, honest(review([])));
    await job.run(["comment"], finished(2, { attempt: 2 }));
    for (const late of [finished(1), finished(2, { attempt: 1 })]) {
      expect((await job.run(["comment"], late)).stdout).toContain("a later run has commented already");
      expect(bodies()).toEqual([expect.stringContaining("run=2.2 -->")]);
    }
  });

  it("says nothing where the pull request has moved on, before or meanwhile", async () => {
    leave(github, 1, honest());
    github.pulls[0]!.head.sha = "c".repeat(40);
    expect((await job.run(["comment"], finished(1))).stdout).toContain("::notice::No open pull request is at aaaa");
    github.pulls[0] = pull(7, { state: "closed" });
    expect((await job.run(["comment"], finished(1))).code).toBe(0);
    expect(bodies()).toEqual([]);
  });

  it("says that the review could not be made, with the job's last words, harmless", async () => {
    const failure = `npm error\n\`\`\`\n@everyone <img src=x> ${"x\u202e".repeat(20_000)}`;
    leave(github, 1, [{ name: "meta.json", data: JSON.stringify({ ...JSON.parse(meta()), failure }) }]);
    expect((await job.run(["comment"], finished(1))).code).toBe(0);
    expect(bodies()[0]).toContain("could not be made");
    expect(bodies()[0]!.length).toBeLessThan(65_536);

    const told = await job.run(["comment"], finished(2));
    expect(told.code).toBe(0);
    expect(bodies()).toEqual([expect.stringContaining("the run left no artifact fleet-review")]);
  });
});

describe("whose pull request it is", () => {
  it("is what GitHub says, not what the artifact says", async () => {
    github.pulls.push(pull(8, { head: { sha: "d".repeat(40), ref: "topic", repo: { full_name: "victim/fleet" } } }));
    leave(github, 1, honest(review(), 8));
    expect((await job.run(["comment"], finished(1))).code).toBe(0);
    expect([bodies(7).length, bodies(8).length]).toEqual([1, 0]);
  });

  it("is chosen by the artifact among those of the very same commit", async () => {
    github.pulls.push(pull(9, { base: { ref: "release" } }));
    leave(github, 1, honest(review(), 9));
    await job.run(["comment"], finished(1));
    expect([bodies(7).length, bodies(9).length]).toEqual([0, 1]);
  });

  it("is of the fork that the run was of, though another has a branch of that name", async () => {
    github.pulls[0] = pull(7, { head: { sha: HEAD, ref: "topic", repo: { full_name: "mallory/other" } } });
    leave(github, 1, honest());
    expect((await job.run(["comment"], finished(1))).stdout).toContain("No open pull request");
  });

  it("is refused for a run of another event", async () => {
    const event = finished(1);
    const other = { workflow_run: { ...event.workflow_run, event: "push" } };
    expect(await job.run(["comment"], other)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("workflow_run"),
    });
  });
});

describe("a hostile artifact", () => {
  const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
  const evil = losing({ stack: "../../x" });
  it.each([
    ["climbs out of its folder", [{ name: "../../../etc/cron.d/x", data: "x" }], "files that are not expected"],
    ["holds a program", [...honest(), { name: "run.sh", data: "x" }], "files that are not expected"],
    ["holds a file twice", [...honest(), ...honest()], "holds meta.json twice"],
    ["is a bomb", [{ name: "review.json", data: Buffer.alloc(200 * 1024 * 1024) }], "cannot be read"],
    [
      "is no JSON",
      [
        { name: "meta.json", data: meta() },
        { name: "review.json", data: "<b>" },
      ],
      "it is no JSON",
    ],
    [
      "is deep",
      [
        { name: "meta.json", data: meta() },
        { name: "review.json", data: deep },
      ],
      "out of all bounds",
    ],
    [
      "has another shape",
      honest({ ...review(), stacks: [{ "@everyone": 1 }] }),
      "`stacks.0.stack` is not as it should be",
    ],
    ["names a stack that is none", honest(review([evil])), "`stacks.0.stack` is not as it should be"],
    ["is about another commit", honest(review([], "e".repeat(40))), "about another commit"],
    [
      "is a link",
      [{ name: "meta.json", data: "/etc/passwd", mode: 0o120777 }],
      "meta.json of the artifact is not taken",
    ],
  ])("that %s is not taken", async (_, members, why) => {
    leave(github, 1, members);
    const said = await job.run(["comment"], finished(1));
    expect(said.code).toBe(0);
    expect(bodies()).toEqual([expect.stringContaining(why)]);
    const gate = await job.run(["gate"], finished(1));
    expect(gate.code).toBe(0);
    expect(github.statuses.get(HEAD)).toEqual([expect.objectContaining({ state: "error", context: "fleet/review" })]);
  });

  it("that is too large, damaged or expired is not taken", async () => {
    leave(github, 1, honest(), { size: 33 * 1024 * 1024 });
    await job.run(["comment"], finished(1));
    expect(bodies()[0]).toContain("larger than 32 MiB");
    leave(github, 2, honest(), { expired: true });
    await job.run(["comment"], finished(2));
    expect(bodies()[0]).toContain("has expired");
    leave(github, 3, honest());
    github.artifacts.get(3)![0]!.zip = Buffer.alloc(33 * 1024 * 1024);
    github.artifacts.get(3)![0]!.size = 10;
    await job.run(["comment"], finished(3));
    expect(bodies()[0]).toContain("larger than 32 MiB");
    leave(github, 4, honest());
    github.artifacts.get(4)![0]!.zip = Buffer.from("PK\x05\x06 and what follows is no zip file at all");
    await job.run(["comment"], finished(4));
    expect(bodies()).toEqual([expect.stringContaining("cannot be read")]);
  });

  it("that holds Markdown and HTML of the pull request is posted without them", async () => {
    const name = "x\n\n@everyone <img src=https://evil.example/x>\n<!-- agent-fleet:review -->";
    const [step] = losing().plan.steps;
    const plan = { ...losing().plan, steps: [{ ...step!, name, urn: `${step!.urn}${name}` }] };
    leave(github, 1, [...honest(review([losing({ plan })])), { name: "comment.md", data: "# @everyone APPROVED" }]);
    await job.run(["comment"], finished(1));
    expect(bodies()[0]).not.toContain("APPROVED");
    // In one line of a block of code, where neither Markdown nor HTML is read.
    expect(bodies()[0]).toContain("\n-/+ docker:Volume x⏎⏎@everyone <img src=https://evil.example/x>⏎<!--");
    expect(bodies()[0]!.match(/@everyone/g)).toHaveLength(1);
  });

  it("in a folder is read without following links", async () => {
    const folder = "unpacked";
    mkdirSync(join(here.root, folder), { recursive: true });
    here.write(`${folder}/meta.json`, meta());
    symlinkSync(join(here.root, "event.json"), join(here.root, folder, "review.json"));
    expect((await job.run(["comment", "--artifact", folder], finished(1))).code).toBe(0);
    expect(bodies()).toEqual([expect.stringContaining("could not be made")]);
  });
});

describe("GitHub's answers", () => {
  beforeEach(() => leave(github, 1, honest()));

  it("are waited for where it fails, and what was done all the same is not doubled", async () => {
    github.failures.push({ path: /pulls$/, status: 502 });
    github.failures.push({ method: "POST", path: /comments$/, status: 500, afterwards: true });
    expect((await job.run(["comment"], finished(1))).code).toBe(0);
    expect(bodies()).toHaveLength(1);
  });

  it("are waited for where too much was asked", async () => {
    const headers = { "retry-after": "1" };
    const message = "You have exceeded a secondary rate limit.";
    github.failures.push({ method: "POST", path: /comments$/, status: 403, headers, message });
    expect((await job.run(["comment"], finished(1))).code).toBe(0);
    expect(bodies()).toHaveLength(1);
  });

  it("are told in words, without the token", async () => {
    github.failures.push({ method: "POST", path: /comments$/, status: 403, message: `no ${TOKEN}` });
    const forbidden = await job.run(["comment"], finished(1));
    expect(forbidden).toMatchObject({ code: 1, stderr: expect.stringContaining("`pull-requests: write`") });
    const unknown = await job.run(["comment"], finished(1), { GITHUB_TOKEN: "ghs_another" });
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("does not know the token") });
    const reset = String(Math.floor(Date.now() / 1000) + 3600);
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset };
    github.failures.push({ path: /pulls$/, status: 403, headers, message: "API rate limit exceeded" });
    const used = await job.run(["comment"], finished(1));
    expect(used).toMatchObject({ code: 1, stderr: expect.stringContaining("limit of requests is used up") });
    for (const { stdout, stderr } of [forbidden, unknown, used]) expect(stdout + stderr).not.toMatch(/ghs_/);
    expect(await job.run(["comment"], finished(1), { GITHUB_TOKEN: "" })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("GITHUB_TOKEN is not set"),
    });
  });
});
