import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { parseUrn } from "../../../engine/deploy/goals/urn.js";
import {
  type Backend,
  type Cancellation,
  decodeCheckpoint,
  type EngineEvent,
  openBackend,
  openProject,
  PassphraseSecrets,
  type ProviderFactory,
  type ResourceState,
  type RunOptions,
  type RunResult,
  run,
  type Snapshot,
} from "../../../engine/index.js";
import { verifySnapshot } from "../../../engine/state/verify.js";
import { FakeCloud } from "./cloud.js";
import { cloudProvider } from "./cloud-provider.js";
import { PASSPHRASE } from "./crash.js";
import { TestProject } from "./project.js";

export { PASSPHRASE };

export interface Ran extends RunResult {
  events: EngineEvent[];
  /** Finished steps in order, `create a`; sames and the root stack are left out. */
  steps: string[];
  /** Diagnostics of severity error, as they were shown. */
  shown: string[];
  warnings: string[];
}

/** Each step of a life cycle starts a program, which takes a second, or several on a busy machine. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** A stack over the fake cloud, run by the engine with the real SDK in the program's process. */
export class TestStack {
  providers: Record<string, ProviderFactory>;
  passphrase = PASSPHRASE;
  /** Checkpoints that were written. */
  writes = 0;
  /** Called before a checkpoint is written; may throw. */
  onWrite: (text: string) => void | Promise<void> = () => {};

  constructor(
    readonly project = new TestProject(),
    readonly cloud = new FakeCloud(),
  ) {
    this.providers = { cloud: cloudProvider(cloud) };
  }

  program(body: string): void {
    this.project.program(body);
  }

  backend(): Backend {
    const inner = openBackend(this.project.backendUrl, { cwd: this.project.folder, env: {} });
    return new Proxy(inner, {
      get: (target, key: keyof Backend) => {
        if (key === "write") {
          return async (project: string, stack: string, text: string) => {
            await this.onWrite(text);
            await target.write(project, stack, text);
            this.writes++;
          };
        }
        const value = target[key];
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  async run(
    kind: "update" | "destroy" | "refresh" | "import",
    preview: boolean,
    options: Partial<RunOptions> = {},
  ): Promise<Ran> {
    const events: EngineEvent[] = [];
    const result = await run(kind, preview, {
      project: await openProject(this.project.folder),
      stack: "dev",
      backend: this.backend(),
      providers: this.providers,
      passphrase: async () => this.passphrase,
      ...options,
      onEvent: (event) => {
        events.push(event);
        options.onEvent?.(event);
      },
    });
    return { ...result, events, ...summary(events) };
  }

  /** Brings the stack up; fails the test unless that succeeds. */
  async up(options: Partial<RunOptions> = {}): Promise<Ran> {
    const ran = await this.run("update", false, options);
    expect(ran.errors).toEqual([]);
    expect(ran.outcome).toBe("succeeded");
    await this.check();
    return ran;
  }

  /** Brings the stack up and expects that to fail, with the state true all the same. */
  async upFails(options: Partial<RunOptions> = {}): Promise<Ran> {
    const ran = await this.run("update", false, options);
    expect(ran.outcome).toBe("failed");
    await this.check();
    return ran;
  }

  preview(options: Partial<RunOptions> = {}): Promise<Ran> {
    return this.run("update", true, options);
  }

  async destroy(options: Partial<RunOptions> = {}): Promise<Ran> {
    const ran = await this.run("destroy", false, options);
    await this.check();
    return ran;
  }

  stateFile(): string {
    return readFileSync(join(this.project.folder, "state/.pulumi/stacks/test/dev.json"), "utf8");
  }

  /** What hooks of the program wrote, one line each, to hooks.log beside it; emptied. */
  hookLog(): Record<string, unknown>[] {
    const file = join(this.project.folder, "hooks.log");
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").trim().split("\n");
    rmSync(file);
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async state(): Promise<Snapshot> {
    return decodeCheckpoint(this.stateFile(), async (salt) => {
      const secrets = await PassphraseSecrets.open(salt, this.passphrase);
      return (text) => secrets.decrypt(text);
    });
  }

  async resource(name: string): Promise<ResourceState> {
    const found = (await this.state()).resources.filter((item) => parseUrn(item.urn).name === name);
    if (found.length !== 1) throw new Error(`${found.length} resources are called ${name}`);
    return found[0] as ResourceState;
  }

  /** The state is sound, and state and cloud tell of the same objects, each once. `retained`: names that only the cloud has. */
  async check(retained = this.retained): Promise<void> {
    const snapshot = await this.state();
    expect(verifySnapshot(snapshot)).toEqual([]);
    const real = snapshot.resources.filter(
      (item) => item.custom && !item.external && !item.pendingReplacement && !item.type.startsWith("pulumi:providers:"),
    );
    const pending = snapshot.pendingOperations.length > 0;
    if (pending) return;
    const kept = [...this.cloud.objects.values()].filter((object) => retained.includes(object.name));
    const ids = [...real.map((item) => item.id), ...kept.map((object) => object.id)];
    expect(ids.sort()).toEqual([...this.cloud.objects.keys()].sort());
  }
  /** Names of objects that are meant to be in the cloud and not in the state. */
  retained: string[] = [];

  remove(): void {
    this.project.remove();
  }
}

/** Processes whose command line names a folder: programs of a project that still run. */
export function processesOf(folder: string): number[] {
  const named = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder);
    } catch {
      return false;
    }
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && named(name))
    .map(Number);
}

function summary(events: EngineEvent[]) {
  const steps: string[] = [];
  for (const event of events) {
    if (event.kind !== "step-done") continue;
    const { op, name, type } = event.step;
    if (op !== "same" && type !== "pulumi:pulumi:Stack" && !/^default(_|$)/.test(name)) steps.push(`${op} ${name}`);
  }
  const told = (severity: string) =>
    events.flatMap((event) => (event.kind === "diagnostic" && event.severity === severity ? [event.message] : []));
  return { steps, shown: told("error"), warnings: told("warning") };
}

/** Cancels when an event matches, each time. */
export function cancelAt(cancellation: Cancellation, matches: (event: EngineEvent) => boolean) {
  return (event: EngineEvent) => {
    if (matches(event)) cancellation.request();
  };
}
