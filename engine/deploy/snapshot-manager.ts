import type { PendingOperation, ResourceState, Snapshot } from "../state/types.js";

/**
 * The state as it changes during a run: what the run has made, followed by what it has not come to yet, and what is in flight.
 *
 * Writes are grouped: whoever commits waits for a write that began after its change, and all who wait share one. So the file
 * on disk always names what is pending before a provider is called, at the cost of one write for many concurrent steps.
 */
export class SnapshotManager {
  readonly #olds: ResourceState[];
  readonly #superseded = new Set<ResourceState>();
  readonly #substitutes = new Map<ResourceState, ResourceState>();
  readonly #news: ResourceState[] = [];
  readonly #newIndex = new Map<ResourceState, number>();
  readonly #pending = new Set<PendingOperation>();
  #waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  #writing: Promise<void> | undefined;
  #dirty = false;

  constructor(
    private readonly base: Snapshot,
    /** Undefined in previews: nothing is written. */
    private readonly write: ((snapshot: Snapshot) => Promise<void>) | undefined,
  ) {
    this.#olds = [...base.resources];
    for (const operation of base.pendingOperations) this.#pending.add(operation);
  }

  /** Puts an operation into the checkpoint, durably, before its provider is called. */
  async begin(operation: PendingOperation): Promise<void> {
    this.#pending.add(operation);
    this.#dirty = true;
    await this.commit();
  }

  /** Takes an operation out again; written with the next commit. */
  end(operation: PendingOperation): void {
    if (this.#pending.delete(operation)) this.#dirty = true;
  }

  /** Adds what the run made. `old` is superseded by it. */
  add(state: ResourceState, old?: ResourceState, changed = true): void {
    this.#newIndex.set(state, this.#news.length);
    this.#news.push(state);
    if (old !== undefined) this.#superseded.add(old);
    if (changed) this.#dirty = true;
  }

  /** Replaces a state of this run by a later one (component outputs). */
  amend(state: ResourceState, next: ResourceState, changed = true): void {
    const index = this.#newIndex.get(state);
    if (index === undefined) throw new Error(`${state.urn} is not part of this run`);
    this.#news[index] = next;
    this.#newIndex.delete(state);
    this.#newIndex.set(next, index);
    if (changed) this.#dirty = true;
  }

  /** The old state stays, but changed: it waits for its deletion, or for its replacement. */
  substitute(old: ResourceState, next: ResourceState): void {
    this.#substitutes.set(old, next);
    this.#dirty = true;
  }

  /** What an old state has become by {@link substitute}. */
  currentOf(old: ResourceState): ResourceState {
    return this.#substitutes.get(old) ?? old;
  }

  /** The old resource is gone. */
  remove(old: ResourceState): void {
    this.#superseded.add(old);
    this.#dirty = true;
  }

  /** Old states that nothing has superseded yet, as they were at the start of the run. */
  remaining(): ResourceState[] {
    return this.#olds.filter((old) => !this.#superseded.has(old));
  }

  /** Resolves once a write that has all changes so far is on disk. */
  commit(): Promise<void> {
    if (this.write === undefined || !this.#dirty) return this.#writing ?? Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#writing ??= this.#pump();
    });
  }

  async #pump(): Promise<void> {
    // Let the changes of this turn of the event loop gather before the first write.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      this.#dirty = false;
      try {
        await this.write?.(this.snapshot());
        for (const waiter of group) waiter.resolve();
      } catch (error) {
        this.#dirty = true;
        for (const waiter of group) waiter.reject(error);
      }
    }
    this.#writing = undefined;
  }

  snapshot(): Snapshot {
    const olds: ResourceState[] = [];
    for (const old of this.#olds) if (!this.#superseded.has(old)) olds.push(this.currentOf(old));
    return { ...this.base, resources: [...this.#news, ...olds], pendingOperations: [...this.#pending] };
  }
}
