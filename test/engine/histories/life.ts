import { EngineError } from "../../../engine/errors.js";
import type { Cancellation } from "../../../engine/index.js";
import type { Fault, ProviderCall } from "./faults.js";
import { INJECTED } from "./marks.js";

const never = new Promise<never>(() => {});

/** The life of one process that runs the engine: its timing, what goes wrong in it, and its end. */
export class Life {
  /** What happened at the points that were passed, for the story. */
  readonly trail: string[] = [];
  readonly died: Promise<"died">;
  #die: () => void = () => {};
  #dead = false;
  #points = 0;
  #writes = 0;
  readonly #calls = new Map<ProviderCall, number>();
  readonly #random: () => number;

  constructor(
    private readonly faults: Fault[],
    seed: number,
    private readonly cancellation: Cancellation,
  ) {
    this.#random = random(seed);
    this.died = new Promise((resolve) => {
      this.#die = () => resolve("died");
    });
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Lets others go first, or not. Of a dead process nothing returns. */
  async pause(): Promise<void> {
    const turns = Math.floor(this.#random() * 5);
    if (turns === 4) await new Promise((resolve) => setImmediate(resolve));
    else for (let turn = 0; turn < turns; turn++) await undefined;
    if (this.#dead) await never;
  }

  /** A moment at which the process may be killed or its user may cancel. */
  async point(what: string): Promise<void> {
    await this.pause();
    const nth = this.#points++;
    this.trail.push(what);
    for (const fault of this.faults) {
      if (fault.kind === "crash" && ("at" in fault ? what.startsWith(fault.at) : fault.nth === nth)) {
        this.trail.push("KILLED");
        this.#dead = true;
        this.#die();
        await never;
      }
      if (fault.kind === "cancel" && fault.nth === nth) this.cancel(fault.twice);
    }
  }

  cancel(twice: boolean): void {
    this.trail.push(twice ? "CANCELLED TWICE" : "CANCELLED");
    this.cancellation.request();
    if (twice && !this.cancellation.abort.aborted) this.cancellation.request();
  }

  /** What goes wrong with a call of a provider. */
  faultsOf(call: ProviderCall): Fault[] {
    const nth = this.#calls.get(call) ?? 0;
    this.#calls.set(call, nth + 1);
    return this.faults.filter((fault) =>
      fault.kind === "invalid"
        ? call === "check" && fault.nth === nth
        : "call" in fault && fault.call === call && fault.nth === nth,
    );
  }

  /** The error of a call that is made to fail. */
  injected(what: string): Error {
    this.trail.push(`FAILS ${what}`);
    return new Error(`${INJECTED}: ${what}`);
  }

  /** Throws if the disk is full. */
  disk(): void {
    const nth = this.#writes++;
    for (const fault of this.faults) {
      if (fault.kind !== "disk" || fault.nth > nth || (fault.nth < nth && !fault.lasting)) continue;
      this.trail.push("DISK FULL");
      throw new EngineError(`${INJECTED}: no space is left on the device`, "free some space");
    }
  }

  programFault(): Extract<Fault, { kind: "program" }> | undefined {
    return this.faults.find((fault) => fault.kind === "program");
  }
}

/** Mulberry32: small, and the same everywhere. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}
