import { EngineError } from "../errors.js";
import type { CheckResult, DiffResult, Provider, ProviderFactory } from "../provider.js";
import { UNKNOWN_STRING } from "../signatures.js";
import type { ResourceState } from "../state/types.js";
import type { PropertyMap } from "../values.js";
import { BoundProvider } from "./bound-provider.js";
import { keepMapCiphertexts, markSecretsLike, unwrapMap } from "./property-tools.js";
import { structuralDiff } from "./structural-diff.js";
import { packageOf, splitProviderRef } from "./urn.js";

/** Reference of a provider whose id is not known before it is created. */
export function providerRef(urn: string, id: string | undefined): string {
  return `${urn}::${id || UNKNOWN_STRING}`;
}

/** The providers of a run, by reference. Provider resources are registered like others; this makes them live. */
export class ProviderRegistry {
  readonly #live = new Map<string, Promise<BoundProvider>>();
  readonly #unbound = new Map<string, Provider>();

  constructor(
    private readonly factories: Record<string, ProviderFactory>,
    /** Provider resources of the old state, by reference, for what must be deleted or read before the program names them. */
    private readonly olds: Map<string, ResourceState>,
  ) {}

  #make(pkg: string, urn: string): Provider {
    const factory = this.factories[pkg];
    if (factory !== undefined) return factory();
    const known = Object.keys(this.factories).sort().join(", ");
    throw new EngineError(
      `${urn}: the hermetic engine has no provider for package "${pkg}" (it has ${known})`,
      "use the real engine for this stack (`pulumi up`), or remove the resource",
    );
  }

  /** Checks the configuration of a provider resource. The provider itself is made here but not configured. */
  async check(urn: string, type: string, olds: PropertyMap | undefined, news: PropertyMap): Promise<CheckResult> {
    const provider = this.#unboundFor(urn, type);
    // The engine's own part of the inputs comes with a version, as the real engine has it.
    const own = news.__internal ?? (news.version === undefined ? undefined : {});
    const internal: PropertyMap = own === undefined ? {} : { __internal: own };
    const result = await provider.checkConfig?.({ urn, olds: unwrapMap(olds ?? {}), news: unwrapMap(news) });
    if (result === undefined) return { inputs: { ...news, ...internal }, failures: [] };
    // The version is the engine's to decide on; what was secret stays so.
    const kept = Object.fromEntries(Object.entries(news).filter(([key]) => key === "version"));
    const inputs = keepMapCiphertexts(markSecretsLike(news, result.inputs), news);
    return { inputs: { ...inputs, ...kept, ...internal }, failures: result.failures };
  }

  /** Whether the new configuration means another provider: replacement of all that it made. */
  async diff(urn: string, type: string, oldInputs: PropertyMap, news: PropertyMap): Promise<DiffResult> {
    const provider = this.#unboundFor(urn, type);
    const hide = (inputs: PropertyMap) =>
      Object.fromEntries(
        Object.entries(inputs).filter(([key]) => key !== "__internal" && key !== "__pulumi-go-provider-version"),
      );
    const answer = await provider.diffConfig?.({
      urn,
      oldInputs: unwrapMap(hide(oldInputs)),
      news: unwrapMap(hide(news)),
    });
    if (answer !== undefined && answer.changes !== "unknown") return answer;
    const { diffs, detailedDiff } = structuralDiff(hide(oldInputs), hide(news));
    return { changes: diffs.length > 0 ? "some" : "none", diffs, detailedDiff };
  }

  #unboundFor(urn: string, type: string): Provider {
    const made = this.#unbound.get(urn) ?? this.#make(packageOf(type), urn);
    this.#unbound.set(urn, made);
    return made;
  }

  /** Makes a provider resource live under its reference. */
  async configure(urn: string, type: string, id: string | undefined, inputs: PropertyMap): Promise<void> {
    const provider = this.#unboundFor(urn, type);
    this.#unbound.delete(urn);
    const bound = BoundProvider.bind(provider, inputs);
    this.#live.set(providerRef(urn, id), bound);
    await bound;
  }

  /** True if this run has started it. */
  isLive(ref: string): boolean {
    return this.#live.has(ref);
  }

  /** True if {@link get} can find it. */
  has(ref: string): boolean {
    return this.#live.has(ref) || this.olds.has(ref);
  }

  /** The live provider behind a reference; one that only the old state knows is configured from there. */
  get(ref: string): Promise<BoundProvider> {
    const live = this.#live.get(ref);
    if (live !== undefined) return live;
    const { urn } = splitProviderRef(ref);
    const old = this.olds.get(ref);
    if (old === undefined)
      throw new EngineError(
        `no provider ${ref} in state or program`,
        "restore the state from a backup, or remove the resource from it",
      );
    const made = BoundProvider.bind(this.#make(packageOf(old.type), urn), old.inputs);
    this.#live.set(ref, made);
    return made;
  }

  /** True if any live provider only simulates. */
  async simulated(): Promise<boolean> {
    const all = await Promise.allSettled(this.#live.values());
    return all.some((result) => result.status === "fulfilled" && result.value.provider.simulated === true);
  }

  /** Never rejects: what cannot be cancelled is given up after a while. */
  async cancel(): Promise<void> {
    await this.#each((provider) => provider.cancel?.());
  }

  async close(): Promise<void> {
    await this.#each((provider) => provider.close?.());
  }

  async #each(act: (provider: Provider) => Promise<void> | undefined): Promise<void> {
    const bound = await Promise.allSettled(this.#live.values());
    const live = bound.flatMap((result) => (result.status === "fulfilled" ? [result.value.provider] : []));
    await Promise.allSettled([...live, ...this.#unbound.values()].map(async (provider) => act(provider)));
  }
}
