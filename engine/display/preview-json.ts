import type { EngineEvent, RunResult, StepInfo } from "../events.js";
import type { PropertyDiff } from "../provider.js";
import type { Json } from "../state/json.js";
import type { Masker } from "./mask.js";
import { learnSecrets } from "./plan.js";
import { plannedState, stateJson } from "./state-json.js";
import { isDefaultProvider, plainText, ROOT_STACK } from "./style.js";

type JsonMap = { [key: string]: Json };

/** Collects a preview into the digest that `pulumi preview --json` prints, key for key. */
export class PreviewJson {
  #config: Record<string, string> = {};
  #rootUrn = "";
  readonly #steps: StepInfo[] = [];
  readonly #diagnostics: { urn?: string; prefix?: string; message: string; severity: string }[] = [];
  #result: RunResult | undefined;

  constructor(private readonly masker: Masker) {}

  onEvent(event: EngineEvent): void {
    switch (event.kind) {
      case "start":
        this.#config = event.config;
        this.#rootUrn = `urn:pulumi:${event.stack}::${event.project}::${ROOT_STACK}::${event.project}-${event.stack}`;
        return;
      case "step-start":
        learnSecrets(event.step, this.masker);
        if (isInDigest(event.step)) this.#steps.push(event.step);
        return;
      case "diagnostic":
        if (event.severity === "debug" || event.ephemeral) return;
        this.#diagnostics.push({
          ...(event.urn && { urn: event.urn }),
          ...(event.severity !== "info" && { prefix: `${event.severity}: ` }),
          message: event.message,
          severity: event.severity,
        });
        return;
      case "output":
        this.#diagnostics.push({
          urn: this.#rootUrn,
          message: event.line,
          severity: event.stream === "stdout" ? "info" : "info#err",
        });
        return;
      case "summary":
        this.#result = event.result;
    }
  }

  /** Undefined while no run has ended. */
  toJson(): JsonMap {
    const { masker } = this;
    const digest: JsonMap = {};
    const config = sorted(this.#config, (value) => masker.mask(value));
    if (Object.keys(config).length > 0) digest.config = config;
    const steps = this.#steps.map((step) => stepJson(step, masker));
    if (steps.length > 0) digest.steps = steps;
    const known = new Set(this.#diagnostics.map(({ message }) => message));
    const diagnostics = [
      ...this.#diagnostics,
      ...(this.#result?.errors ?? [])
        .filter((message) => !known.has(message))
        .map((message) => ({ prefix: "error: ", message, severity: "error" })),
    ];
    if (diagnostics.length > 0) {
      digest.diagnostics = diagnostics.map((one) => ({ ...one, message: plainText(masker.mask(one.message)) }));
    }
    if (this.#result) {
      digest.duration = Math.round(this.#result.durationSeconds * 1e9);
      const changes = Object.fromEntries(Object.entries(this.#result.changes).filter(([, count]) => count > 0));
      digest.changeSummary = sorted(changes as Record<string, number>, (count) => count);
      if (this.#result.maybeCorrupt) digest.maybeCorrupt = true;
    }
    return digest;
  }

  /** The text that is printed. */
  render(): string {
    return `${JSON.stringify(this.toJson(), undefined, 4)}\n`;
  }
}

/** Sames are left out but for the root stack; of a replacement only the whole is told. */
function isInDigest(step: StepInfo): boolean {
  if (isDefaultProvider(step.urn) || !step.logical) return false;
  return step.op !== "same" || step.type === ROOT_STACK;
}

function stepJson(step: StepInfo, masker: Masker): JsonMap {
  const json: JsonMap = { op: step.op, urn: step.urn };
  if (step.provider) json.provider = step.provider;
  if (step.old) json.oldState = stateJson(step.old, masker, "text");
  const next = plannedState(step);
  if (next) json.newState = stateJson(next, masker, "text");
  if (step.diffs?.length) json.diffReasons = step.diffs;
  if (step.op === "replace" && step.replaceKeys?.length) json.replaceReasons = step.replaceKeys;
  json.detailedDiff = detailedDiffJson(step.detailedDiff, "kind");
  return json;
}

/** Pulumi calls the kind `kind` in previews and `diffKind` in event logs. */
export function detailedDiffJson(diff: Record<string, PropertyDiff> | undefined, kindKey: "kind" | "diffKind"): Json {
  if (diff === undefined || Object.keys(diff).length === 0) return null;
  return sorted(diff, ({ kind, inputDiff }) => ({ [kindKey]: kind, inputDiff }));
}

function sorted<T>(map: Record<string, T>, change: (value: T) => Json): JsonMap {
  return Object.fromEntries(
    Object.keys(map)
      .sort()
      .map((key) => [key, change(map[key]!)]),
  );
}
