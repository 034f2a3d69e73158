import type { EngineEvent, Operation, RunResult } from "../events.js";
import type { PropertyMap } from "../values.js";
import { EventLog, openEventLog } from "./event-log.js";
import { Masker } from "./mask.js";
import { learnSecrets, PlanView } from "./plan.js";
import { PolicyView } from "./policies.js";
import { PreviewJson } from "./preview-json.js";
import { ProgressView } from "./progress.js";
import { type Paint, paintFor, ROOT_STACK } from "./style.js";
import { Diagnostics, renderSummary } from "./summary.js";

export interface DisplayOptions {
  operation: Operation;
  /** For programs: a preview's digest, or one event a line with a summary at the end. */
  json: boolean;
  color: boolean;
  /** Draw live progress in place. */
  tty: boolean;
  out: NodeJS.WritableStream;
  /** Secret values that no state shows, such as the configuration's; asked again and again. */
  secretsToMask?: () => string[];
  /** Plans: also what does not change. */
  showSames?: boolean;
  /** A file for the run's events, one a line in the shape of Pulumi's event log; it is written anew. */
  eventLog?: string;
  /** Plans: every input of what is created. */
  full?: boolean;
}

export interface Display {
  onEvent(event: EngineEvent): void;
  /** Ends the display, also after a run that was broken off; may be called more than once. */
  finish(): void;
}

const PLAN_TITLES: Record<Operation, string> = {
  preview: "Plan for",
  update: "Plan for",
  refresh: "Plan to refresh",
  destroy: "Plan to destroy",
  import: "Plan to import into",
};
const RUN_TITLES: Record<Operation, string> = {
  preview: "Plan for",
  update: "Updating",
  refresh: "Refreshing",
  destroy: "Destroying",
  import: "Importing into",
};

/**
 * Shows one run. Every text passes a masker that knows the secrets of all states seen. Throws EngineError if the event log cannot be
 * written.
 */
export function createDisplay(options: DisplayOptions): Display {
  const masker = new Masker(options.secretsToMask);
  const display = options.json ? new JsonDisplay(options, masker) : new HumanDisplay(options, masker);
  if (options.eventLog === undefined) return display;
  const log = openEventLog(options.eventLog, options.secretsToMask);
  let finished = false;
  return {
    onEvent: (event) => {
      log.onEvent(event);
      display.onEvent(event);
    },
    finish: () => {
      if (!finished) log.finish();
      finished = true;
      display.finish();
    },
  };
}

class JsonDisplay implements Display {
  #view: PreviewJson | EventLog | undefined;
  #finished = false;

  constructor(
    private readonly options: DisplayOptions,
    private readonly masker: Masker,
  ) {}

  onEvent(event: EngineEvent): void {
    const preview = this.options.operation === "preview" || (event.kind === "start" && event.preview);
    this.#view ??= preview
      ? new PreviewJson(this.masker)
      : new EventLog((line) => this.options.out.write(line), this.masker, { summary: true });
    this.#view.onEvent(event);
  }

  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    if (this.#view instanceof PreviewJson) this.options.out.write(this.#view.render());
  }
}

class HumanDisplay implements Display {
  readonly #paint: Paint;
  readonly #diagnostics = new Diagnostics();
  readonly #policies = new PolicyView();
  #plan: PlanView | undefined;
  #progress: ProgressView | undefined;
  /** Of the root stack before the run; undefined while it was not seen, and then nothing of it changed. */
  #oldOutputs: PropertyMap | undefined;
  #result: RunResult | undefined;
  #refreshing = false;

  constructor(
    private readonly options: DisplayOptions,
    private readonly masker: Masker,
  ) {
    this.#paint = paintFor(options.color);
  }

  onEvent(given: EngineEvent): void {
    const event = this.#refreshing ? asRefresh(given) : given;
    switch (event.kind) {
      case "start":
        this.#refreshing = event.operation === "refresh";
        this.#begin(event);
        return;
      case "step-start":
      case "step-done":
        learnSecrets(event.step, this.masker);
        if (event.step.type === ROOT_STACK) this.#oldOutputs = event.step.old?.outputs ?? {};
        break;
      case "step-failed":
        this.#diagnostics.add({ severity: "error", message: event.error, urn: event.step.urn });
        break;
      case "policy-violation":
      case "policy-remediation":
        this.#policies.onEvent(event, this.masker);
        return;
      case "outputs":
        learnSecrets(event.step, this.masker);
        return;
      case "diagnostic":
        this.#diagnostics.add(event);
        break;
      case "summary":
        this.#result = event.result;
        this.masker.learn(event.result.outputs);
        this.#diagnostics.addErrors(event.result.errors.filter((message) => !this.#policies.errors.has(message)));
        return;
    }
    this.#plan?.onEvent(event);
    this.#progress?.onEvent(event);
  }

  finish(): void {
    const { out } = this.options;
    if (!this.#progress) return;
    this.#progress.close();
    this.#progress = undefined;
    const result = this.#result;
    // A run that was broken off has no whole plan: half of one would mislead.
    const wanted = result && (this.#plan?.hasChanges || this.options.showSames);
    const plan = wanted ? this.#plan?.render() : undefined;
    out.write(plan ? `\n${plan}\n` : "\n");
    out.write(this.#policies.render(result?.policyPacks ?? {}, this.#paint, this.masker, this.options.full ?? false));
    out.write(this.#diagnostics.render(this.#paint, this.masker));
    if (result) out.write(renderSummary(result, this.#paint, this.masker, this.#oldOutputs ?? result.outputs));
  }

  #begin({ stack, project, operation, preview }: Extract<EngineEvent, { kind: "start" }>): void {
    const { out, tty, color, showSames, full } = this.options;
    const paint = this.#paint;
    const title = preview ? PLAN_TITLES[operation] : RUN_TITLES[operation];
    out.write(`${paint.bold(title)} ${paint.bold(`${project}/${stack}`)}\n`);
    if (preview) this.#plan = new PlanView({ color, showSames, full, masker: this.masker });
    this.#progress = new ProgressView({ out, tty, paint, masker: this.masker, planning: preview });
  }
}

/** A refresh updates and deletes only what is recorded: to people that is news about the objects, not something done to them. */
function asRefresh(event: EngineEvent): EngineEvent {
  if (!("step" in event) || (event.step.op !== "update" && event.step.op !== "delete")) return event;
  const next = event.step.op === "delete" ? undefined : event.step.new;
  return { ...event, step: { ...event.step, op: "refresh", new: next, retained: false } };
}
