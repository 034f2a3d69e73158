import { createHash, randomBytes } from "node:crypto";
import {
  Cancellation,
  MemoryBackend,
  PassphraseSecrets,
  type ProgramHost,
  type RunOptions,
  type RunResult,
  run,
} from "../../engine/index.js";
import type { Project } from "../../engine/project/project.js";
import { onSignals } from "../signals.js";
import { simulatedProviders } from "../simulated-providers.js";
import { PlanCollector } from "./collect.js";

/** What a run of a simulation gave. */
export interface Simulated {
  result: RunResult;
  collector: PlanCollector;
}

/** Policy packs of a run, and who hears of what they find. */
export type Held = Partial<Pick<RunOptions, "policyPacks" | "onEvent">>;

/**
 * Stacks that exist in this process's memory only. Nothing is asked of anybody: providers are simulated, and what stands under `secure:` is
 * a placeholder, another one for another ciphertext.
 */
export class Simulation {
  readonly #backend = new MemoryBackend();
  readonly #passphrase = randomBytes(18).toString("base64");
  /** One for all stacks: to derive a key takes long. */
  readonly #salt = PassphraseSecrets.create(this.#passphrase).then(({ saltLine }) => saltLine);
  readonly cancellation = new Cancellation();
  readonly #release = onSignals(this.cancellation);

  /** Brings a stack up. Rejects with EngineError if it cannot begin. */
  up(project: Project, stack: string, host: ProgramHost | undefined): Promise<Simulated> {
    return this.#run("update", false, { project, stack, host });
  }

  /** Plans what would become of a stack; held to policy packs, if there are any. */
  preview(project: Project, stack: string, host: ProgramHost | undefined, held: Held = {}): Promise<Simulated> {
    return this.#run("update", true, { project, stack, host, ...held });
  }

  /** Plans the end of a stack. */
  previewDestroy(project: Project, stack: string): Promise<Simulated> {
    return this.#run("destroy", true, { project, stack });
  }

  /** No run may follow. */
  close(): void {
    this.#release();
  }

  async #run(
    kind: "update" | "destroy",
    preview: boolean,
    target: Pick<RunOptions, "project" | "stack" | "host"> & Held,
  ): Promise<Simulated> {
    const collector = new PlanCollector();
    const result = await run(kind, preview, {
      ...target,
      backend: this.#backend,
      providers: simulatedProviders(),
      plugins: false,
      passphrase: async () => this.#passphrase,
      openSecret: placeholder,
      salt: await this.#salt,
      cancellation: this.cancellation,
      onEvent: (event) => {
        collector.onEvent(event);
        target.onEvent?.(event);
      },
    });
    return { result, collector };
  }
}

/** What stands for a secret: text, as all of them are. */
const placeholder = (ciphertext: string): string =>
  `placeholder-${createHash("sha256").update(ciphertext).digest("hex").slice(0, 16)}`;
