import { resolve } from "node:path";
import type { EngineEvent, PolicyPackOptions, ProgramHost } from "../../engine/index.js";
import type { Project } from "../../engine/project/project.js";
import type { PolicyFinding } from "../../review/types.js";
import { said } from "../errors.js";
import { withHost } from "../inside.js";
import { inWaves, withReferred } from "../review/references.js";
import { AT_ONCE, readReferences, simulateOnly } from "../review/simulate.js";
import { Simulation } from "../review/simulation.js";
import { inTurns } from "../turns.js";
import { faultsOf, readStack, type StackFile } from "../workspace.js";
import { type PackFacts, PolicyCollector } from "./collect.js";

/** What policies say of a stack. */
export interface StackFindings {
  stack: string;
  file: StackFile;
  findings: PolicyFinding[];
  /** Why not everything was looked at. */
  errors: string[];
}

export interface Checked {
  stacks: StackFindings[];
  packs: PackFacts[];
}

export interface CheckOptions {
  onProgress?: (done: number, total: number) => void;
}

/**
 * Holds stacks to policy packs. Each is brought up in simulation, so that what can be known is known, and then planned again for the packs
 * to look at: a plan tells all that they find, while `up` would end at the first. Needs no passphrase and no state. Throws FleetError for a
 * stack that does not exist; what is wrong with one that does is told with its findings.
 */
export async function checkPolicies(
  project: Project,
  stacks: string[],
  packs: PolicyPackOptions[],
  { onProgress }: CheckOptions = {},
): Promise<Checked> {
  simulateOnly();
  const policyPacks = packs.map(({ dir, config, ...rest }) => ({
    ...rest,
    // Programs run in their own folder.
    dir: resolve(dir),
    ...(config !== undefined && { config: resolve(config) }),
  }));
  const references = await readReferences(project, stacks);
  const referred = (stack: string) => references.get(stack) ?? [];
  const all = withReferred(stacks, referred);
  const run = new CheckRun(project, policyPacks);
  const found = new Map<string, StackFindings>();
  try {
    await withHost(project, {}, async (host) => {
      for (const wave of inWaves(all, referred)) {
        await inTurns(wave, AT_ONCE, async (stack) => {
          found.set(stack, await run.check(stack, host, stacks.includes(stack)));
          onProgress?.(found.size, all.length);
        });
      }
    });
  } finally {
    run.close();
  }
  return { stacks: stacks.map((stack) => found.get(stack)!), packs: run.packs };
}

class CheckRun {
  readonly #simulation = new Simulation();
  packs: PackFacts[] = [];

  constructor(
    private readonly project: Project,
    private readonly policyPacks: PolicyPackOptions[],
  ) {}

  /** `isAsked`: otherwise it is only there for others to refer to. */
  async check(stack: string, host: ProgramHost | undefined, isAsked: boolean): Promise<StackFindings> {
    const file = await readStack(this.project, stack);
    const nothing = { stack, file, findings: [] };
    const faults = await faultsOf(this.project, file);
    if (faults.length > 0) return { ...nothing, errors: faults };
    try {
      const { result } = await this.#simulation.up(this.project, stack, host);
      if (result.outcome !== "succeeded") return { ...nothing, errors: named(result.errors, result.outcome) };
      return isAsked ? await this.#hold(file, host) : { ...nothing, errors: [] };
    } catch (error) {
      return { ...nothing, errors: [said(error)] };
    }
  }

  async #hold(file: StackFile, host: ProgramHost | undefined): Promise<StackFindings> {
    const { stack } = file;
    const collector = new PolicyCollector();
    const printed: string[] = [];
    const onEvent = (event: EngineEvent) => {
      collector.onEvent(event);
      if (event.kind === "output" && event.stream === "stderr") printed.push(event.line);
    };
    const held = { policyPacks: this.policyPacks, onEvent };
    const { result } = await this.#simulation.preview(this.project, stack, host, held).catch((error: unknown) => {
      // Why a pack does not start it prints itself.
      if (error instanceof Error && printed.length > 0) error.message += `\n  ${printed.join("\n  ")}`;
      throw error;
    });
    this.packs = collector.packs;
    const errors = collector.otherErrors(result.errors);
    const { findings } = collector;
    const hasFailed = result.outcome !== "succeeded" && !findings.some(({ level }) => level === "mandatory");
    return { stack, file, findings, errors: hasFailed ? named(errors, result.outcome) : errors };
  }

  close(): void {
    this.#simulation.close();
  }
}

const named = (errors: string[], outcome: string): string[] => (errors.length > 0 ? errors : [outcome]);
