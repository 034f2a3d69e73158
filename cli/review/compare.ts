import type { ProgramHost } from "../../engine/index.js";
import type { Project } from "../../engine/project/project.js";
import type { Reason, ReviewedResource, StackPlan, Version } from "../../review/types.js";
import { said } from "../errors.js";
import { withHost } from "../inside.js";
import { inTurns } from "../turns.js";
import { type ComparedStack, compareStacks } from "./affected/affected.js";
import { dependentsOf, inWaves, referencesOf, withReferred } from "./references.js";
import { AT_ONCE, simulateOnly } from "./simulate.js";
import { Simulation } from "./simulation.js";
import {
  baseVersion,
  type Checkout,
  changedFiles,
  checkOut,
  headVersion,
  repositoryOf,
  WORKING_TREE,
} from "./versions.js";

export interface CompareOptions {
  /** Commit to compare with; default: where the work left the main branch. */
  base?: string;
  /** Commit to look at; default: the files as they are. */
  head?: string;
  onProgress?: (text: string) => void;
}

/** What a change does to one stack. */
export interface ComparedPlan {
  stack: string;
  reasons: Reason[];
  plan: StackPlan;
  /** The stack's resources once the plan is carried out: nothing of them is unknown any more. */
  settled: ReviewedResource[];
}

export interface Comparison {
  base: Version;
  head: Version;
  stacks: ComparedPlan[];
  unaffected: string[];
  /** The files of the head version, by stack. */
  files: Map<string, string>;
}

/**
 * Brings every stack that a change may affect up as the base version has it, in simulation, and previews the head version against that.
 * Each version runs its own program with its own npm packages. Throws FleetError where versions or their packages cannot be had; what is
 * wrong with one stack is told in its plan.
 */
export async function compareVersions(project: Project, options: CompareOptions): Promise<Comparison> {
  simulateOnly();
  const { onProgress = () => {} } = options;
  const repository = await repositoryOf(project);
  const head = await headVersion(repository, options.head);
  const base = await baseVersion(repository, options.base, options.head);
  const changed = await changedFiles(repository, base, head);
  const isHere = options.head === undefined || head.commit === WORKING_TREE;
  onProgress(`Taking ${base.name} out of git`);
  const old = await checkOut(repository, base, project);
  const now = isHere ? undefined : await checkOut(repository, head, project);
  try {
    const sides: Sides = { base: old, head: now ?? { version: head, root: project.root, project } };
    const stacks = await compareStacks(sides.base.project, sides.head.project, changed);
    const { plans, unaffected } = await planAll(sides, stacks, onProgress);
    return { base, head, stacks: plans, unaffected, files: textsOf(stacks) };
  } finally {
    await old.dispose();
    await now?.dispose();
  }
}

interface Sides {
  base: Checkout;
  head: Checkout;
}

async function planAll(
  { base, head }: Sides,
  stacks: ComparedStack[],
  onProgress: (text: string) => void,
): Promise<{ plans: ComparedPlan[]; unaffected: string[] }> {
  const byName = new Map(stacks.map((one) => [one.stack, one]));
  // Read once: to order a hundred stacks they are asked for many times.
  const references = new Map(
    stacks.map(({ stack, base: before = "", head: after = "" }) => {
      const referred = [...referencesOf(before, base.project.name), ...referencesOf(after, head.project.name)];
      return [stack, [...new Set(referred)].filter((other) => byName.has(other))];
    }),
  );
  const refer = (stack: string): string[] => references.get(stack) ?? [];
  addDependents(stacks, refer);
  const affected = stacks.filter(({ reasons }) => reasons.length > 0);
  const needed = withReferred(
    affected.map(({ stack }) => stack),
    refer,
  ).map((stack) => byName.get(stack)!);
  const [old, now] = (["base", "head"] as const).map((of) => {
    const there = needed.filter((one) => one[of] !== undefined).map(({ stack }) => stack);
    return inWaves(there, refer);
  }) as [string[][], string[][]];
  const simulation = new Simulation();
  const run = new ComparisonRun(simulation, { base: base.project, head: head.project });
  try {
    let done = 0;
    const total = [...old, ...now].flat().length;
    const step = (what: string) => onProgress(`${what}: ${++done} of ${total} stacks`);
    await withHost(base.project, {}, (host) =>
      eachWave(old, async (stack) => {
        await run.bringUp(stack, host);
        step("Simulating");
      }),
    );
    await withHost(head.project, {}, (host) =>
      eachWave(now, async (stack) => {
        await run.plan(stack, host);
        step("Comparing");
      }),
    );
    for (const { stack } of affected.filter((one) => one.head === undefined)) await run.planEnd(stack);
  } finally {
    simulation.close();
  }
  return {
    plans: affected.map(({ stack, reasons }) => {
      const plan = run.plans.get(stack)!;
      return { stack, reasons, plan, settled: run.settled.get(stack) ?? plan.after };
    }),
    unaffected: stacks.filter(({ reasons }) => reasons.length === 0).map(({ stack }) => stack),
  };
}

