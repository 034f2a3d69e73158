import { join } from "node:path";
import { EventLog } from "../../../engine/display/event-log.js";
import { Masker } from "../../../engine/display/mask.js";
import { PreviewJson } from "../../../engine/display/preview-json.js";
import { EngineError } from "../../../engine/errors.js";
import {
  Cancellation,
  type EngineEvent,
  openBackend,
  openProject,
  type RunOptions,
  type RunResult,
  run,
  type StepInfo,
} from "../../../engine/index.js";
import { PASSPHRASE } from "../support/crash.js";
import { policiesOf } from "./policies.js";
import type { ConformanceCase, LoggedEvent, ObservedStep, RawRun, RunKind, RunSettings, Session } from "./types.js";
import { mapValues, readable } from "./values.js";
import { WarmHost } from "./warm-host.js";
import { type CaseWorld, isShown, STACK } from "./world.js";

type Run = (options: RunOptions) => Promise<RunResult>;

const RUNS: Record<RunKind, Run> = {
  preview: (options) => run("update", true, options),
  up: (options) => run("update", false, options),
  refresh: (options) => run("refresh", false, options),
  "preview-refresh": (options) => run("refresh", true, options),
  destroy: (options) => run("destroy", false, options),
  "preview-destroy": (options) => run("destroy", true, options),
};

const warm = new WarmHost();

/** This project's engine, in the test's process; the program runs over gRPC all the same. */
export class HermeticSession implements Session {
  #cancellation = new Cancellation();

  constructor(
    private readonly world: CaseWorld,
    readonly definition: ConformanceCase,
  ) {}

  async run(kind: RunKind, settings: RunSettings): Promise<RawRun> {
    const { world } = this;
    const events: EngineEvent[] = [];
    const { digest, policyPacks, ...options } = settings;
    this.#cancellation = new Cancellation();
    try {
      const result = await RUNS[kind]({
        project: await openProject(world.folder),
        stack: STACK,
        backend: openBackend(world.project.backendUrl, { cwd: world.folder, env: {} }),
        providers: world.providers,
        passphrase: async () => PASSPHRASE,
        onEvent: (event) => events.push(event),
        cancellation: this.#cancellation,
        ...options,
        policyPacks: policyPacks?.map(({ dir, config }) => ({
          dir: join(world.folder, dir),
          config: config && join(world.folder, config),
        })),
        pendingCreate: settings.clearPendingCreates ? async () => "clear" : undefined,
        host: this.definition.ownProcess ? undefined : warm,
      });
      return observe(events, result.outcome === "succeeded", result.errors, digest);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return observe(events, false, [error.message], digest);
    }
  }

  interrupt(): void {
    this.#cancellation.request();
  }

  async close(): Promise<void> {}
}

function observe(events: EngineEvent[], succeeded: boolean, errors: string[], digest = false): RawRun {
  const lines: string[] = [];
  const log = new EventLog((line) => lines.push(line), new Masker(), { summary: false });
  for (const event of events) log.onEvent(event);
  const preview = new PreviewJson(new Masker());
  for (const event of events) preview.onEvent(event);
  const logged = lines.map((line) => JSON.parse(line) as LoggedEvent);
  const told = (severity: string) =>
    events.flatMap((event) => (event.kind === "diagnostic" && event.severity === severity ? [event.message] : []));
  const failed = new Set(
    events.flatMap((event) => (event.kind === "step-failed" ? [`${event.step.op} ${event.step.urn}`] : [])),
  );
  const steps = events.flatMap((event) => (event.kind === "step-start" ? [step(event.step, failed)] : []));
  return {
    outcome: succeeded ? "succeeded" : "failed",
    exitCode: succeeded ? 0 : 1,
    steps: steps.filter((item) => isShown(item.urn)),
    errors: [...new Set([...errors, ...told("error")])],
    warnings: told("warning"),
    ...policiesOf(logged),
    log: logged,
    ...(digest && { digest: JSON.parse(preview.render()) }),
    shown: [...events.map((event) => JSON.stringify(event)), ...lines, preview.render()].join("\n"),
  };
}

function step(info: StepInfo, failed: Set<string>): ObservedStep {
  return {
    op: info.op,
    urn: info.urn,
    // What an operation reads before it begins is no step of its own.
    logical: info.logical && info.op !== "refresh",
    keys: [...(info.replaceKeys ?? [])].sort(),
    diffs: [...(info.diffs ?? [])].sort(),
    detailedDiff: mapValues(info.detailedDiff ?? {}, ({ kind }) => kind),
    failed: failed.has(`${info.op} ${info.urn}`),
    inputs: readable(info.new?.inputs) as Record<string, unknown> | undefined,
    outputs: readable(info.new?.outputs) as Record<string, unknown> | undefined,
  };
}
