import type { EngineEvent, RunResult, StepInfo } from "../events.js";
import type { Json } from "../state/json.js";
import type { ResourceState } from "../state/types.js";
import type { Masker } from "./mask.js";
import { learnSecrets } from "./plan.js";
import { detailedDiffJson } from "./preview-json.js";
import { plannedState, propertiesJson, stateJson } from "./state-json.js";
import { isDefaultProvider, plainText } from "./style.js";

type JsonMap = { [key: string]: Json };

/**
 * Turns events into lines of JSON, one object each, in the shape of Pulumi's event log. The last line is `{"summary": …}`, which
 * tells how the run ended, its outputs and what was kept.
 */
export class EventLog {
  #sequence = 0;

  constructor(
    private readonly write: (line: string) => void,
    private readonly masker: Masker,
  ) {}

  onEvent(event: EngineEvent): void {
    switch (event.kind) {
      case "start":
        this.#line({ preludeEvent: { config: event.config } });
        return;
      case "step-start":
        learnSecrets(event.step, this.masker);
        if (isDefaultProvider(event.step.urn)) return;
        this.#line({ resourcePreEvent: { metadata: this.#metadata(event.step, plannedState(event.step)) } });
        return;
      case "step-done":
        learnSecrets(event.step, this.masker);
        if (isDefaultProvider(event.step.urn)) return;
        this.#line({ resOutputsEvent: { metadata: this.#metadata(event.step, event.step.new) } });
        return;
      case "step-failed":
        this.#line({ resOpFailedEvent: { metadata: this.#metadata(event.step, event.step.new), status: 0, steps: 0 } });
        return;
      case "progress":
        this.#diagnostic({ urn: event.urn, message: event.message, severity: "info", ephemeral: true });
        return;
      case "diagnostic":
        if (event.severity === "debug") return;
        this.#diagnostic(event);
        return;
      case "output":
        this.#diagnostic({ message: event.line, severity: event.stream === "stdout" ? "info" : "info#err" });
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
        message: plainText(this.masker.mask(message)),
        color: "never",
        severity,
        ...(ephemeral && { ephemeral: true }),
      },
    });
  }

  #metadata(step: StepInfo, next: ResourceState | undefined): JsonMap {
    return {
      op: step.op,
      urn: step.urn,
      type: step.type,
      old: this.#state(step.old),
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
    const { type, urn, custom, delete: deleted, id, parent, protect, inputs, outputs, provider, initErrors } = json;
    return {
      type: type ?? "",
      urn: urn ?? "",
      ...(custom && { custom }),
      ...(deleted && { delete: deleted }),
      id: id ?? "",
      parent: parent ?? "",
      ...(protect && { protect }),
      inputs: inputs ?? {},
      outputs: outputs ?? {},
      provider: provider ?? "",
      ...(initErrors && { initErrors }),
    };
  }

  #summary(result: RunResult): void {
    const { maybeCorrupt, durationSeconds, changes, preview, outcome } = result;
    const counts = Object.fromEntries(Object.entries(changes).filter(([, count]) => count > 0));
    this.#line({
      summaryEvent: {
        maybeCorrupt,
        durationSeconds: Math.round(durationSeconds),
        resourceChanges: counts,
        PolicyPacks: {},
        isPreview: preview,
        result: outcome === "succeeded" ? "succeeded" : "failed",
      },
    });
    this.#line({ cancelEvent: {} });
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
