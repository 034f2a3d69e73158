import { closeSync, openSync, writeSync } from "node:fs";
import { EngineError } from "../errors.js";
import type { EngineEvent, RunResult, StepInfo } from "../events.js";
import { UNKNOWN_STRING } from "../signatures.js";
import type { Json } from "../state/json.js";
import type { ResourceState } from "../state/types.js";
import { Masker } from "./mask.js";
import { learnSecrets } from "./plan.js";
import { policyEventJson } from "./policy-json.js";
import { detailedDiffJson, Failures, failedMessage } from "./preview-json.js";
import { plannedState, propertiesJson, Replacements, stateJson } from "./state-json.js";
import { isDefaultProvider, plainText } from "./style.js";

type JsonMap = { [key: string]: Json };

export interface EventLogOptions {
  /**
   * A last line `{"summary": …}` of our own, which tells how the run ended, its outputs and what was kept. Not in files: there the
   * log is what the real engine writes, line for line.
   */
  summary: boolean;
}

/**
 * Turns events into lines of JSON, one object each, in the shape of Pulumi's event log (`--event-log`). Debug messages, which the real
 * engine has in it too, are left out: they hold secrets in clear.
 */
export class EventLog {
  #sequence = 0;
  #preview = false;
  readonly #failures = new Failures();
  /** Steps that were carried out. */
  #done = 0;
  readonly #replacements = new Replacements();

  constructor(
    private readonly write: (line: string) => void,
    private readonly masker: Masker,
    private readonly options: EventLogOptions,
  ) {}

  onEvent(event: EngineEvent): void {
    switch (event.kind) {
      case "start":
        this.#preview = event.preview;
        this.#line({ preludeEvent: { config: event.config } });
        return;
      case "step-start":
        learnSecrets(event.step, this.masker);
        this.#step("resourcePreEvent", event.step, plannedState(event.step));
        return;
      case "step-done":
        learnSecrets(event.step, this.masker);
        if (event.step.logical && !isDefaultProvider(event.step.urn)) this.#done++;
        this.#replacements.onDone(event.step);
        // A component's outputs come when it registers them; until then an update has none to tell.
        if (!this.#preview && !event.step.custom && event.step.new !== undefined) return;
        this.#step("resOutputsEvent", event.step, this.#made(event.step));
        return;
      case "outputs":
        learnSecrets(event.step, this.masker);
        this.#step("resOutputsEvent", event.step, event.step.new);
        return;
      case "step-failed":
        this.#failures.add(event.step.urn, event.error);
        this.#diagnostic({ urn: event.step.urn, message: event.error, severity: "error" });
        this.#failed(event.step);
        return;
      case "policy-load":
      case "policy-violation":
      case "policy-remediation":
      case "policy-summary":
        this.#line(policyEventJson(event, this.masker));
        return;
      case "progress":
        this.#diagnostic({ urn: event.urn, message: event.message, severity: "info", ephemeral: true });
        return;
      case "diagnostic":
        if (event.severity !== "debug" && !this.#failures.told(event)) this.#diagnostic(event);
        return;
      case "output":
        this.#diagnostic({ message: `${event.line}\n`, severity: event.stream === "stdout" ? "info" : "info#err" });
        return;
      case "cancel":
        this.#diagnostic({
          message: event.graceful ? "stopping: what is in flight is finished first" : "stopping now",
          severity: "warning",
        });
        return;
      case "summary":
        this.#summary(event.result);
        return;
    }
  }

