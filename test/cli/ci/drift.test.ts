import { beforeEach, expect, it } from "vitest";
import { BOT, type StandIn } from "../../support/github/github.js";
import { project } from "../harness.js";
import { type DigestStep, PulumiStandIn, same, update } from "./pulumi-stand-in.js";
import { Job, standIn } from "./runner.js";

const stack = "config:\n  fleet:machines: {}\n  fleet:agents: {}\n";
const here = project({
  "stacks/Pulumi.anna.yaml": stack,
  "stacks/Pulumi.berta.yaml": stack,
  "stacks/Pulumi.local.yaml": stack,
  "fleet-ci.yaml": "deploy:\n  - { stacks: [anna, berta], environment: production }\n",
});
const pulumi = new PulumiStandIn(here);
let github: StandIn;
let job: Job;
let runs = 0;

beforeEach(async () => {
  github = await standIn();
  job = new Job(here, github);
});

/** A look at all stacks, at which `anna` would have these steps. */
async function look(anna: DigestStep[], fails: Record<string, string> = {}) {
  pulumi.plays({
    stacks: ["anna", "berta"],
    plans: { anna, berta: [same("berta"), { ...same("berta"), op: "refresh" }] },
    fails,
  });
  return job.run(["drift"], {}, { ...pulumi.env, GITHUB_RUN_ID: String(++runs) });
}

const MARKER = "<!-- agent-fleet:drift stack=anna -->";

it("opens an issue, brings it up to date, closes it, and opens it again", async () => {
  expect(await look([update("anna", ["labels", "envs[0]"])])).toMatchObject({ code: 0 });
  expect(pulumi.done).toEqual(["preview anna", "preview berta"]);
  expect(pulumi.calls[0]!.args).toContain("--refresh");
  const [issue] = github.issues;
  expect(github.issues).toHaveLength(1);
  expect(issue).toMatchObject({ title: "Drift: anna", labels: ["fleet-drift"], state: "open" });
  expect(issue!.body.split("\n")[0]).toBe(MARKER);
  expect(issue!.body).toContain("| update | `data` | `docker:index/volume:Volume` | `labels` `envs[0]` |");
  expect(issue!.body).not.toContain("hunter2");

  const before = issue!.body;
  expect((await look([update("anna", ["labels", "envs[0]"])])).stdout).toContain("anna: drifts still");
  expect(issue!.body).toBe(before);
  expect((await look([update("anna", ["driver"])])).stdout).toContain("anna: drifts otherwise");
  expect(issue!.body).toContain("`driver`");

  expect((await look([])).stdout).toContain(`anna: no drift any more, #${issue!.number} is closed`);
  expect(issue!.state).toBe("closed");
  expect(github.commentsOn(issue!.number)).toHaveLength(1);
  expect((await look([])).stdout).toContain("anna: no drift\n");
  expect(github.commentsOn(issue!.number)).toHaveLength(1);

  expect((await look([update("anna")])).stdout).toContain(`anna: drifts again, see #${issue!.number}`);
  expect(issue!.state).toBe("open");
  expect(github.issues).toHaveLength(1);
});

it("opens another where a person has closed it", async () => {
  await look([update("anna")]);
  Object.assign(github.issues[0]!, { state: "closed", closed_by: { login: "dana" } });
  await look([update("anna")]);
  expect(github.issues.map(({ state }) => state)).toEqual(["closed", "open"]);
});

it("finds its issue on all pages, and touches no other", async () => {
  const other = { title: "Drift: anna", state: "open" as const, labels: ["fleet-drift"] };
  const mine = { ...other, number: 1, body: `${MARKER}\nold`, user: { login: BOT } };
  github.issues.push(mine);
  github.issues.push({ ...other, number: 2, body: `${MARKER}\nfake`, user: { login: "mallory" } });
  github.issues.push({ ...other, number: 3, body: `see\n${MARKER}`, user: { login: BOT } });
  github.issues.push({ ...other, number: 4, body: `${MARKER}\npull`, user: { login: BOT }, pull_request: {} });
  for (let number = 10; number < 260; number++)
    github.issues.push({ ...other, number, body: "<!-- agent-fleet:drift stack=anna-2 -->", user: { login: BOT } });
  await look([]);
  expect(mine.state).toBe("closed");
  expect(github.issues.filter(({ state }) => state === "closed")).toHaveLength(1);
});

it("makes one of two that two runs have opened", async () => {
  for (const number of [1, 2])
    github.issues.push({
      number,
      title: "Drift: anna",
      body: `${MARKER}\nold`,
      state: "open",
      labels: ["fleet-drift"],
      user: { login: BOT },
    });
  await look([update("anna")]);
  expect(github.issues.map(({ state }) => state)).toEqual(["open", "closed"]);
  expect(github.commentsOn(2).map(({ body }) => body)).toEqual(["The same as #1."]);
});

it("leaves an issue as it is where the stack cannot be looked at, and looks at the others", async () => {
  await look([update("anna")]);
  const failed = await look([], { "preview anna": "error: the cloud is away" });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("the cloud is away");
  expect(failed.stderr).toContain("their issues are as they were: anna");
  expect(failed.stdout).toContain("berta: no drift");
  expect(github.issues[0]!.state).toBe("open");
});

it("keeps an issue within what GitHub takes, and harmless", async () => {
  const steps = Array.from({ length: 500 }, (_, index) => {
    const step = update("anna", [`labels["${"x".repeat(500)}"]`, "`@everyone | <b>"]);
    return { ...step, urn: `${step.urn}-${index}-${"y".repeat(300)}` };
  });
  await look(steps);
  expect(github.issues[0]!.body.length).toBeLessThan(65_536);
  expect(github.issues[0]!.body).toContain("And 350 more.");
  expect(github.issues[0]!.body).not.toMatch(/[^`]@everyone \|/);
});

it("signs as the user that the token is of", async () => {
  github.user = "fleet-keeper";
  await look([update("anna")]);
  await look([]);
  expect(github.issues.map(({ user, state }) => [user.login, state])).toEqual([["fleet-keeper", "closed"]]);
});

it("refuses a state in files, and names the permission that is missing", async () => {
  pulumi.plays({ stacks: ["anna"] });
  const files = await job.run(["drift"], {}, { ...pulumi.env, PULUMI_BACKEND_URL: "" });
  expect(files).toMatchObject({ code: 2, stderr: expect.stringContaining("FLEET_BACKEND_URL") });
  github.failures.push({ method: "POST", path: /issues$/, status: 403 });
  const refused = await look([update("anna")]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("GitHub refuses this to the token") });
});
