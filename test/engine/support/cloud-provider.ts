import { structuralDiff } from "../../../engine/deploy/properties/structural-diff.js";
import {
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type DiffKind,
  type DiffRequest,
  type DiffResult,
  type InvokeResult,
  PartialFailure,
  type PropertyDiff,
  type Provider,
  type ProviderFactory,
  type ReadRequest,
  type ReadResult,
  type RecoverRequest,
  type UpdateRequest,
  type UpdateResult,
} from "../../../engine/provider.js";
import {
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  Secret,
  UNKNOWN,
  Unknown,
} from "../../../engine/values.js";
import type { CloudObject, FakeCloud } from "./cloud.js";

export interface CloudProviderOptions {
  package?: string;
  supportsPreview?: boolean;
  acceptsSecrets?: boolean;
  /** False for a provider that cannot look into interrupted creations. */
  recovers?: boolean;
  /** False for a provider that tells no inputs when it reads. */
  readsInputs?: boolean;
  /** Asks for a read before every update. */
  refreshBeforeUpdate?: boolean;
  /** Told of every configuration that a provider gets. */
  onConfigure?: (args: PropertyMap) => void;
}

/** A factory for the fake cloud's provider; all providers that it makes share the cloud. */
export function cloudProvider(cloud: FakeCloud, options: CloudProviderOptions = {}): ProviderFactory {
  return () => new CloudProvider(cloud, options);
}

/** Properties whose change means a new object. */
const REPLACES = ["zone", "link"];
const COMPUTED = ["address", "token", "generation"];

/**
 * Resource types:
 * - `Thing`: new objects can stand beside old ones;
 * - `Named`: its name is unique, so it asks for deletion before replacement;
 * - `Vague`: answers no diff, the engine has to compare;
 * - `Detailed`: tells each path that differs, and of which kind the difference is;
 * - `Calm`: never sees a difference.
 * Inputs: `name`, `labels`, `zone` and `link` (these two replace), `ready: false` (is made but does not work), `bad` (fails the check),
 * `refuse` (fails it as a whole, with that text), `undiffable` (fails the comparison, with that text), `inside` (goes with the object
 * that it names), and anything else, which is updated in place. An object that has become `ill` is read with that text as a failure.
 */
class CloudProvider implements Provider {
  readonly package: string;
  readonly supportsPreview: boolean;
  readonly acceptsSecrets: boolean;
  readonly recover?: Provider["recover"];

  constructor(
    private readonly cloud: FakeCloud,
    private readonly options: CloudProviderOptions,
  ) {
    this.package = options.package ?? "cloud";
    this.supportsPreview = options.supportsPreview ?? true;
    this.acceptsSecrets = options.acceptsSecrets ?? false;
    if (options.recovers !== false) this.recover = (request) => this.#recover(request);
  }

  async configure(args: PropertyMap): Promise<void> {
    this.options.onConfigure?.(args);
  }

  /** Another `region` means other objects; anything else is taken in place. */
  async diffConfig({ oldInputs, news }: { oldInputs: PropertyMap; news: PropertyMap }): Promise<DiffResult> {
    const diffs = changedKeys(oldInputs, news);
    const replaces = diffs.filter((key) => key === "region");
    return { changes: diffs.length > 0 ? "some" : "none", diffs, replaces };
  }

  async check({ news, olds }: CheckRequest): Promise<CheckResult> {
    const failures = [];
    if (news.bad !== undefined) failures.push({ property: "bad[0].port", reason: "must be between 1 and 65535" });
    if (typeof news.refuse === "string") failures.push({ property: "", reason: news.refuse });
    const inputs = { ...news };
    // A generated value, kept while the resource lives.
    if (inputs.seed === "generate") inputs.seed = olds?.seed ?? `seed-${Math.random()}`;
    return { inputs, failures };
  }

  async diff({ type, oldInputs, news }: DiffRequest): Promise<DiffResult> {
    if (typeof news.undiffable === "string") throw new Error(news.undiffable);
    if (type.endsWith(":Vague")) return { changes: "unknown" };
    if (type.endsWith(":Calm")) return { changes: "none" };
    if (type.endsWith(":Detailed")) return detailed(oldInputs, news);
    const diffs = changedKeys(oldInputs, news);
    const named = type.endsWith(":Named");
    const replaces = diffs.filter((key) => REPLACES.includes(key) || (named && key === "name"));
    return { changes: diffs.length > 0 ? "some" : "none", diffs, replaces, deleteBeforeReplace: named };
  }

  async create({ type, urn, inputs, preview, signal, timeout }: CreateRequest): Promise<CreateResult> {
    if (preview)
      return { id: "", outputs: { ...inputs, ...Object.fromEntries(COMPUTED.map((key) => [key, UNKNOWN])) } };
    const object = this.#object(type, urn, inputs);
    const made = await this.cloud.operate({ op: "create", name: object.name, id: "", timeout }, signal, () => {
      const taken = [...this.cloud.objects.values()].some((other) => other.name === object.name);
      if (taken && type.endsWith(":Named")) throw new Error(`the name ${object.name} is taken`);
      const { inside } = object.properties;
      if (typeof inside === "string" && !this.cloud.objects.has(inside))
        throw new Error(`there is no ${inside} to be in`);
      const created = { ...object, id: this.cloud.newId() };
      this.cloud.objects.set(created.id, created);
      return created;
    });
    return this.#result(made, inputs);
  }

