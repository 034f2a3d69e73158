import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { EngineError } from "../errors.js";
import type { RunResult } from "../events.js";
import { loadStackConfig, rawConfig, resolveConfig } from "../project/config.js";
import { Cancellation, type Run, type RunOptions } from "../run.js";
import type { Lock } from "../state/lock.js";
import { decodeCheckpoint, encodeSnapshot, qualifiedStackName } from "../state/serialize.js";
import type { ResourceState, Snapshot } from "../state/types.js";
import { planDeletions, runDeletions } from "./deletions.js";
import { Deployment } from "./deployment.js";
import { Executor, RunEnding } from "./executor.js";
import { Keyring } from "./keyring.js";
import { Monitor } from "./monitor.js";
import { Program } from "./program.js";
import { ProviderRegistry, providerRef } from "./provider-registry.js";
import { recover } from "./recovery.js";
import { refresh } from "./refresh.js";
import { SnapshotManager } from "./snapshot-manager.js";
import { StepGenerator } from "./step-generator.js";
import { isProviderType } from "./urn.js";

type Kind = Parameters<Run>[0];

/** Runs one operation on one stack, under the stack's lock unless it is a preview. See {@link RunOptions}. */
export const run: Run = async (kind, preview, options) => {
  const { backend, project, stack } = options;
  let lock: Lock | undefined;
  try {
    if (!preview) lock = await backend.lock(project.name, stack);
    return await new OperationRun(kind, preview, options).run();
  } finally {
    await lock?.release();
  }
};

class OperationRun {
  readonly #cancellation: Cancellation;
  readonly #keyring: Keyring;
  readonly #parallel: number;
  readonly #started = performance.now();
  /** The checkpoint that was written last, for the history. */
  #written: string | undefined;
  readonly #startedAt = Math.floor(Date.now() / 1000);

  constructor(
    private readonly kind: Kind,
    private readonly preview: boolean,
    private readonly options: RunOptions,
  ) {
    this.#cancellation = options.cancellation ?? new Cancellation();
    this.#keyring = new Keyring(options.passphrase);
    this.#parallel = options.parallel ?? (Number(process.env.PULUMI_PARALLEL) || 4 * availableParallelism());
  }

