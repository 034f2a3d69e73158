import { EngineError } from "../../errors.js";
import type { CheckResult, DiffResult, Provider } from "../../provider.js";
import { UNKNOWN_STRING } from "../../signatures.js";
import type { ResourceState } from "../../state/types.js";
import type { PropertyMap } from "../../values.js";
import { parseUrn, splitProviderRef } from "../goals/urn.js";
import { keepMapCiphertexts, markSecretsLike, sameValue, unwrapMap } from "../properties/property-tools.js";
import { structuralDiff } from "../properties/structural-diff.js";
import { BoundProvider } from "./bound-provider.js";
import type { ProviderLoader } from "./provider-loader.js";

/** Reference of a provider whose id is not known before it is created. */
export function providerRef(urn: string, id: string | undefined): string {
  return `${urn}::${id || UNKNOWN_STRING}`;
}

/** The providers of a run, by reference. Provider resources are registered like others; this makes them live. */
export class ProviderRegistry {
  readonly #live = new Map<string, Promise<BoundProvider>>();
  /** Checked but not configured yet, by URN. */
  readonly #unbound = new Map<string, Promise<Provider>>();
  /** All that were made, to be ended with the run. */
  readonly #made = new Set<Provider>();

  constructor(
    private readonly loader: ProviderLoader,
    /** Provider resources of the old state, by reference, for what must be deleted or read before the program names them. */
    private readonly olds: Map<string, ResourceState>,
  ) {}

  async #make(urn: string, type: string, inputs: PropertyMap): Promise<Provider> {
    const provider = await this.loader.load(urn, type, inputs);
    this.#made.add(provider);
    return provider;
  }

  /** Checks the configuration of a provider resource. The provider itself is made here but not configured. */
  async check(urn: string, type: string, olds: PropertyMap | undefined, news: PropertyMap): Promise<CheckResult> {
    const provider = await this.#unboundFor(urn, type, news);
    const hidden = withoutInternal(news);
    const answer = await provider.checkConfig?.({
      urn,
      olds: unwrapMap(withoutInternal(olds ?? {})),
      news: unwrapMap(hidden),
    });
    const result = answer ?? { inputs: hidden, failures: [] };
    // What was secret stays so.
    const inputs = keepMapCiphertexts(markSecretsLike(news, result.inputs), news);
    if (news.version !== undefined) {
      if (inputs.version !== undefined && !sameValue(inputs.version, news.version))
        throw new Error(`the provider changed its version from ${news.version} to ${String(inputs.version)}`);
      inputs.version = news.version;
    }
    delete inputs.__internal;
    if (news.__internal !== undefined) inputs.__internal = news.__internal;
    return { inputs, failures: result.failures };
  }

  /** Whether the new configuration means another provider: replacement of all that it made. */
  async diff(
    urn: string,
    type: string,
    old: Pick<ResourceState, "inputs" | "outputs">,
    news: PropertyMap,
  ): Promise<DiffResult> {
    const provider = await (this.#unbound.get(urn) ?? this.#liveOf(urn) ?? this.#unboundFor(urn, type, news));
    const hide = (inputs: PropertyMap) => {
      const { "__pulumi-go-provider-version": _, ...rest } = withoutInternal(inputs);
      return rest;
    };
    const answer = await provider.diffConfig?.({
      urn,
      oldInputs: unwrapMap(hide(old.inputs)),
      oldOutputs: unwrapMap(hide(old.outputs)),
      news: unwrapMap(hide(news)),
    });
    if (answer !== undefined && answer.changes !== "unknown") return answer;
    const { diffs, detailedDiff } = structuralDiff(hide(old.inputs), hide(news));
    return { ...answer, changes: diffs.length > 0 ? "some" : "none", diffs, detailedDiff };
  }

  #unboundFor(urn: string, type: string, inputs: PropertyMap): Promise<Provider> {
    const made = this.#unbound.get(urn) ?? this.#make(urn, type, inputs);
    made.catch(() => this.#unbound.delete(urn));
    this.#unbound.set(urn, made);
    return made;
  }

  #liveOf(urn: string): Promise<Provider> | undefined {
    for (const [ref, bound] of this.#live)
      if (splitProviderRef(ref).urn === urn) return bound.then(({ provider }) => provider);
    return undefined;
  }

  /** Makes a provider resource live under its reference. */
  async configure(urn: string, type: string, id: string | undefined, inputs: PropertyMap): Promise<void> {
    const unbound = this.#unboundFor(urn, type, inputs);
    this.#unbound.delete(urn);
    const bound = this.#bind(unbound, urn, type, id, inputs);
    this.#live.set(providerRef(urn, id), bound);
    await bound;
  }

  /** True if this run has started it. */
  isLive(ref: string): boolean {
    return this.#live.has(ref);
  }

  async #bind(
    provider: Promise<Provider>,
    urn: string,
    type: string,
    id: string | undefined,
    inputs: PropertyMap,
  ): Promise<BoundProvider> {
    return BoundProvider.bind(await provider, {
      urn,
      type,
      name: parseUrn(urn).name,
      id,
      inputs: withoutInternal(inputs),
    });
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
    const made = this.#bind(this.#make(urn, old.type, old.inputs), urn, old.type, old.id, old.inputs);
    this.#live.set(ref, made);
    return made;
  }

  /** True if any live provider only simulates. */
  async simulated(): Promise<boolean> {
    const all = await Promise.allSettled(this.#live.values());
    return all.some((result) => result.status === "fulfilled" && result.value.provider.simulated === true);
  }

  /** Told once the program has registered its root stack. */
  set rootUrn(urn: string) {
    this.loader.rootUrn = urn;
  }

  /** Never rejects: what cannot be cancelled is given up after a while. */
  async cancel(): Promise<void> {
    void this.loader.cancel();
    await this.#each((provider) => provider.cancel?.());
  }

  async close(): Promise<void> {
    await this.#each((provider) => provider.close?.());
    await this.loader.close();
  }

  async #each(act: (provider: Provider) => Promise<void> | undefined): Promise<void> {
    await Promise.allSettled([...this.#made].map(async (provider) => act(provider)));
  }
}

/** Without what is the engine's and no provider's. */
function withoutInternal(inputs: PropertyMap): PropertyMap {
  const { __internal: _, ...rest } = inputs;
  return rest;
}
