import { setMaxListeners } from "node:events";
import type { EngineEvent, Operation, RunResult } from "./events.js";
import type { PolicyPackOptions } from "./policy/types.js";
import type { ProgramHost } from "./program-host.js";
import type { Project } from "./project/project.js";
import type { ProviderFactory } from "./provider.js";
import type { Backend } from "./state/backend.js";

/** Two-step cancellation: the first Ctrl-C finishes what is in flight, the second stops it. */
export class Cancellation {
  readonly #graceful = new AbortController();
  readonly #abort = new AbortController();
  constructor() {
    // Every running step listens: many listeners are no leak.
    setMaxListeners(0, this.#graceful.signal, this.#abort.signal);
  }
  /** Aborted when no new step may start. */
  get graceful(): AbortSignal {
    return this.#graceful.signal;
  }
  /** Aborted when running provider calls must end now. */
  get abort(): AbortSignal {
    return this.#abort.signal;
  }
  /** First call: graceful. Second call: abort. */
  request(): void {
    if (this.#graceful.signal.aborted) this.#abort.abort();
    else this.#graceful.abort();
  }
}

export interface RunOptions {
  project: Project;
  /** Stack name, the `<stack>` of `Pulumi.<stack>.yaml`. */
  stack: string;
  backend: Backend;
  /** Package name to in-process provider, `docker`. A package that is not here is an error that names it. */
  providers: Record<string, ProviderFactory>;
  /** Asked at most once, and only if a secret must be read or written. `create` is true when a new stack needs one for the first time. */
  passphrase: (request: { create: boolean }) => Promise<string>;
  onEvent: (event: EngineEvent) => void;
  cancellation?: Cancellation;
  /** Refresh the state from the providers before an update. */
  refresh?: boolean;
  /** Operations at a time; default 4 x processors, or PULUMI_PARALLEL. */
  parallel?: number;
  /** Kept in the stack's history. */
  message?: string;
  /** Policy packs that an update, or its preview, must satisfy. */
  policyPacks?: PolicyPackOptions[];
  /** Runs the program; default: a child process of its own. */
  host?: ProgramHost;
  /** Extra environment of the program. */
  env?: Record<string, string>;
}

/** Runs one operation on one stack. Rejects only with EngineError (the user's) or a bug; a failed step resolves with `outcome: "failed"`. */
export type Run = (
  operation: Exclude<Operation, "preview">,
  preview: boolean,
  options: RunOptions,
) => Promise<RunResult>;
