import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/** What the fake cloud holds. Properties are plain JSON. */
export interface CloudObject {
  id: string;
  type: string;
  name: string;
  properties: Record<string, unknown>;
  /** Ownership labels. */
  labels: Record<string, string>;
  /** False for one that was made but does not work. */
  ready: boolean;
}

export type CloudOperation = "create" | "update" | "delete" | "read";
export type Phase = "before" | "after";

/** One call that reached the cloud. */
export interface JournalEntry {
  op: CloudOperation;
  name: string;
  id: string;
  phase: Phase;
  timeout?: number;
}

/** Runs before or after an operation's effect: it may throw, hang, or end the process. */
export type Hook = (entry: JournalEntry, signal: AbortSignal | undefined) => Promise<void> | void;

/**
 * A cloud for life-cycle tests: objects with ids, a journal of what happened to them, and rules that real clouds have: names are
 * unique, and what another object is linked to cannot be deleted. In memory, or in a JSON file that outlives a killed process.
 */
export class FakeCloud {
  readonly objects = new Map<string, CloudObject>();
  readonly journal: JournalEntry[] = [];
  readonly hooks: Hook[] = [];
  /** Ids that objects had before; an object that is asked for by one answers with its present one. */
  readonly formerIds = new Map<string, string>();
  /** Milliseconds that each operation takes. */
  latency = 0;
  running = 0;
  maxRunning = 0;
  #serial = 0;

  constructor(private readonly file?: string) {
    this.reload();
  }

  /** Reads the file anew, after another process wrote it. */
  reload(): void {
    if (this.file === undefined || !existsSync(this.file)) return;
    const stored = JSON.parse(readFileSync(this.file, "utf8")) as { serial: number; objects: CloudObject[] };
    this.#serial = stored.serial;
    this.objects.clear();
    for (const object of stored.objects) this.objects.set(object.id, object);
  }

  /** Written in one go: a kill leaves the effect done or not done. */
  save(): void {
    if (this.file === undefined) return;
    const text = JSON.stringify({ serial: this.#serial, objects: [...this.objects.values()] });
    writeFileSync(`${this.file}.tmp`, text);
    renameSync(`${this.file}.tmp`, this.file);
  }

  newId(): string {
    return `obj-${++this.#serial}`;
  }

  /** Puts an object there that no program made. */
  plant(object: CloudObject): void {
    this.objects.set(object.id, object);
    this.save();
  }

  /** Takes an object away, with all that is inside it; gives their ids. */
  remove(id: string): string[] {
    if (!this.objects.delete(id)) return [];
    const inside = [...this.objects.values()].filter((other) => other.properties.inside === id);
    return [id, ...inside.flatMap((other) => this.remove(other.id))];
  }

  names(): string[] {
    return [...this.objects.values()].map((object) => object.name).sort();
  }

  byName(name: string): CloudObject {
    const found = [...this.objects.values()].filter((object) => object.name === name);
    if (found.length !== 1) throw new Error(`${found.length} objects are called ${name}`);
    return found[0] as CloudObject;
  }

  /** The operations that had an effect since the start or the last call, `create a`. */
  done(): string[] {
    const entries = this.journal.splice(0).filter((entry) => entry.phase === "after" && entry.op !== "read");
    return entries.map((entry) => `${entry.op} ${entry.name}`);
  }

  /** Runs one operation with its hooks; `effect` changes the objects at once, without an await. */
  async operate<T>(entry: Omit<JournalEntry, "phase">, signal: AbortSignal | undefined, effect: () => T): Promise<T> {
    this.running++;
    this.maxRunning = Math.max(this.maxRunning, this.running);
    try {
      await this.#hook({ ...entry, phase: "before" }, signal);
      if (this.latency > 0) await new Promise((resolve) => setTimeout(resolve, this.latency));
      const result = effect();
      this.save();
      await this.#hook({ ...entry, phase: "after" }, signal);
      return result;
    } finally {
      this.running--;
    }
  }

  async #hook(entry: JournalEntry, signal: AbortSignal | undefined): Promise<void> {
    this.journal.push(entry);
    for (const hook of [...this.hooks]) await hook(entry, signal);
  }

  /** Fails, hangs or does whatever else on the next operation that matches; later ones go through. */
  once(
    op: CloudOperation,
    name: string,
    phase: Phase,
    act: (signal: AbortSignal | undefined) => Promise<void> | void,
  ): void {
    const hook: Hook = async (entry, signal) => {
      if (entry.op !== op || entry.name !== name || entry.phase !== phase) return;
      this.hooks.splice(this.hooks.indexOf(hook), 1);
      await act(signal);
    };
    this.hooks.push(hook);
  }
}
