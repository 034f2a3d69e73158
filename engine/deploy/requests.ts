import { EngineError } from "../errors.js";
import type { ResourceHooks } from "./callbacks/hooks.js";
import { type Executor, RunEnding } from "./execution/executor.js";
import { messageOf } from "./message.js";

/** What the program is waiting for: its requests, from their arrival to their answer. */
export class Requests {
  readonly #inFlight = new Set<Promise<unknown>>();
  #sealed = false;

  constructor(
    private readonly executor: Executor,
    private readonly hooks: ResourceHooks,
  ) {}

  /** Resolves when none is being worked on. */
  async idle(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.allSettled(this.#inFlight);
  }

  /** From now on nothing can be registered: what is not, is about to be deleted. */
  seal(): void {
    this.#sealed = true;
  }

  /** Answers one request, unless it comes too late. `what`: names it in an error. */
  answer<T>(what: string, act: () => Promise<T>): Promise<T> {
    if (this.#sealed && !this.executor.ending)
      this.executor.fail(`${what}: the program registered it after it had said that it was done`);
    if (this.#sealed) return Promise.reject(new RunEnding());
    const result = this.#whileCalledBack(act());
    this.#inFlight.add(result);
    const done = () => this.#inFlight.delete(result);
    result.then(done, done);
    return result;
  }

  /** The program ends at the answer that the run is ending: not before the hooks of the steps under way have run in it. */
  async #whileCalledBack<T>(result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      if (error instanceof RunEnding && this.hooks.any) await this.executor.idle();
      throw error;
    }
  }

  /** Runs what comes before a step; a failure there ends the run. `subject`: whom it is about, for an error that does not say. */
  async guarded<T>(act: () => Promise<T>, subject: string): Promise<T> {
    if (this.executor.ending) throw new RunEnding();
    try {
      return await act();
    } catch (error) {
      if (error instanceof RunEnding) throw error;
      this.executor.noteBug(error);
      const message = messageOf(error);
      this.executor.fail(
        error instanceof EngineError || message.includes(subject) ? message : `${subject}: ${message}`,
      );
      throw new RunEnding();
    }
  }

  /** Work of providers that may wait for the program's other resources: it is waited for not longer than the run goes on. */
  async unlessEnding<T>(work: Promise<T>): Promise<T> {
    const ending = this.executor.whenEnding.then(() => Promise.reject(new RunEnding()));
    return Promise.race([work, ending]);
  }
}
