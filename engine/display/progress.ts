import type { EngineEvent, StepInfo } from "../events.js";
import { LiveRegion } from "./live.js";
import type { Masker } from "./mask.js";
import {
  duration,
  isDefaultProvider,
  opStyle,
  type Paint,
  paintOp,
  plainText,
  ROOT_STACK,
  shortType,
} from "./style.js";

/** In plain output a start is told only of what takes longer, and progress not more often than this. Milliseconds. */
const PLAIN_START_MS = 1000;
const PLAIN_PROGRESS_MS = 5000;
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

interface Running {
  step: StepInfo;
  started: number;
  message?: string;
  told?: NodeJS.Timeout;
  lastTold: number;
  /** The last message that was printed in plain output. */
  printed?: string;
}

export interface ProgressOptions {
  out: NodeJS.WritableStream;
  tty: boolean;
  paint: Paint;
  masker: Masker;
  /** Plan only: what finishes is not told line by line, since the plan follows. */
  planning?: boolean;
}

/**
 * What a run is doing, as it does it: on a terminal a line for each running resource with its time and latest word, otherwise plain
 * lines for a log.
 */
export class ProgressView {
  readonly #running = new Map<string, Running>();
  readonly #region: LiveRegion | undefined;
  readonly #started = Date.now();
  #done = 0;
  #unchanged = 0;
  #frame = 0;
  #cancelled = "";

  constructor(private readonly options: ProgressOptions) {
    if (options.tty) this.#region = new LiveRegion(options.out, () => this.#lines());
  }

  onEvent(event: EngineEvent): void {
    switch (event.kind) {
      case "step-start":
        this.#start(event.step);
        return;
      case "step-done":
        this.#finish(event.step, event.seconds);
        return;
      case "step-failed":
        this.#fail(event.step, event.error);
        return;
      case "progress":
        this.#progress(event.urn, event.message);
        return;
      case "output":
        this.#print(`     ${this.options.paint.dim("│")} ${plainText(this.options.masker.mask(event.line))}`);
        return;
      case "diagnostic":
        if (event.ephemeral && event.urn) this.#progress(event.urn, event.message);
        return;
      case "cancel":
        this.#cancelled = event.graceful
          ? "stopping: what is in flight is finished first; press Ctrl-C again to stop it"
          : "stopping now";
        this.#print(this.options.paint.yellow(`  ${this.#cancelled}`));
        return;
    }
  }

  /** Ends the live part; what follows is written below. */
  close(): void {
    for (const { told } of this.#running.values()) clearTimeout(told);
    this.#region?.close();
  }

  #start(step: StepInfo): void {
    if (!isWork(step)) return;
    const running: Running = { step, started: Date.now(), lastTold: Date.now() };
    this.#running.set(step.urn, running);
    if (!this.#region && !this.options.planning) {
      running.told = setTimeout(() => {
        running.lastTold = Date.now();
        running.printed = running.message;
        this.#print(this.#line(running, `${opStyle(step.op).doing}…${running.message ? ` ${running.message}` : ""}`));
      }, PLAIN_START_MS);
      running.told.unref();
    }
    this.#region?.invalidate();
  }

  #finish(step: StepInfo, seconds: number): void {
    this.#end(step);
    if (step.op === "same") {
      this.#unchanged++;
      this.#region?.invalidate();
      return;
    }
    if (!isWork(step)) return;
    this.#done++;
    if (this.options.planning) {
      this.#region?.invalidate();
      return;
    }
    if (isDefaultProvider(step.urn) || (step.type === ROOT_STACK && step.op !== "delete")) return;
    const { paint } = this.options;
    const word = step.retained ? "forgotten; the object itself stays" : finishedWord(step);
    this.#print(
      `${this.#subject(step)}  ${paintOp(paint, step.op, word)}${step.custom ? `  ${paint.dim(duration(seconds))}` : ""}`,
    );
  }

  #fail(step: StepInfo, error: string): void {
    const running = this.#running.get(step.urn);
    this.#end(step);
    const { paint, masker } = this.options;
    const seconds = running ? `  ${paint.dim(duration((Date.now() - running.started) / 1000))}` : "";
    const first = plainText(masker.mask(error)).split("\n")[0];
    this.#print(`${this.#subject(step, true)}  ${paint.red(`${opStyle(step.op).doing} failed`)}${seconds}  ${first}`);
  }

  #progress(urn: string, message: string): void {
    const running = this.#running.get(urn);
    if (!running) return;
    running.message = plainText(this.options.masker.mask(message)).split("\n")[0]!;
    if (this.#region) {
      this.#region.invalidate();
      return;
    }
    const now = Date.now();
    if (this.options.planning || now - running.lastTold < PLAIN_PROGRESS_MS || running.message === running.printed)
      return;
    running.lastTold = now;
    running.printed = running.message;
    this.#print(this.#line(running, running.message));
  }

  #end(step: StepInfo): void {
    const running = this.#running.get(step.urn);
    if (running?.step.op !== step.op) return;
    clearTimeout(running.told);
    this.#running.delete(step.urn);
  }

  #print(line: string): void {
    if (this.#region) this.#region.print(line);
    else this.options.out.write(`${line.trimEnd()}\n`);
  }

  /** What the live region shows. */
  #lines(): string[] {
    const { paint, planning } = this.options;
    const frame = FRAMES[this.#frame++ % FRAMES.length]!;
    const lines = planning
      ? []
      : [...this.#running.values()]
          .filter(({ step }) => !isDefaultProvider(step.urn))
          .map((running) => this.#line(running, running.message ?? paint.dim(`${opStyle(running.step.op).doing}…`)));
    const counts = [
      planning ? `${this.#done + this.#unchanged} looked at` : `${this.#done} done`,
      !planning && this.#running.size > 0 ? `${this.#running.size} running` : "",
      !planning && this.#unchanged > 0 ? `${this.#unchanged} unchanged` : "",
      duration((Date.now() - this.#started) / 1000),
    ].filter(Boolean);
    const what = this.#cancelled || (planning ? "planning" : "working");
    return [...lines, `  ${paint.cyan(frame)}  ${paint.dim(`${what} · ${counts.join(" · ")}`)}`];
  }

  #line({ step, started }: Running, message: string): string {
    const elapsed = this.options.paint.dim(duration(Math.floor((Date.now() - started) / 1000)).replace(".0s", "s"));
    return `${this.#subject(step)}  ${elapsed}  ${message}`;
  }

  #subject(step: StepInfo, failed = false): string {
    const { paint, masker } = this.options;
    const symbol = failed ? paint.red("✗ ") : paintOp(paint, step.op, opStyle(step.op).symbol);
    return `  ${symbol} ${paint.bold(masker.mask(step.name))}  ${paint.dim(shortType(step.type))}`;
  }
}

/** Steps that do something; `replace` only announces the two that do. */
function isWork(step: StepInfo): boolean {
  return step.op !== "same" && step.op !== "replace";
}

function finishedWord(step: StepInfo): string {
  if (step.op === "refresh") {
    if (step.new === undefined) return "is gone";
    return step.diffs?.length ? "changed outside" : "as recorded";
  }
  return opStyle(step.op).done;
}
