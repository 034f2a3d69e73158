import {
  Cancellation,
  decodeCheckpoint,
  EngineError,
  type EngineEvent,
  openProject,
  PassphraseSecrets,
  type Project,
  type RunResult,
  run as runEngine,
  type Snapshot,
} from "../../../engine/index.js";
import { FakeCloud } from "../support/cloud.js";
import { cloudProvider } from "../support/cloud-provider.js";
import { TestProject } from "../support/project.js";
import { EMPTY } from "./edits.js";
import type { Fault } from "./faults.js";
import { FaultyProvider } from "./faulty-provider.js";
import { Life } from "./life.js";
import { SECRET_MARK } from "./marks.js";
import { Disk, MemoryBackend } from "./memory-backend.js";
import { type Program, STACK } from "./program.js";
import { scriptedHost } from "./scripted-host.js";

const PASSPHRASE = "correct horse";

/** What all histories of a process share: a project folder, and keys that are derived once. */
export class Workshop {
  private constructor(
    readonly project: Project,
    private readonly files: TestProject,
    private readonly secrets: PassphraseSecrets,
  ) {}

  static async open(): Promise<Workshop> {
    const secrets = await PassphraseSecrets.create(PASSPHRASE);
    // A million rounds for each run would be all that the histories do.
    PassphraseSecrets.open = async () => secrets;
    const secure = secrets.encrypt(`${SECRET_MARK}config`);
    const files = new TestProject(
      `encryptionsalt: ${secrets.saltLine}\nconfig:\n  test:token:\n    secure: ${secure}\n  cloud:account: someone\n`,
    );
    return new Workshop(await openProject(files.folder), files, secrets);
  }

  close(): void {
    this.files.remove();
  }

  decode(text: string): Promise<Snapshot> {
    return decodeCheckpoint(text, async () => (ciphertext) => this.secrets.decrypt(ciphertext));
  }
}

export interface RunRequest {
  kind: "update" | "refresh" | "destroy";
  preview?: boolean;
  program?: Program;
  refresh?: boolean;
  faults?: Fault[];
  /** Only these, all but these, or these replaced: URNs. */
  only?: { how: "targets" | "excludes" | "replaces"; urns: string[]; dependents: boolean };
  continueOnError?: boolean;
  excludeProtected?: boolean;
  seed: number;
  parallel: number;
}

/** How a run went: its result, what it refused with, or nothing if it was killed. */
export interface Ran {
  result?: RunResult;
  refused?: EngineError;
  events: EngineEvent[];
  /** Points that were passed and faults that struck. */
  trail: string[];
  /** A provider call had an effect that it denied. */
  lied: boolean;
}

/** One stack with its cloud and its disk, on which one process after another works. */
export class Machine {
  readonly cloud = new FakeCloud();
  readonly disk = new Disk();

  constructor(readonly workshop: Workshop) {}

  async run(request: RunRequest): Promise<Ran> {
    const { kind, preview = false, program = EMPTY, refresh, faults = [], seed, parallel, only } = request;
    const cancellation = new Cancellation();
    const life = new Life(faults, seed, cancellation);
    const events: EngineEvent[] = [];
    const ran: Ran = { events, trail: life.trail, lied: false };
    const lie = () => {
      ran.lied = true;
    };
    this.disk.written.length = 0;
    const running = runEngine(kind, preview, {
      project: this.workshop.project,
      stack: STACK,
      backend: new MemoryBackend(this.disk, life),
      providers: { cloud: () => new FaultyProvider(cloudProvider(this.cloud)(), life, lie) },
      passphrase: async () => PASSPHRASE,
      host: scriptedHost(program, life),
      onEvent: (event) => events.push(event),
      cancellation,
      parallel,
      refresh,
      plugins: false,
      continueOnError: request.continueOnError,
      excludeProtected: request.excludeProtected,
      ...(only && { [only.how]: only.urns }),
      targetDependents: only?.how === "targets" && only.dependents,
      excludeDependents: only?.how === "excludes" && only.dependents,
    });
    try {
      const result = await Promise.race([running, life.died]);
      if (result !== "died") ran.result = result;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      ran.refused = error;
    }
    if (life.dead) {
      running.catch(() => {});
      delete ran.result;
      this.disk.locked = false;
      // What was on its way to the cloud when the process died still arrives; after that all is still.
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    return ran;
  }
}
