import { type Executor, RunEnding } from "../deploy/execution/executor.js";
import type { Goal } from "../deploy/goals/goal.js";
import type { PropertyMap } from "../values.js";
import type { Finished, Policies } from "./policies.js";
import { type PolicyViolation, violationError } from "./types.js";
import type { ProviderFacts } from "./wire.js";

/** Holds a run to its policies: lets resources pass, changed or not, or ends the run. */
export class PolicyGuard {
  /** What was let pass once: a replacement's inputs are checked a second time. */
  readonly #admitted = new Set<string>();

  constructor(
    private readonly policies: Policies,
    private readonly executor: Executor,
    private readonly preview: boolean,
  ) {}

  /**
   * Gives the inputs that a resource may have. A mandatory violation ends an update before anything is done about the resource; a
   * preview goes on, to show all there are, and fails at its end.
   */
  async admit(
    goal: Goal,
    inputs: PropertyMap,
    former: string | undefined,
    provider: ProviderFacts | undefined,
  ): Promise<PropertyMap> {
    await this.ready();
    const again = this.#admitted.has(goal.urn);
    this.#admitted.add(goal.urn);
    const remediated = await this.policies.remediate(goal, inputs, former, provider, again);
    if (again) return remediated;
    const violations = await this.policies.analyze(goal, remediated, former, provider);
    this.#enforce(violations);
    return remediated;
  }

  /** Looks at the whole, after all went well: what it finds fails the run, though what was done stays done. */
  async judgeStack(resources: Finished[]): Promise<void> {
    await this.ready();
    this.#note(await this.policies.analyzeStack(resources));
  }

  /** Waits for the packs. One that does not start ends the run before it has done anything. */
  async ready(): Promise<void> {
    try {
      await this.policies.ready;
    } catch {
      // Why is told by whoever started them.
      this.executor.endQuietly();
      throw new RunEnding();
    }
  }

  #enforce(violations: PolicyViolation[]): void {
    this.#note(violations);
    if (violations.length === 0 || this.preview) return;
    this.executor.endQuietly();
    throw new RunEnding();
  }

  /** They were told as what they are: here they only fail the run. */
  #note(violations: PolicyViolation[]): void {
    this.executor.noteErrors(violations.map(violationError));
  }
}
