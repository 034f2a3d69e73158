import { isProviderType } from "../../../engine/deploy/goals/urn.js";
import { type ResourceState, type Snapshot, verifySnapshot } from "../../../engine/index.js";
import { isProtected } from "./expected.js";
import type { Machine, Ran } from "./machine.js";
import { INJECTED, SECRET_MARK } from "./marks.js";
import { type Declared, foreignId, isObject, type Program, typeOf } from "./program.js";

/** What a run is told that was asked to leave something alone that it cannot do without. */
const NARROW = [
  "depends on what does not exist yet",
  "is not part of this operation",
  "resources that are no targets would be deleted",
  "names is not in the stack",
  "is in use by",
  "registers it after a resource that is not",
];

/** A rule was broken: the message says which. */
export class Broken extends Error {}

/** What is known of a stack beside its state: what its cloud may have or lack for good reasons. */
export class Watch {
  /** By object: whether the last checkpoint that had it said to retain it. */
  readonly #retained = new Map<string, boolean>();
  /** Objects that are not the stack's, as far as it has not imported them. */
  readonly #foreign = new Set<string>();
  /** Objects that went away behind the engine's back. */
  readonly vanished = new Set<string>();
  /** The cloud is not as the state says, for a reason that only a refresh finds out. */
  drifted = false;
  #lied = false;

  constructor(private readonly machine: Machine) {
    machine.disk.onWrite = (text) => this.#written(text);
  }

  /** True for an object that was left in place because the program said so. */
  isUnmanaged = (id: string): boolean => this.#foreign.has(id) || this.#retained.get(id) === true;

  /** Somebody else makes what the program reads or imports. What was imported and deleted is not imported once more. */
  plant(program: Program): Program {
    for (const item of program.resources) {
      const id = foreignId(item.key);
      if (!(item.found || item.imports) || this.#retained.has(id) || this.#foreign.has(id)) continue;
      const properties = { name: id, size: item.size, zone: item.zone };
      this.machine.cloud.plant({ id, type: typeOf(item), name: id, properties, labels: {}, ready: true });
      this.#foreign.add(id);
    }
    const gone = (item: Declared) => item.imports && !this.machine.cloud.objects.has(foreignId(item.key));
    return {
      ...program,
      resources: program.resources.map((item) => (gone(item) ? { ...item, imports: false } : item)),
    };
  }

  /** Each checkpoint is what a killed run may leave behind. The raw fields are the decoded ones, as far as the rules go. */
  #written(text: string): void {
    const latest = JSON.parse(text).checkpoint.latest;
    const resources = (latest.resources ?? []).map((raw: ResourceState) => ({
      ...raw,
      dependencies: raw.dependencies ?? [],
      propertyDependencies: raw.propertyDependencies ?? {},
    }));
    rule(verifySnapshot({ resources, pendingOperations: [] }), "a checkpoint breaks the rules");
    for (const { id, retainOnDelete, external } of resources) {
      // What the program had and now only reads is nobody's of ours any more.
      if (id && external) this.#foreign.add(id);
      if (!id || external) continue;
      this.#retained.set(id, retainOnDelete === true);
      this.#foreign.delete(id);
    }
  }

  async state(): Promise<Snapshot> {
    const { text } = this.machine.disk;
    return text === undefined ? { resources: [], pendingOperations: [] } : this.machine.workshop.decode(text);
  }

  /** Ids of protected objects that a run of the program must leave alone. */
  async guarded(program: Program | undefined): Promise<Set<string>> {
    const { resources } = await this.state();
    const dropped = new Set(
      program?.resources.filter((item) => isObject(item) && !isProtected(program, item)).map((item) => item.key),
    );
    return new Set(
      resources
        .filter((item) => item.protect && item.id && !item.delete && !item.pendingReplacement)
        .filter((item) => !dropped.has(String(item.inputs.name)) && this.machine.cloud.objects.has(item.id as string))
        .map((item) => item.id as string),
    );
  }

  /** What must be so after every run, however it ended. */
  async check(ran: Ran, guarded: Set<string>, narrow: boolean): Promise<void> {
    const { disk, cloud } = this.machine;
    if (ran.lied) this.drifted = true;
    // An update that is denied may have put a secret there, and nobody knows of it that it is one.
    this.#lied ||= ran.lied;
    const shown = this.#lied ? [] : [...disk.written, JSON.stringify(ran.events)];
    if (shown.some((text) => text.includes(SECRET_MARK))) throw new Broken("a secret was written or told in clear");
    rule(this.#strangeErrors(ran, narrow), "errors that nobody caused");

    const snapshot = await this.state();
    rule(verifySnapshot(snapshot), "the state breaks the rules");
    const kept = snapshot.resources.filter(
      (item) => item.custom && !item.external && !item.pendingReplacement && !isProviderType(item.type),
    );
    const managed = new Set(kept.map((item) => item.id));
    const pending = snapshot.pendingOperations.map(({ resource }) => resource);
    const orphans = [...cloud.objects.values()].filter(
      ({ id, name }) =>
        !managed.has(id) &&
        !this.isUnmanaged(id) &&
        !pending.some((resource) => resource.id === id || (!resource.id && resource.inputs.name === name)),
    );
    rule(
      orphans.map(({ id, name }) => `${name} (${id})`),
      "live objects that neither the state nor a pending operation has",
    );
    const missing = kept.filter(
      ({ id, urn }) =>
        !cloud.objects.has(id ?? "") &&
        !this.vanished.has(id ?? "") &&
        !this.drifted &&
        !pending.some((resource) => resource.urn === urn),
    );
    // Whoever replaces a container alone loses what goes with it, protected or not, and finds out by a refresh: as with Pulumi.
    const lost = kept.filter((item) => narrow && item.deletedWith !== undefined && !cloud.objects.has(item.id ?? ""));
    for (const { id } of lost) this.vanished.add(id as string);
    if (lost.length > 0) this.drifted = true;
    rule(
      missing.filter((item) => !lost.includes(item)).map(({ id, urn }) => `${urn} (${id})`),
      "resources in the state that are not there",
    );
    rule(
      [...guarded].filter((id) => !cloud.objects.has(id) && !this.vanished.has(id)),
      "protected objects that are gone",
    );
  }

  #strangeErrors({ result, refused }: Ran, narrow: boolean): string[] {
    const errors = [...(result?.errors ?? []), ...(refused ? [refused.message] : [])];
    const causes = [
      INJECTED,
      "the program exited with code 7",
      "protected resources would be",
      "no state: it was never brought up",
    ];
    if (this.drifted) causes.push("there is no obj-", "there is no ext-", "there is no cloud:index:");
    if (errors.some((message) => message.includes(INJECTED))) causes.push("provider of cloud could not be set up");
    causes.push("was previously imported and still has the `import` option");
    if (narrow) causes.push(...NARROW);
    return errors.filter((message) => !causes.some((cause) => message.includes(cause)));
  }
}

export function rule(faults: string[], what: string): void {
  if (faults.length > 0) throw new Broken(`${what}:\n    ${faults.join("\n    ")}`);
}
