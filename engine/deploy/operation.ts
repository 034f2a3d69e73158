import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { EngineError } from "../errors.js";
import type { EngineEvent, RunResult } from "../events.js";
import type { PluginHostOptions } from "../plugins/plugin-host.js";
import { PolicyGuard } from "../policy/guard.js";
import type { Policies } from "../policy/policies.js";
import type { PreparedProgram } from "../program-host.js";
import { loadStackConfig, type ResolvedConfig, rawConfig, resolveConfig } from "../project/config.js";
import { Cancellation, type Run, type RunOptions } from "../run.js";
import type { Lock } from "../state/lock.js";
import { decodeCheckpoint, encodeSnapshot, qualifiedStackName } from "../state/serialize.js";
import type { ResourceState, Snapshot } from "../state/types.js";
import { Callbacks } from "./callbacks/callbacks.js";
import { ResourceHooks } from "./callbacks/hooks.js";
import { Transforms } from "./callbacks/transforms.js";
import { Deployment } from "./deployment.js";
import { Executor, RunEnding } from "./execution/executor.js";
import { isProviderType, ROOT_STACK_TYPE } from "./goals/urn.js";
import { Keyring } from "./keyring.js";
import { Masking } from "./masking.js";
import { messageOf } from "./message.js";
import { childProcessHost } from "./program/child-program.js";
import { DestroyProgram, refuseDeleteHooks } from "./program/destroy-program.js";
import { runProgram } from "./program/program-run.js";
import { BuiltinProvider, type BuiltinSources } from "./providers/builtin-provider.js";
import { preloadProviders } from "./providers/preload.js";
import { ProviderLoader } from "./providers/provider-loader.js";
import { ProviderRegistry, providerRef } from "./providers/provider-registry.js";
import { stackReader } from "./providers/stack-reader.js";
import { checkTargets, prepareBaseState, requireIntegrity, selectionFor } from "./snapshot/base-state.js";
import { SnapshotManager } from "./snapshot/snapshot-manager.js";
import { type DeletionPlan, planDeletions, runDeletions } from "./steps/deletions.js";
import { importResources } from "./steps/import-resources.js";
import { StepGenerator } from "./steps/step-generator.js";

type Kind = Parameters<Run>[0];
type Config = Pick<ResolvedConfig, "values" | "secretKeys">;

/** Runs one operation on one stack, under the stack's lock unless it is a preview. See {@link RunOptions}. */
export const run: Run = async (kind, preview, options) => {
  const { backend, project, stack } = options;
  let lock: Lock | undefined;
  try {
    if (!preview) lock = await backend.lock(project.name, stack);
    return await new OperationRun(kind, preview, options, lock).run();
  } finally {
    await lock?.release();
  }
};

class OperationRun {
  /** Loads what the program needs while the state is looked at. */
  #prepared: PreparedProgram | undefined;
  readonly #cancellation: Cancellation;
  readonly #keyring: Keyring;
  readonly #parallel: number;
  readonly #started = performance.now();
  /** The checkpoint that was written last, for the history. */
  #written: string | undefined;
  readonly #masking = new Masking();
  readonly #onEvent = (event: EngineEvent) => this.options.onEvent(this.#masking.event(event));
  readonly #builtins: BuiltinSources;
  readonly #startedAt = Math.floor(Date.now() / 1000);