  async update({ type, urn, id, news, preview, signal, oldOutputs, timeout }: UpdateRequest): Promise<UpdateResult> {
    if (preview) return { outputs: { ...oldOutputs, ...news, generation: UNKNOWN } };
    const next = this.#object(type, urn, news);
    const made = await this.cloud.operate({ op: "update", name: next.name, id, timeout }, signal, () => {
      const old = this.cloud.objects.get(id);
      if (old === undefined) throw new Error(`there is no ${id} to update`);
      const generation = Number(old.properties.generation ?? 1) + 1;
      const updated = { ...next, id, properties: { ...next.properties, generation } };
      this.cloud.objects.set(id, updated);
      return updated;
    });
    return this.#result(made, news);
  }

  async delete({ urn, id, oldInputs, signal, timeout }: DeleteRequest): Promise<void> {
    const name = nameOf(urn, oldInputs);
    await this.cloud.operate({ op: "delete", name, id, timeout }, signal, () => {
      const user = [...this.cloud.objects.values()].find((other) => other.properties.link === id);
      if (user !== undefined) throw new Error(`${name} is in use by ${user.name}`);
      this.cloud.remove(id);
    });
  }

  async read({ urn, id, inputs, signal }: ReadRequest): Promise<ReadResult> {
    const object = await this.cloud.operate({ op: "read", name: nameOf(urn, inputs), id }, signal, () =>
      this.cloud.objects.get(this.cloud.formerIds.get(id) ?? id),
    );
    if (object === undefined) return { id: "", outputs: {} };
    const { outputs } = this.#outputs(object);
    if (typeof object.properties.ill === "string")
      throw new PartialFailure(object.id, outputs, [object.properties.ill]);
    const { readsInputs = true, refreshBeforeUpdate } = this.options;
    if (!readsInputs) return { id: object.id, outputs, refreshBeforeUpdate };
    // Nothing is known of an object that is imported: all of it is told.
    const anew = Object.keys(inputs).length === 0;
    const known = Object.keys(anew ? object.properties : inputs).filter(
      (key) => key in object.properties && !COMPUTED.includes(key),
    );
    const live = Object.fromEntries(known.map((key) => [key, object.properties[key] as PropertyValue]));
    return { id: object.id, outputs, inputs: { ...inputs, ...live }, refreshBeforeUpdate };
  }

  async #recover({ inputs, type, known = [] }: RecoverRequest): Promise<ReadResult | undefined> {
    const labels = plain(inputs.labels ?? {});
    const ours = [...this.cloud.objects.values()].find(
      (object) =>
        object.type === type && !known.includes(object.id) && JSON.stringify(object.labels) === JSON.stringify(labels),
    );
    return ours && this.#outputs(ours);
  }

  async invoke(token: string, args: PropertyMap): Promise<InvokeResult> {
    if (token !== "cloud:index:lookup") throw new Error(`no function ${token}`);
    const found = [...this.cloud.objects.values()].find((object) => object.name === args.name);
    if (found === undefined)
      return { result: {}, failures: [{ property: "name", reason: `no object ${String(args.name)}` }] };
    return { result: { id: found.id, address: `addr-${found.id}` }, failures: [] };
  }

  #object(type: string, urn: string, inputs: PropertyMap): CloudObject {
    const properties = plain(inputs) as Record<string, unknown>;
    const labels = (properties.labels ?? {}) as Record<string, string>;
    return { id: "", type, name: nameOf(urn, inputs), properties, labels, ready: properties.ready !== false };
  }

  #outputs(object: CloudObject): CreateResult {
    const { generation = 1, ...rest } = object.properties;
    const outputs = { ...(rest as PropertyMap), address: `addr-${object.id}`, token: `token-${object.id}` };
    return { id: object.id, outputs: { ...outputs, generation: generation as number } };
  }

  #result(object: CloudObject, inputs: PropertyMap): CreateResult {
    const { id, outputs } = this.#outputs(object);
    const given = this.acceptsSecrets ? { ...outputs, ...inputs } : outputs;
    if (!object.ready) throw new PartialFailure(id, given, [`${object.name} is not ready`]);
    return { id, outputs: given, refreshBeforeUpdate: this.options.refreshBeforeUpdate };
  }
}

function nameOf(urn: string, inputs: PropertyMap): string {
  return typeof inputs.name === "string" ? inputs.name : urn.split("::").slice(3).join("::");
}

function changedKeys(olds: PropertyMap, news: PropertyMap): string[] {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
  return keys.filter((key) => key !== "name" || news.name !== undefined).filter((key) => !same(olds[key], news[key]));
}

function same(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  if (hasUnknown(left) || hasUnknown(right)) return false;
  return JSON.stringify(plain(left ?? null)) === JSON.stringify(plain(right ?? null));
}

/** Every path that differs; those below `zone` and `link` replace. */
function detailed(olds: PropertyMap, news: PropertyMap): DiffResult {
  const { diffs, detailedDiff } = structuralDiff(olds, news);
  const entries = Object.entries(detailedDiff).map(([path, entry]): [string, PropertyDiff] => {
    const replaces = REPLACES.includes(path.split(/[.[]/)[0] ?? "") && !entry.kind.endsWith("-replace");
    return [path, replaces ? { ...entry, kind: `${entry.kind}-replace` as DiffKind } : entry];
  });
  return {
    changes: diffs.length > 0 ? "some" : "none",
    diffs,
    replaces: diffs.filter((key) => REPLACES.includes(key)),
    detailedDiff: Object.fromEntries(entries),
  };
}

function hasUnknown(value: PropertyValue | undefined): boolean {
  if (value instanceof Unknown) return true;
  if (value instanceof Secret) return hasUnknown(value.value);
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isPropertyMap(value) && Object.values(value).some(hasUnknown);
}

/** Plain JSON with sorted keys; a cloud gets secrets in clear. */
function plain(value: PropertyValue): unknown {
  if (value instanceof Secret) return plain(value.value);
  if (Array.isArray(value)) return value.map(plain);
  if (!isPropertyMap(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, plain(value[key] as PropertyValue)]));
}
