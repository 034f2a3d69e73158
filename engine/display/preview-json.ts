import type { EngineEvent, RunResult, Severity, StepInfo } from "../events.js";
import { violationError } from "../policy/types.js";
import type { PropertyDiff } from "../provider.js";
import type { Json } from "../state/json.js";
import type { Masker } from "./mask.js";
import { learnSecrets } from "./plan.js";
import { plannedState, Replacements, stateJson } from "./state-json.js";
import { isDefaultProvider, plainText, ROOT_STACK } from "./style.js";

type JsonMap = { [key: string]: Json };

/** Collects a preview into the digest that `pulumi preview --json` prints, key for key. */
export class PreviewJson {
  #config: Record<string, string> = {};
  readonly #steps: StepInfo[] = [];
  readonly #diagnostics: { urn?: string; message: string; severity: string }[] = [];
  readonly #failures = new Failures();
  readonly #replacements = new Replacements();
  readonly #policyErrors = new Set<string>();
  #result: RunResult | undefined;

  constructor(private readonly masker: Masker) {}

  onEvent(event: EngineEvent): void {
    switch (event.kind) {
      case "start":
        this.#config = event.config;
        return;
      case "step-start":
        learnSecrets(event.step, this.masker);
        if (isInDigest(event.step)) this.#steps.push({ ...event.step, old: this.#replacements.old(event.step) });
        return;
      case "step-done":
        this.#replacements.onDone(event.step);
        return;
      case "diagnostic":
        if (event.severity === "debug" || event.ephemeral || this.#failures.told(event)) return;
        this.#tell(event.severity, event.message, event.urn);
        return;
      case "step-failed":
        this.#failures.add(event.step.urn, event.error);
        this.#tell("error", event.error, event.step.urn);
        return;
      case "policy-violation":
        // The real engine leaves policies out of this format, and whoever reads it wonders why the preview failed.
        this.#policyErrors.add(violationError(event));
        this.#tell(
          event.level === "mandatory" ? "error" : "warning",
          `[${event.level}] ${event.policy} (${event.pack}@v${event.packVersion}): ${event.message}`,
          event.urn,
        );
        return;
      case "output":
        this.#diagnostics.push({
          message: `${event.line}\n\n`,
          severity: event.stream === "stdout" ? "info" : "info#err",
        });
        return;
      case "summary":
        this.#result = event.result;
    }
  }

  #tell(severity: string, message: string, urn?: string): void {
    const prefix = severity === "info" ? "" : `${severity}: `;
    this.#diagnostics.push({ ...(urn && { urn }), message: `${prefix}${message}\n`, severity });
  }

  /** Undefined while no run has ended. */
  toJson(): JsonMap {
    const { masker } = this;
    const digest: JsonMap = {};
    const config = sorted(this.#config, (value) => masker.mask(value));
    if (Object.keys(config).length > 0) digest.config = config;
    const steps = this.#steps.map((step) => stepJson(step, masker));
    if (steps.length > 0) digest.steps = steps;
    const told = this.#diagnostics.map(({ message }) => message);
    const untold = (this.#result?.errors ?? []).filter(
      (message) => !this.#policyErrors.has(message) && !told.some((text) => text.includes(message)),
    );
    const errors = this.#result?.outcome === "failed" ? [...untold, failedMessage(this.#result)] : untold;
    const diagnostics = [
      ...this.#diagnostics,
      ...errors.map((message) => ({ message: `error: ${message}\n`, severity: "error" })),
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

/** Errors of steps. The engine tells them twice: with the step, and with an introduction for whoever sees no steps. */
export class Failures {
  readonly #byUrn = new Map<string, string>();

  add(urn: string, error: string): void {
    this.#byUrn.set(urn, error);
  }

  told({ urn, severity, message }: { urn?: string; severity: Severity; message: string }): boolean {
    const error = urn === undefined ? undefined : this.#byUrn.get(urn);
    return severity === "error" && error !== undefined && message.endsWith(error);
  }
}

/** How the real engine says that a run failed, after all that went wrong. */
export function failedMessage({ preview, operation }: RunResult): string {
  return `${preview ? "preview" : operation} failed`;
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