  async run(): Promise<RunResult> {
    const { project, stack, backend, onEvent } = this.options;
    const stackConfig = await loadStackConfig(project, stack);
    if (stackConfig.missing && this.kind !== "destroy" && this.kind !== "refresh") {
      throw new EngineError(
        `there is no stack file ${stackConfig.file}`,
        "`fleet stacks` lists the stacks; a new one starts with its stack file",
        6,
      );
    }
    const stored = await backend.load(project.name, stack);
    const read = (salt: string) => this.#keyring.decrypter(salt);
    const base: Snapshot = stored
      ? await decodeCheckpoint(stored.text, read, { path: stored.path, previous: `${stored.path}.bak` })
      : { resources: [], pendingOperations: [] };
    if (stored === undefined && this.kind !== "update") {
      throw new EngineError(`stack "${stack}" has no state: it was never brought up`, undefined, 6);
    }
    const configSalt = stackConfig.encryptionsalt;
    const config = await resolveConfig(stackConfig, project, async (ciphertext) => {
      if (configSalt === undefined)
        throw new EngineError(
          `${stackConfig.file} holds secure values but no encryptionsalt`,
          "restore the encryptionsalt line, or set the secrets anew",
        );
      return (await this.#keyring.decrypter(configSalt))(ciphertext);
    });
    const shown = Object.fromEntries(
      Object.entries(config.values).map(([key, value]) => [key, config.secretKeys.includes(key) ? "[secret]" : value]),
    );
    onEvent({
      kind: "start",
      stack,
      project: project.name,
      operation: this.kind,
      preview: this.preview,
      config: shown,
    });

    const salt = base.salt ?? configSalt;
    const write = this.preview ? undefined : await this.#writer(salt);
    const olds = new Map<string, ResourceState>();
    for (const resource of base.resources)
      if (isProviderType(resource.type)) olds.set(providerRef(resource.urn, resource.id), resource);
    const providers = new ProviderRegistry(this.options.providers, olds);
    const onAbort = () => void providers.cancel();
    const onGraceful = () => onEvent({ kind: "cancel", graceful: true });
    this.#cancellation.abort.addEventListener("abort", onAbort, { once: true });
    this.#cancellation.graceful.addEventListener("abort", onGraceful, { once: true });
    let result: RunResult;
    try {
      result = await this.#operate(base, providers, config, write);
    } finally {
      this.#cancellation.abort.removeEventListener("abort", onAbort);
      this.#cancellation.graceful.removeEventListener("abort", onGraceful);
      await providers.close();
    }
    if (!this.preview) await this.#history(result, rawConfig(stackConfig));
    onEvent({ kind: "summary", result });
    return result;
  }

  async #operate(
    base: Snapshot,
    providers: ProviderRegistry,
    config: { values: Record<string, string>; secretKeys: string[] },
    write: ((snapshot: Snapshot) => Promise<void>) | undefined,
  ): Promise<RunResult> {
    const { onEvent } = this.options;
    const signal = this.#cancellation.abort;
    let start = await recover(base, providers, { preview: this.preview, onEvent, signal });
    if (start !== base) await write?.(start);
    let refreshed: Awaited<ReturnType<typeof refresh>> | undefined;
    if (
      this.kind === "refresh" ||
      this.options.refresh ||
      (this.kind === "update" && this.options.project.refreshAlways)
    ) {
      refreshed = await refresh(start, providers, { parallel: this.#parallel, onEvent, signal });
      if (refreshed.snapshot !== start) await write?.(refreshed.snapshot);
      start = refreshed.snapshot;
    }
    if (this.kind === "refresh" || (refreshed?.errors.length ?? 0) > 0) {
      const root = start.resources.find((resource) => !resource.custom && !resource.parent);
      return this.#result({
        changes: refreshed?.changes ?? {},
        errors: refreshed?.errors ?? [],
        outputs: root?.outputs ?? {},
      });
    }

    const snapshots = new SnapshotManager(start, write);
    const executor = new Executor({
      preview: this.preview,
      parallel: this.#parallel,
      providers,
      snapshots,
      cancellation: this.#cancellation,
      onEvent,
    });
    const warn = (urn: string, message: string) => onEvent({ kind: "diagnostic", severity: "warning", urn, message });
    const generator = new StepGenerator(start.resources, providers, warn);
    const facts = {
      project: this.options.project.name,
      stack: this.options.stack,
      root: this.options.project.root,
      programDir: this.options.project.programDir,
      preview: this.preview,
      parallel: this.#parallel,
      config: config.values,
      secretKeys: config.secretKeys,
    };
    const deployment = new Deployment(facts, generator, executor, snapshots, providers);
    if (this.kind === "destroy") await this.#delete(snapshots, executor, () => false);
    else await this.#runProgram(deployment, generator, executor, snapshots);
    await executor.idle();
    await snapshots.commit();
    if (deployment.bug !== undefined) throw deployment.bug;
    return this.#result({
      changes: executor.changes,
      errors: executor.errors,
      outputs: deployment.rootOutputs(),
      maybeCorrupt: executor.maybeCorrupt,
      retained: executor.retained,
    });
  }

  async #runProgram(
    deployment: Deployment,
    generator: StepGenerator,
    executor: Executor,
    snapshots: SnapshotManager,
  ): Promise<void> {
    const { project, stack, onEvent, env } = this.options;
    const facts = deployment.info();
    const monitor = new Monitor(deployment, onEvent);
    let program: Program | undefined;
    try {
      const address = await monitor.listen();
      program = new Program({
        project: project.name,
        stack,
        root: project.root,
        programDir: project.programDir,
        entry: project.entry,
        nodeArgs: project.runtimeOptions.nodeargs,
        typescript: project.runtimeOptions.typescript,
        tsconfig: project.runtimeOptions.tsconfig,
        address,
        preview: this.preview,
        parallel: this.#parallel,
        config: facts.config,
        secretKeys: facts.secretKeys,
        env,
        onEvent,
      });
      const cancelled = new Promise<"cancelled">((resolve) => {
        const { graceful } = this.#cancellation;
        if (graceful.aborted) resolve("cancelled");
        graceful.addEventListener("abort", () => resolve("cancelled"), { once: true });
      });
      const ended = await Promise.race([
        monitor.shutdownRequested.then(() => "waits" as const),
        program.exit,
        cancelled,
      ]);
      await executor.idle();
      if (typeof ended === "object") this.#judgeExit(ended, deployment, executor);
      if (!executor.ending) await this.#delete(snapshots, executor, (urn) => generator.claims(urn));
      deployment.settleRootOutputs(!executor.ending);
      await snapshots.commit();
    } finally {
      // It goes by itself: let go, or at its next call, which is answered with UNAVAILABLE.
      monitor.finish();
      const grace = executor.ending ? 1_000 : 5_000;
      await Promise.race([program?.exit.catch(() => undefined), sleep(grace, undefined, { ref: false })]);
      await program?.stop();
      monitor.close();
    }
  }

  /** The program ended by itself. It has told its errors through its log; a run that was ending anyway needs no more words. */
  #judgeExit(exit: { code: number | null; signal: string | null }, deployment: Deployment, executor: Executor): void {
    if (exit.code === 0 || executor.ending) return;
    if (exit.code === 32 && deployment.programErrors.length > 0) {
      executor.failQuietly(deployment.programErrors);
      return;
    }
    const how = exit.signal ? `was ended by ${exit.signal}` : `exited with code ${exit.code}`;
    executor.fail(`the program ${how} before it registered all its resources`);
  }

  async #delete(snapshots: SnapshotManager, executor: Executor, claimed: (urn: string) => boolean): Promise<void> {
    try {
      await runDeletions(planDeletions(snapshots, claimed), executor);
    } catch (error) {
      if (error instanceof RunEnding) return;
      if (!(error instanceof EngineError)) throw error;
      executor.fail(error.fix ? `${error.message}\n  fix: ${error.fix}` : error.message);
    }
  }

  #result(parts: Partial<RunResult> & Pick<RunResult, "changes" | "errors" | "outputs">): RunResult {
    const cancelled = this.#cancellation.graceful.aborted;
    return {
      operation: this.kind,
      preview: this.preview,
      outcome: parts.errors.length > 0 ? "failed" : cancelled ? "cancelled" : "succeeded",
      durationSeconds: (performance.now() - this.#started) / 1000,
      maybeCorrupt: false,
      retained: [],
      ...parts,
    };
  }

  async #writer(salt: string | undefined): Promise<(snapshot: Snapshot) => Promise<void>> {
    const { backend, project, stack } = this.options;
    const secrets = await this.#keyring.manager(salt);
    const qualified = qualifiedStackName(project.name, stack);
    return async (snapshot) => {
      const text = encodeSnapshot({ ...snapshot, salt: secrets.saltLine }, secrets, qualified);
      await backend.write(project.name, stack, text);
      this.#written = text;
    };
  }

  async #history(result: RunResult, config: Record<string, unknown>): Promise<void> {
    const { backend, project, stack, message } = this.options;
    if (this.#written === undefined) return;
    const entry = {
      project: project.name,
      stack,
      kind: this.kind,
      startTime: this.#startedAt,
      message: message ?? "",
      environment: {},
      config,
      result: result.outcome === "succeeded" ? ("succeeded" as const) : ("failed" as const),
      endTime: Math.floor(Date.now() / 1000),
      resourceChanges: result.changes,
    };
    await backend.writeHistory(entry, this.#written);
  }
}
