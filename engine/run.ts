import { setMaxListeners } from "node:events";
import type { SelectionOptions } from "./deploy/goals/selection.js";
import type { EngineEvent, Operation, RunResult } from "./events.js";
import type { PolicyPackOptions } from "./policy/types.js";
import type { ProgramHost } from "./program-host.js";
import type { Project } from "./project/project.js";
import type { ProviderFactory } from "./provider.js";
import type { Backend } from "./state/backend.js";
import type { PropertyMap } from "./values.js";

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

/** What to do about a creation of an earlier run that was cut off, if its provider cannot look into it. */
export type PendingCreateAnswer =
  /** It did not come about: forgotten. */
  | "clear"
  /** Nobody knows: it stays pending. */
  | "skip"
  /** It came about, and made the object of this id. */
  | { id: string };

export type PendingCreateAnswerer = (resource: { urn: string; type: string }) => Promise<PendingCreateAnswer>;

/** An existing object that an import takes into a stack's state. */
export interface ImportSpec {
  /** Type token, `docker:index/container:Container`. */
  type: string;
  /** The resource's name. */
  name: string;
  /** What the provider finds the object by. Undefined for a component, which is no object. */
  id?: string;
  /** URN or name of a resource of the state, or the name of one that stands before it among the imports. Default: the root stack. */
  parent?: string;
  /** URN or name of a provider of the state. Default: the default provider. */
  provider?: string;
  /** Version of the default provider. Default: as the state has it, or else the SDK that the program uses. */
  version?: string;
  /** The inputs to keep; default: all that the provider gives. */
  properties?: string[];
  /** Default: true. */
  protect?: boolean;
}

/** A custom resource of the program that the state does not have. */
export interface AdoptableResource {
  urn: string;
  /** Type token, `docker:index/container:Container`. */
  type: string;
  name: string;
  /** As the program registers them, with transforms but before the provider's check: secrets are Secret, what is not known UNKNOWN. */
  inputs: PropertyMap;
}

/** The id of the existing object that becomes the resource; undefined: the resource is made. */
export type Adopter = (resource: AdoptableResource) => string | undefined;

export interface RunOptions extends SelectionOptions {
  project: Project;
  /** Stack name, the `<stack>` of `Pulumi.<stack>.yaml`. */
  stack: string;
  backend: Backend;
  /** Package name to in-process provider, `docker`. A package that is not here is served by a plugin. */
  providers: Record<string, ProviderFactory>;
  /** False: no plugin is started; a package without an in-process provider is an error that names it. Default true. */
  plugins?: boolean;
  /** Asked at most once, and only if a secret must be read or written. `create` is true when a new stack needs one for the first time. */
  passphrase: (request: { create: boolean }) => Promise<string>;
  /** Gives what stands for a `secure:` value of the stack file in place of opening it: for runs without its passphrase. */
  openSecret?: (ciphertext: string) => string;
  /** Salt line of a new state, to which the passphrase fits; default: the stack file's, or a new one. */
  salt?: string;
  onEvent: (event: EngineEvent) => void;
  cancellation?: Cancellation;
  /** Refresh the state from the providers before an update or destroy. Default: as the project has it. */
  refresh?: boolean;
  /** Asked for each creation of a cut off run that the provider cannot look into; default: skip. */
  pendingCreate?: PendingCreateAnswerer;
  /** A destroy leaves alone what is protected, and what that needs. */
  excludeProtected?: boolean;
  /** Run the program also for a destroy: its hooks take part in it, and providers get their present configuration. */
  runProgram?: boolean;
  /** A failed step does not end the run: what does not depend on it goes on. The run has failed all the same. */
  continueOnError?: boolean;
  /** Operations at a time; default 4 x processors, or PULUMI_PARALLEL. */
  parallel?: number;
  /** What an import takes into the state. */
  imports?: ImportSpec[];
  /**
   * Lets an update, or its preview, take up existing objects: as if the program had the option `import` for them, but without it
   * from the next run on. Asked once for each custom resource that the program registers without that option, that is part of the
   * operation, and that the state does not have. What would have to be replaced fails the run and is not taken up (a preview tells
   * all of them, or warns where that is not known yet); the run replaces nothing that an earlier one imported either.
   */
  adopt?: Adopter;
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