  constructor(
    private readonly kind: Kind,
    private readonly preview: boolean,
    private readonly options: RunOptions,
    private readonly lock: Lock | undefined,
  ) {
    this.#cancellation = options.cancellation ?? new Cancellation();
    this.#keyring = new Keyring(options.passphrase);
    this.#builtins = {
      stacks: stackReader({
        project: options.project.name,
        backend: options.backend,
        decrypter: (salt) => this.#keyring.decrypter(salt),
        warn: (message) => this.#onEvent({ kind: "diagnostic", severity: "warning", message }),
      }),
      resource: () => undefined,
    };
    this.#parallel = options.parallel ?? (Number(process.env.PULUMI_PARALLEL) || 4 * availableParallelism());
  }

  async run(): Promise<RunResult> {
    const { project, stack, env, host = childProcessHost } = this.options;
    if (this.#runsProgram) this.#prepared = host.prepare?.({ project, stack, env });
    try {
      return await this.#run();
    } finally {
      await this.#prepared?.stop();
    }
  }

  get #runsProgram(): boolean {
    return this.kind === "update" || (this.kind === "destroy" && this.options.runProgram === true);
  }

  async #run(): Promise<RunResult> {
    const { project, stack, backend } = this.options;
    const onEvent = this.#onEvent;
    const stackConfig = await loadStackConfig(project, stack);
    const programless = this.kind === "refresh" || (this.kind === "destroy" && !this.options.runProgram);
    if (stackConfig.missing && !programless) {
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
    requireIntegrity(base, stack, stored?.path);
    if (stored === undefined && this.kind !== "update" && this.kind !== "import") {
      throw new EngineError(`stack "${stack}" has no state: it was never brought up`, undefined, 6);
    }
    const { openSecret } = this.options;
    // What stands in for the file's secrets does not tell whether the passphrase fits them.
    const configSalt = openSecret ? undefined : stackConfig.encryptionsalt;
    const config = await resolveConfig(stackConfig, project, async (ciphertext) => {
      if (openSecret) return openSecret(ciphertext);
      if (configSalt === undefined)
        throw new EngineError(
          `${stackConfig.file} holds secure values but no encryptionsalt`,
          "restore the encryptionsalt line, or set the secrets anew",
        );
      const plain = (await this.#keyring.decrypter(configSalt))(ciphertext);
      this.#masking.add(plain);
      return plain;
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

    for (const { pid, timestamp } of this.lock?.takenOver ?? []) {
      const who = `process ${pid}${timestamp ? `, which held it since ${timestamp}` : ""}`;
      const message = `took over the lock of ${who} and is no more`;
      onEvent({ kind: "diagnostic", severity: "info", message });
    }

    const salt = base.salt ?? this.options.salt ?? configSalt;
    const write = this.preview ? undefined : await this.#writer(salt);
    const olds = new Map<string, ResourceState>();
    for (const resource of base.resources)
      if (isProviderType(resource.type)) olds.set(providerRef(resource.urn, resource.id), resource);
    const factories = { ...this.options.providers, pulumi: () => new BuiltinProvider(this.#builtins) };
    const context = { folder: this.options.project.programDir };
    const providers = new ProviderRegistry(new ProviderLoader(factories, context, this.#pluginOptions()), olds);
    const { graceful, abort } = this.#cancellation;
    const onGraceful = () => onEvent({ kind: "cancel", graceful: true });
    const onAbort = () => {
      onEvent({ kind: "cancel", graceful: false });
      void providers.cancel();
    };
    if (graceful.aborted) onGraceful();
    graceful.addEventListener("abort", onGraceful, { once: true });
    abort.addEventListener("abort", onAbort, { once: true });
    let result: RunResult;
    const policies = await this.#policies(config);
    try {
      // Before anything is written; a preview changes nothing, so its program starts while they do.
      if (!this.preview) await policies?.started();
      result = await this.#operate(base, providers, config, write, policies);
      if (result.errors.length === 0) await policies?.started();
      if (policies !== undefined) result.policyPacks = policies.versions();
    } finally {
      await policies?.close();
      abort.removeEventListener("abort", onAbort);
      graceful.removeEventListener("abort", onGraceful);
      await providers.close();
    }
    if (!this.preview) await this.#history(result, rawConfig(stackConfig));
    onEvent({ kind: "summary", result });
    return result;
  }

  #pluginOptions(): PluginHostOptions | undefined {
    const { project, env, plugins = true } = this.options;
    return plugins ? { project, env: { ...process.env, ...env }, onEvent: this.#onEvent } : undefined;
  }

  /** Starts the policy packs, if an update has any. They speak gRPC, which is not loaded for a run without them. */
  async #policies({ values, secretKeys }: Config): Promise<Policies | undefined> {
    const { project, stack, policyPacks = [] } = this.options;
    if (policyPacks.length === 0 || this.kind !== "update") return undefined;
    const policies = await import("../policy/policies.js");
    return policies.Policies.start(policyPacks, {
      project: project.name,
      stack,
      preview: this.preview,
      config: values,
      secretKeys,
      programDir: project.programDir,
      onEvent: this.#onEvent,
      signal: this.#cancellation.graceful,
    });
  }

  async #operate(
    base: Snapshot,
    providers: ProviderRegistry,
    config: Config,
    write: ((snapshot: Snapshot) => Promise<void>) | undefined,
    policies: Policies | undefined,
  ): Promise<RunResult> {
    const onEvent = this.#onEvent;
    const cancellation = this.#cancellation;
    if (this.kind === "destroy" && !this.options.runProgram) refuseDeleteHooks(base.resources);
    const selection = selectionFor(this.options, base);
    const state = await prepareBaseState(
      base,
      providers,
      {
        operation: this.kind,
        preview: this.preview,
        parallel: this.#parallel,
        onEvent,
        cancellation,
        selection,
        run: this.options,
      },
      write,
    );
    const { snapshot: start, refreshed } = state;
    if (this.kind === "refresh" || (refreshed?.errors.length ?? 0) > 0 || cancellation.graceful.aborted) {
      const root = start.resources.find((resource) => resource.type === ROOT_STACK_TYPE);
      return this.#result({
        changes: this.kind === "refresh" ? (refreshed?.changes ?? {}) : {},
        errors: refreshed?.errors ?? [],
        outputs: root?.outputs ?? {},
      });
    }

    const snapshots = new SnapshotManager(start, write);
    const callbacks = new Callbacks(cancellation.abort);
    const hooks = new ResourceHooks(callbacks, {
      preview: this.preview,
      onEvent,
      ending: () => cancellation.graceful.aborted,
    });
    const executor = new Executor({
      hooks,
      continueOnError: this.options.continueOnError,
      preview: this.preview,
      parallel: this.#parallel,
      providers,
      snapshots,
      cancellation,
      onEvent,
    });
    const guard = policies && new PolicyGuard(policies, executor, this.preview);
    const generator = new StepGenerator(start.resources, providers, {
      preview: this.preview,
      signal: cancellation.abort,
      warn: (urn, message) => onEvent({ kind: "diagnostic", severity: "warning", urn, message }),
      report: (urn, message) => executor.report(message, urn || undefined),
      admit: guard && ((...resource) => guard.admit(...resource)),
      adopt: this.kind === "update" ? this.options.adopt : undefined,
      selection,
    });
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
    const transforms = new Transforms(callbacks, facts.programDir);
    const destroying =
      this.kind === "destroy" ? new DestroyProgram(generator, providers, snapshots, this.preview) : undefined;
    const deployment = new Deployment(facts, generator, executor, snapshots, providers, transforms, hooks, destroying);
    this.#builtins.resource = (urn) => deployment.stateOf(urn);
    const root = start.resources.find((resource) => resource.type === ROOT_STACK_TYPE);
    const plan: DeletionPlan = { selection, permits: selection.deletable(start.resources) };
    let imported: ResourceState[] | undefined;
    if (this.kind === "import") {
      imported = await importResources(this.options.imports ?? [], {
        ...facts,
        resources: start.resources,
        snapshots,
        deployment,
        providers,
        executor,
        onEvent,
      });
    } else if (this.kind === "destroy" && !this.options.runProgram) {
      await this.#delete(snapshots, executor, { ...plan, claimed: () => false });
    } else {
      const { project, env } = this.options;
      const host = this.#prepared ?? this.options.host ?? childProcessHost;
      // Inside this process it would be held up instead.
      const whileItLoads = () => this.#prepared && preloadProviders(this.options.providers, project);
      const settle = async () => {
        const claimed = (urn: string) => this.kind === "update" && generator.claims(urn);
        if (!executor.ending) checkTargets(start, selection, executor, claimed);
        if (!executor.ending) await this.#delete(snapshots, executor, { ...plan, claimed });
        deployment.settleRootOutputs(!executor.ending && executor.errors.length === 0);
        // What is not complete is not judged as a whole.
        const complete = !executor.ending && executor.unfinished.size === 0;
        if (guard && complete) await this.#judge(guard, deployment, executor);
        await this.#persist(snapshots, executor);
      };
      try {
        await runProgram(deployment, executor, { host, project, env, cancellation, onEvent, whileItLoads }, settle);
      } finally {
        callbacks.close();
      }
    }
    await executor.idle();
    await this.#persist(snapshots, executor);
    if (executor.bug !== undefined) throw executor.bug;
    const destroyed = this.kind === "destroy" && root !== undefined && !snapshots.remaining().includes(root);
    return this.#result({
      changes: executor.changes,
      errors: executor.errors,
      outputs: destroyed ? {} : (deployment.rootOutputs() ?? root?.outputs ?? {}),
      maybeCorrupt: executor.maybeCorrupt,
      ...(imported && { imported }),
      retained: executor.retained,
    });
  }

  /** The last write. If the disk will not have it, that is the run's failure: the file still names what was in flight. */
  async #persist(snapshots: SnapshotManager, executor: Executor): Promise<void> {
    try {
      await (executor.ending ? snapshots.commit() : snapshots.flush());
    } catch (error) {
      executor.noteBug(error);
      executor.fail(messageOf(error));
    }
  }

  /** Lets the policies look at the whole stack. */
  async #judge(guard: PolicyGuard, deployment: Deployment, executor: Executor): Promise<void> {
    try {
      await guard.judgeStack(deployment.finished());
    } catch (error) {
      if (error instanceof RunEnding) return;
      executor.noteBug(error);
      executor.fail(messageOf(error));
    }
  }

  async #delete(
    snapshots: SnapshotManager,
    executor: Executor,
    plan: DeletionPlan & { claimed: (urn: string) => boolean },
  ): Promise<void> {
    try {
      const { steps, unnamed } = planDeletions(snapshots, plan);
      if (unnamed !== undefined && !this.preview) throw unnamed;
      if (unnamed !== undefined) executor.report(messageOf(unnamed));
      await runDeletions(steps, executor);
    } catch (error) {
      if (error instanceof RunEnding) return;
      if (!(error instanceof EngineError)) throw error;
      executor.fail(messageOf(error));
    }
  }

  #result(parts: Partial<RunResult> & Pick<RunResult, "changes" | "errors" | "outputs">): RunResult {
    const cancelled = this.#cancellation.graceful.aborted;
    // After the second Ctrl-C the errors are only those of what was cut off.
    const stopped = this.#cancellation.abort.aborted;
    return {
      operation: this.kind,
      preview: this.preview,
      outcome: stopped ? "cancelled" : parts.errors.length > 0 ? "failed" : cancelled ? "cancelled" : "succeeded",
      durationSeconds: (performance.now() - this.#started) / 1000,
      maybeCorrupt: false,
      retained: [],
      ...parts,
      errors: parts.errors.map((message) => this.#masking.text(message)),
    };
  }

  async #writer(salt: string | undefined): Promise<(snapshot: Snapshot) => Promise<void>> {
    const { backend, project, stack } = this.options;
    const manager = await this.#keyring.promise(salt);
    const qualified = qualifiedStackName(project.name, stack);
    return async (snapshot) => {
      const secrets = await manager();
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
    try {
      await backend.writeHistory(entry, this.#written);
    } catch (error) {
      // The state is what counts, and that is written.
      const text = `the run is not in the stack's history: ${messageOf(error)}`;
      this.#onEvent({ kind: "diagnostic", severity: "warning", message: text });
    }
  }
}
