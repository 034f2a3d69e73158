import type { Backend, LoadedCheckpoint, StackSummary } from "./backend.js";
import type { Lock } from "./lock.js";

/** Keeps stacks' states for as long as the process lives: for runs whose outcome nobody needs afterwards. */
export class MemoryBackend implements Backend {
  readonly url = "memory://";
  readonly folder = "";
  readonly #states = new Map<string, string>();

  async listStacks(project: string): Promise<StackSummary[]> {
    const prefix = keyOf(project, "");
    return [...this.#states.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => ({ name: key.slice(prefix.length), resourceCount: 0, locked: false }));
  }

  async load(project: string, stack: string): Promise<LoadedCheckpoint | undefined> {
    const text = this.#states.get(keyOf(project, stack));
    return text === undefined ? undefined : { text, path: `${stack} (in memory)` };
  }

  async write(project: string, stack: string, text: string): Promise<void> {
    this.#states.set(keyOf(project, stack), text);
  }

  async lock(): Promise<Lock> {
    return { info: { pid: process.pid, path: "(in memory)" }, takenOver: [], release: async () => {} };
  }

  async locks(): Promise<[]> {
    return [];
  }

  async cancel(): Promise<[]> {
    return [];
  }

  async writeHistory(): Promise<void> {}

  async backup(): Promise<undefined> {}

  async removeStack(project: string, stack: string): Promise<void> {
    this.#states.delete(keyOf(project, stack));
  }
}

const keyOf = (project: string, stack: string): string => `${project}/${stack}`;
