import fc from "fast-check";
import { expect, it } from "vitest";
import { FakeCloud } from "../support/cloud.js";
import { crashingUp } from "../support/crash.js";
import { declareModel, deviations, type Edit, edited, edits, START, writeModel } from "../support/histories.js";
import { TestProject } from "../support/project.js";
import { TestStack } from "../support/stack.js";

/** Edits, each with a real kill in the middle; test/engine/histories plays thousands without processes. More with ENGINE_KILLS=<n>. */
const KILLS = Number(process.env.ENGINE_KILLS ?? 6);

const history = fc.array(fc.record({ edits, kill: fc.integer({ min: 1, max: 20 }), again: fc.nat({ max: 12 }) }), {
  minLength: 2,
  maxLength: 2,
});

it(
  "keeps state and cloud true through random edits and kills",
  async () => {
    const told: string[] = [];
    const half = (runs: number) =>
      fc.assert(
        fc.asyncProperty(history, (steps) => live(steps, told)),
        { numRuns: Math.max(1, Math.round(runs)), endOnFailure: true },
      );
    await Promise.all([half(KILLS / 2), half(KILLS / 2)]);
    console.log(told.join("\n"));
    expect(told.length).toBeGreaterThanOrEqual(KILLS);
  },
  60_000 + KILLS * 60_000,
);

async function live(steps: { edits: Edit[]; kill: number; again: number }[], told: string[]): Promise<void> {
  const project = new TestProject();
  declareModel(project);
  try {
    let model = START;
    writeModel(project, model);
    await crashingUp(project, 0, { parallel: 4 });
    for (const step of steps) {
      model = edited(model, step.edits);
      writeModel(project, model);
      const label: string[] = [];
      await crash(project, step.kill, label);
      // Now and then the run that clears up is killed too.
      if (step.again > 8) await crash(project, step.again - 8, label);
      const stack = new TestStack(project, new FakeCloud(project.cloudFile));
      await stack.up({ parallel: 4 });
      expect(deviations(model, stack.cloud), JSON.stringify({ model, label })).toEqual([]);
      told.push(label.join(", then "));
    }
  } finally {
    project.remove();
  }
}

async function crash(project: TestProject, at: number, label: string[]): Promise<void> {
  const run = await crashingUp(project, at, { parallel: 4 });
  const stack = new TestStack(project);
  const pending = (await stack.state()).pendingOperations.map(
    ({ type, resource }) => `${type} ${resource.urn.split("::").pop()}`,
  );
  label.push(run.killed ? `killed ${run.points.at(-1)}; pending: ${pending.join(", ") || "nothing"}` : "went through");
}
