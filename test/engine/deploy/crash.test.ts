import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { FakeCloud } from "../support/cloud.js";
import { type CrashedRun, crashingUp } from "../support/crash.js";
import { TestProject } from "../support/project.js";
import { processesOf, type Ran, TestStack } from "../support/stack.js";

/** What the state must be brought to, and everything that can happen on the way. */
const BEFORE = `
  const keep = new Thing("keep");
  new Thing("upd", { size: 1, from: keep.address });
  const cbd = new Thing("cbd", { zone: "a" });
  new Thing("user", { from: cbd.address });
  const dbr = new Named("dbr", { zone: "a", password: pulumi.secret("hush") });
  new Named("tied", { link: dbr.id });
  new Thing("gone", { link: keep.id });`;
const AFTER = `
  const keep = new Thing("keep");
  const upd = new Thing("upd", { size: 2, from: keep.address });
  const cbd = new Thing("cbd", { zone: "b" });
  new Thing("user", { from: cbd.address });
  const dbr = new Named("dbr", { zone: "b", password: pulumi.secret("hush") });
  new Named("tied", { link: dbr.id });
  new Thing("new", { from: upd.address });`;
/** A checkpoint is on disk, or an effect took place: between these neither changes. */
const DISTINCT = "after";

let base: TestProject;
let points: string[];

beforeAll(async () => {
  base = new TestProject();
  base.program(BEFORE);
  await crashingUp(base, 0);
  base.program(AFTER);
  const whole = base.copy();
  points = (await crashingUp(whole, 0, { only: DISTINCT })).points;
  whole.remove();
});
afterAll(() => base.remove());

it("reaches the declared state after kill -9 at any point of an update that does everything", async () => {
  expect(points.filter((point) => !point.includes("write")).sort()).toEqual(
    [
      ...["create cbd", "create dbr", "create new", "create tied", "delete cbd", "delete dbr", "delete gone"],
      ...["delete tied", "update upd", "update user"],
    ].map((operation) => `after ${operation}`),
  );
  const told: string[] = [];
  const queue = points.map((_, index) => index + 1);
  const work = async () => {
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) told.push(await killAndRecover(at));
  };
  await Promise.all([work(), work()]);
  console.log(told.sort().join("\n"));
  // Writes are grouped, so a run may have a point more or less than the one that was counted.
  expect(told.filter((line) => line.includes("killed")).length).toBeGreaterThan(points.length - 4);
  // Every kind of operation was pending at least once.
  for (const kind of ["creating", "updating", "deleting"]) expect(told.join()).toContain(kind);
}, 900_000);

async function killAndRecover(at: number): Promise<string> {
  const project = base.copy();
  try {
    const run = await crashingUp(project, at, { only: DISTINCT });
    const stack = new TestStack(project, new FakeCloud(project.cloudFile));
    const pending = (await stack.state()).pendingOperations.map(
      ({ type, resource }) => `${type} ${resource.urn.split("::").pop()}`,
    );
    const label = `${String(at).padStart(2)} ${run.killed ? "killed" : "went through, last"} ${run.points.at(-1)}; pending: ${pending.join(", ") || "nothing"}`;
    const recovered = await stack.up().catch((error) => {
      throw new Error(`${label}: ${error.message}`);
    });
    declared(stack, label);
    expect(await secretsIn(stack), label).toEqual([]);
    return `${label}; then ${recovered.steps.join(", ") || "nothing"}`;
  } finally {
    project.remove();
  }
}

function declared({ cloud }: TestStack, label: string): void {
  expect(cloud.names(), label).toEqual(["cbd", "dbr", "keep", "new", "tied", "upd", "user"]);
  const id = (name: string) => cloud.byName(name).id;
  expect(cloud.byName("upd").properties, label).toMatchObject({ size: 2, from: `addr-${id("keep")}` });
  expect(cloud.byName("cbd").properties.zone, label).toBe("b");
  expect(cloud.byName("dbr").properties, label).toMatchObject({ zone: "b", password: "hush" });
  expect(cloud.byName("user").properties.from, label).toBe(`addr-${id("cbd")}`);
  expect(cloud.byName("tied").properties.link, label).toBe(id("dbr"));
  expect(cloud.byName("new").properties.from, label).toBe(`addr-${id("upd")}`);
}

async function secretsIn(stack: TestStack): Promise<string[]> {
  return stack.stateFile().match(/hush/g) ?? [];
}

it("finds nothing to do once it has recovered", async () => {
  const project = base.copy();
  try {
    const at = points.indexOf("after create cbd") + 1;
    const run: CrashedRun = await crashingUp(project, at, { only: DISTINCT });
    expect(run.killed).toBe(true);
    const stack = new TestStack(project, new FakeCloud(project.cloudFile));
    const recovered: Ran = await stack.up();
    expect(recovered.events).toContainEqual(
      expect.objectContaining({
        kind: "diagnostic",
        message: expect.stringContaining("is ours: taken into the state"),
      }),
    );
    expect((await stack.up()).changes).toEqual({ same: 8 });
  } finally {
    project.remove();
  }
});

it("leaves no program behind, even one that hangs", async () => {
  const project = base.copy();
  try {
    project.program(`new Thing("late"); setInterval(() => {}, 1000); await new Promise(() => {});`);
    expect((await crashingUp(project, 1, { only: "before create late" })).killed).toBe(true);
    await vi.waitFor(() => expect(processesOf(project.folder)).toEqual([]), { timeout: 10_000 });
  } finally {
    project.remove();
  }
});
