import { childProcessHost } from "../engine/deploy/program/child-program.js";
import type { PreparedProgram, ProgramHost, ProgramSetup } from "../engine/program-host.js";

/**
 * Runs programs in processes of their own; that of the first one is begun at once, so that it loads Pulumi's SDK while this process
 * loads the engine and looks at the stack.
 */
export class EarlyProgram implements ProgramHost {
  readonly start = childProcessHost.start;
  #first: PreparedProgram | undefined;

  constructor(setup: ProgramSetup) {
    this.#first = childProcessHost.prepare?.(setup);
  }

  prepare(setup: ProgramSetup): PreparedProgram | undefined {
    const first = this.#first;
    this.#first = undefined;
    return first ?? childProcessHost.prepare?.(setup);
  }

  /** Ends what no run has come to. */
  async close(): Promise<void> {
    await this.#first?.stop();
  }
}