/** What refers to a stack that changes may change with it. */
function addDependents(stacks: ComparedStack[], refer: (stack: string) => string[]): void {
  const names = (some: ComparedStack[]) => some.map(({ stack }) => stack);
  const affected = names(stacks.filter(({ reasons }) => reasons.length > 0));
  const causes = dependentsOf(affected, names(stacks), refer);
  for (const { stack, reasons } of stacks) {
    const cause = causes.get(stack);
    if (cause !== undefined) reasons.push({ kind: "refers-to", text: `refers to ${cause}` });
  }
}

async function eachWave(waves: string[][], act: (stack: string) => Promise<void>): Promise<void> {
  for (const wave of waves) await inTurns(wave, AT_ONCE, act);
}

/** One comparison's stacks, in one simulation. */
class ComparisonRun {
  readonly plans = new Map<string, StackPlan>();
  /** Where the plan was carried out. */
  readonly settled = new Map<string, ReviewedResource[]>();
  readonly #before = new Map<string, ReviewedResource[]>();
  readonly #failed = new Map<string, string[]>();

  constructor(
    private readonly simulation: Simulation,
    private readonly projects: { base: Project; head: Project },
  ) {}

  /** As the base version has it. */
  async bringUp(stack: string, host: ProgramHost | undefined): Promise<void> {
    try {
      const { result, collector } = await this.simulation.up(this.projects.base, stack, host);
      this.#before.set(stack, collector.resources());
      if (result.outcome !== "succeeded") this.#failed.set(stack, collector.plan(stack, []).errors);
    } catch (error) {
      this.#failed.set(stack, [said(error)]);
    }
  }

  /** As the head version would change it. Then it is changed so: other stacks refer to what comes of it, and policies judge that. */
  async plan(stack: string, host: ProgramHost | undefined): Promise<void> {
    const before = this.#before.get(stack) ?? [];
    const failed = (errors: string[]) =>
      this.plans.set(stack, { stack, outcome: "failed", errors, steps: [], before, after: before });
    const failure = this.#failed.get(stack);
    if (failure) {
      failed(failure.map((error) => `the base version cannot be simulated: ${error}`));
      return;
    }
    try {
      const { collector } = await this.simulation.preview(this.projects.head, stack, host);
      const plan = collector.plan(stack, before);
      this.plans.set(stack, plan);
      if (plan.outcome === "failed" || plan.steps.length === 0) return;
      const { collector: done, result } = await this.simulation.up(this.projects.head, stack, host);
      if (result.outcome === "succeeded") this.settled.set(stack, done.resources());
      else failed(done.plan(stack, []).errors);
    } catch (error) {
      failed([said(error)]);
    }
  }

  /** Of a stack that is there no more. */
  async planEnd(stack: string): Promise<void> {
    const before = this.#before.get(stack) ?? [];
    const errors = this.#failed.get(stack);
    if (errors) {
      this.plans.set(stack, { stack, outcome: "failed", errors, steps: [], before, after: [] });
      return;
    }
    const { collector } = await this.simulation.previewDestroy(this.projects.head, stack);
    this.plans.set(stack, { ...collector.plan(stack, before), after: [] });
  }
}

const textsOf = (stacks: ComparedStack[]): Map<string, string> =>
  new Map(stacks.flatMap(({ stack, head }) => (head === undefined ? [] : [[stack, head]])));
