import type { PendingOperation, ResourceState, Snapshot } from "../../state/types.js";
import { Renames } from "./renames.js";

interface Waiter {
  /** The change that must be on disk. */
  revision: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * The state as it changes during a run: what the run has made, followed by what it has not come to yet, and what is in flight.
 *
 * Writes are grouped: whoever commits waits for a write that began after its change, and all who wait share one. So the file
 * on disk always names what is pending before a provider is called, at the cost of one write for many concurrent steps.
 *
 * A write may begin at any `await` of anybody: what belongs together must be changed in one go, without an await between.
 */
export class SnapshotManager {
  readonly #olds: ResourceState[];
  readonly #superseded = new Set<ResourceState>();
  readonly #substitutes = new Map<ResourceState, ResourceState>();
  readonly #news: ResourceState[] = [];
  readonly #newIndex = new Map<ResourceState, number>();
  /** Those of them that are as they were, and may refer to URNs that have changed. */
  readonly #kept = new Set<ResourceState>();
  readonly #pending = new Set<PendingOperation>();
  /** Deletions that are done as soon as that of another resource is, by the URN of that one. */
  readonly #goingWith = new Map<string, PendingOperation[]>();
  readonly #renames = new Renames();
  /** Counts changes. */
  #revision = 0;
  /** The last change that is on disk. */
  #durable = 0;
  /** There are changes that are not worth a write of their own: positions in the source. */
  #elided = false;
  #waiting: Waiter[] = [];
  #writing: Promise<void> | undefined;

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
    this.#revision++;
    await this.commit();
  }

  /** Takes an operation out again; written with the next commit. */
  end(operation: PendingOperation): void {
    if (this.#pending.delete(operation)) this.#revision++;
  }

  /** Forgets creations of earlier runs that nobody could look into, now that the resource has been made after all. */
  endAbandoned(urn: string): void {
    for (const operation of this.base.pendingOperations) if (operation.resource.urn === urn) this.end(operation);
  }

  /** Adds what the run made. `old` is superseded by it; it may be of this run itself: imported, and then updated. */
  add(state: ResourceState, old?: ResourceState, changed = true): void {
    if (old !== undefined && this.#newIndex.has(old)) {
      this.amend(old, state, changed);
      return;
    }
    this.#newIndex.set(state, this.#news.length);
    this.#news.push(state);
    if (old !== undefined) {
      this.#superseded.add(old);
      this.#renames.add(old.urn, state.urn);
    }
    this.#mark(changed);
  }

  /** An old resource takes its place among what the run made, as it is. */
  keep(old: ResourceState): void {
    if (this.#newIndex.has(old)) return;
    this.#kept.add(old);
    this.add(old, old, false);
  }

  /** Replaces a state of this run by a later one (component outputs). */
  amend(state: ResourceState, next: ResourceState, changed = true): void {
    const index = this.#newIndex.get(state);
    if (index === undefined) throw new Error(`${state.urn} is not part of this run`);
    this.#news[index] = next;
    this.#newIndex.delete(state);
    this.#newIndex.set(next, index);
    if (this.#kept.delete(state)) this.#kept.add(next);
    this.#mark(changed);
  }

  /** Takes out again what this run has put in. */
  withdraw(state: ResourceState): void {
    const index = this.#newIndex.get(state);
    if (index === undefined) throw new Error(`${state.urn} is not part of this run`);
    this.#news.splice(index, 1);
    this.#newIndex.clear();
    for (const [at, item] of this.#news.entries()) this.#newIndex.set(item, at);
    this.#revision++;
  }

  /** The old state stays, but changed: it waits for its deletion, or for its replacement. */
  substitute(old: ResourceState, next: ResourceState): void {
    this.#substitutes.set(old, next);
    this.#revision++;
  }

  /** What an old state has become by {@link substitute}. */
  currentOf(old: ResourceState): ResourceState {
    return this.#substitutes.get(old) ?? old;
  }

  /** The old resource is gone. */
  remove(old: ResourceState): void {
    this.#superseded.add(old);
    this.#revision++;
  }

  /**
   * The resource is taken out of the state while its object is still there: it goes together with the one that it names in
   * `deletedWith`. Until that is {@link gone} its deletion is pending.
   */
  goesWith(old: ResourceState): void {
    const operation: PendingOperation = { type: "deleting", resource: old };
    const other = old.deletedWith ?? "";
    this.#goingWith.set(other, [...(this.#goingWith.get(other) ?? []), operation]);
    this.#pending.add(operation);
    this.#revision++;
  }

  /** The object of an old resource is gone, and with it what went with it, unless another object of that URN is left. */
  gone(urn: string): void {
    if (
      this.#olds.some((old) => old.urn === urn && !this.#superseded.has(old) && !this.currentOf(old).pendingReplacement)
    )
      return;
    const operations = this.#goingWith.get(urn) ?? [];
    this.#goingWith.delete(urn);
    for (const operation of operations) {
      this.end(operation);
      this.gone(operation.resource.urn);
    }
  }

  /** Old states that nothing has superseded yet, as they were at the start of the run. */
  remaining(): ResourceState[] {
    return this.#olds.filter((old) => !this.#superseded.has(old));
  }

  /** Resolves once all changes so far are on disk; rejects if the write that should have brought them there failed. */
  commit(): Promise<void> {
    if (this.write === undefined || this.#durable >= this.#revision) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ revision: this.#revision, resolve, reject });
      this.#writing ??= this.#pump(this.write as NonNullable<typeof this.write>);
    });
  }

  /** {@link commit} for the end of a run: takes along what was not worth a write of its own. */
  flush(): Promise<void> {
    if (this.#elided) this.#revision++;
    this.#elided = false;
    return this.commit();
  }

  #mark(changed: boolean): void {
    if (changed) this.#revision++;
    else this.#elided = true;
  }

  async #pump(write: (snapshot: Snapshot) => Promise<void>): Promise<void> {
    // Let the changes of this turn of the event loop gather before the first write.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const revision = this.#revision;
      let settle = (waiter: Waiter) => waiter.resolve();
      try {
        await write(this.snapshot());
        this.#durable = revision;
      } catch (error) {
        settle = (waiter) => waiter.reject(error);
      }
      const covered = this.#waiting.filter((waiter) => waiter.revision <= revision);
      this.#waiting = this.#waiting.filter((waiter) => waiter.revision > revision);
      covered.forEach(settle);
    }
    this.#writing = undefined;
  }

  #currentNew(state: ResourceState): ResourceState {
    return this.#kept.has(state) || state.aliases !== undefined ? this.#renames.apply(state) : state;
  }

  snapshot(): Snapshot {
    const olds: ResourceState[] = [];
    for (const old of this.#olds) if (!this.#superseded.has(old)) olds.push(this.#renames.apply(this.currentOf(old)));
    const asTheyAre = this.#kept.size === 0 && !this.#renames.any;
    const news = asTheyAre ? this.#news : this.#news.map((state) => this.#currentNew(state));
    return { ...this.base, resources: [...news, ...olds], pendingOperations: [...this.#pending] };
  }
}