  #diagnostic(diagnostic: { urn?: string; message: string; severity: string; ephemeral?: boolean }): void {
    const { urn, message, severity, ephemeral } = diagnostic;
    this.#line({
      diagnosticEvent: {
        ...(urn && { urn }),
        ...((severity === "warning" || severity === "error") && { prefix: `${severity}: ` }),
        message: `${plainText(this.masker.mask(message))}\n`,
        color: "never",
        severity,
        ...(ephemeral && { ephemeral: true }),
      },
    });
  }

  #step(event: "resourcePreEvent" | "resOutputsEvent", step: StepInfo, next: ResourceState | undefined): void {
    this.#line({ [event]: { metadata: this.#metadata(step, next), ...(this.#preview && { planning: true }) } });
  }

  #failed(step: StepInfo): void {
    const next = step.new && { ...step.new, outputs: {} };
    // Pulumi's word for a failure after which the object may be anything.
    const status = 2;
    this.#line({ resOpFailedEvent: { metadata: this.#metadata(step, next), status, steps: this.#done } });
  }

  /** The new side of a step that has been carried out, or planned. */
  #made(step: StepInfo): ResourceState | undefined {
    const { new: state, custom, type, op } = step;
    if (state === undefined) return undefined;
    if (!custom && op !== "same") return { ...state, outputs: {} };
    const planned = this.#preview && state.id === undefined && type.startsWith("pulumi:providers:");
    return planned ? { ...state, id: UNKNOWN_STRING } : state;
  }

  #metadata(step: StepInfo, next: ResourceState | undefined): JsonMap {
    return {
      op: step.op,
      urn: step.urn,
      type: step.type,
      old: this.#state(this.#replacements.old(step)),
      new: this.#state(next),
      ...(step.replaceKeys?.length && { keys: step.replaceKeys }),
      ...(step.diffs?.length && { diffs: step.diffs }),
      detailedDiff: detailedDiffJson(step.detailedDiff, "diffKind"),
      ...(step.logical && { logical: true }),
      provider: step.provider ?? "",
    };
  }

  #state(state: ResourceState | undefined): Json {
    if (state === undefined) return null;
    const json = stateJson(state, this.masker, "signature");
    const { type, urn, custom, delete: deleted, id, parent, protect, taint, external, retainOnDelete } = json;
    const { inputs, outputs, provider, initErrors, hideDiff } = json;
    return {
      type: type ?? "",
      urn: urn ?? "",
      ...(custom && { custom }),
      ...(deleted && { delete: deleted }),
      id: id ?? "",
      parent: parent ?? "",
      ...(protect && { protect }),
      ...(taint && { taint }),
      ...(external && { external }),
      ...(retainOnDelete && { retainOnDelete }),
      inputs: inputs ?? {},
      outputs: outputs ?? {},
      provider: provider ?? "",
      ...(initErrors && { initErrors }),
      ...(hideDiff && { hideDiffs: hideDiff }),
    };
  }

  #summary(result: RunResult): void {
    const { maybeCorrupt, durationSeconds, changes, preview, outcome } = result;
    const counts = Object.fromEntries(Object.entries(changes).filter(([, count]) => count > 0));
    if (outcome === "failed") this.#diagnostic({ message: failedMessage(result), severity: "error" });
    this.#line({
      summaryEvent: {
        maybeCorrupt,
        durationSeconds: Math.ceil(durationSeconds),
        resourceChanges: counts,
        PolicyPacks: result.policyPacks ?? {},
        isPreview: preview,
        result: outcome === "succeeded" ? "succeeded" : "failed",
      },
    });
    this.#line({ cancelEvent: {} });
    if (!this.options.summary) return;
    this.masker.learn(result.outputs);
    this.#line({
      summary: {
        operation: result.operation,
        preview,
        outcome,
        changes: counts,
        durationSeconds,
        outputs: propertiesJson(result.outputs, this.masker),
        errors: result.errors.map((message) => plainText(this.masker.mask(message))),
        retained: result.retained,
        maybeCorrupt,
      },
    });
  }

  #line(event: JsonMap): void {
    this.write(
      `${JSON.stringify({ sequence: this.#sequence++, timestamp: Math.floor(Date.now() / 1000), ...event })}\n`,
    );
  }
}

/**
 * Writes the events of a run to a file, in the shape of Pulumi's event log; what was in it is gone. Each event is in the file before
 * the next one happens. Throws EngineError if it cannot be opened.
 */
export function openEventLog(file: string, secretsToMask?: () => string[]) {
  let fd: number;
  try {
    fd = openSync(file, "w", 0o600);
  } catch (error) {
    throw new EngineError(`the event log ${file} cannot be written: ${(error as Error).message}`);
  }
  const log = new EventLog((line) => writeSync(fd, line), new Masker(secretsToMask), { summary: false });
  return { onEvent: (event: EngineEvent) => log.onEvent(event), finish: () => closeSync(fd) };
}
