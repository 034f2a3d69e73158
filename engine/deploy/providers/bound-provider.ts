import type {
  CallRequest,
  CallResult,
  CheckFailure,
  CheckResult,
  ConstructRequest,
  ConstructResult,
  CreateResult,
  DiffResult,
  InvokeResult,
  Provider,
  ProviderResource,
  ReadRequest,
  ReadResult,
  ResourceCall,
  UpdateResult,
} from "../../provider.js";
import { PartialFailure } from "../../provider.js";
import {
  containsSecret,
  containsUnknown,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
  UNKNOWN,
} from "../../values.js";
import { collapseMap } from "../../wire.js";
import { keepMapCiphertexts, markSecretsLike, unwrapMap } from "../properties/property-tools.js";

/** Keys of a provider resource's inputs that are the engine's, not the provider's. */
const ENGINE_KEYS = new Set(["version", "pluginDownloadURL", "__pulumi-go-provider-version"]);

/**
 * A configured provider as the engine calls it: secrets are taken off for providers that do not know them and put back on what
 * they return, and a provider whose configuration is not known yet (previews) answers nothing rather than something wrong.
 */
export class BoundProvider {
  private constructor(
    readonly provider: Provider,
    /** False while an input of its configuration is unknown. */
    readonly configured: boolean,
  ) {}

  static async bind(provider: Provider, resource: ProviderResource): Promise<BoundProvider> {
    const { inputs } = resource;
    if (containsUnknown(inputs)) return new BoundProvider(provider, false);
    const args = Object.fromEntries(Object.entries(inputs).filter(([key]) => !ENGINE_KEYS.has(key)));
    await provider.configure(provider.acceptsSecrets ? args : unwrapMap(args), resource);
    return new BoundProvider(provider, true);
  }

  get package(): string {
    return this.provider.package;
  }

  #send(map: PropertyMap): PropertyMap {
    const known = this.provider.acceptsResources ? map : (withIds(map) as PropertyMap);
    return this.provider.acceptsSecrets ? known : unwrapMap(known);
  }

  #receive(outputs: PropertyMap, inputs: PropertyMap, old: PropertyMap = {}): PropertyMap {
    const marked = this.provider.acceptsSecrets ? outputs : markSecretsLike(inputs, outputs);
    return keepMapCiphertexts(dropUndefined(marked), old);
  }

  /** What was read is secret where the inputs or the outputs that are known are. */
  #receiveRead(outputs: PropertyMap, inputs: PropertyMap, old: PropertyMap): PropertyMap {
    const marked = this.#receive(outputs, inputs);
    return keepMapCiphertexts(this.provider.acceptsSecrets ? marked : markSecretsLike(old, marked), old);
  }

  async check(
    call: ResourceCall,
    olds: PropertyMap | undefined,
    news: PropertyMap,
    randomSeed: Uint8Array,
  ): Promise<CheckResult> {
    if (!this.configured) return { inputs: news, failures: [] };
    const sent = this.#send(news);
    const result = await this.provider.check({ ...call, olds: olds && this.#send(olds), news: sent, randomSeed });
    return { inputs: this.#receive(result.inputs, news, olds), failures: result.failures };
  }

  async diff(
    call: ResourceCall,
    old: { id: string; inputs: PropertyMap; outputs: PropertyMap },
    news: PropertyMap,
    ignoreChanges: string[],
  ): Promise<DiffResult> {
    if (!this.configured) return { changes: "some" };
    return this.provider.diff({
      ...call,
      id: old.id,
      oldInputs: this.#send(old.inputs),
      oldOutputs: this.#send(old.outputs),
      news: this.#send(news),
      ignoreChanges,
    });
  }

  async create(
    call: ResourceCall,
    inputs: PropertyMap,
    timeout: number | undefined,
    preview: boolean,
  ): Promise<CreateResult> {
    if (preview && (!this.provider.supportsPreview || !this.configured))
      return { id: "", outputs: this.configured ? inputs : {} };
    return this.#outcome(inputs, {}, () =>
      this.provider.create({ ...call, inputs: this.#send(inputs), timeout, preview }),
    );
  }

  async update(
    call: ResourceCall,
    old: { id: string; inputs: PropertyMap; outputs: PropertyMap },
    news: PropertyMap,
    ignoreChanges: string[],
    timeout: number | undefined,
    preview: boolean,
  ): Promise<UpdateResult> {
    if (preview && (!this.provider.supportsPreview || !this.configured))
      return { outputs: this.configured ? news : {} };
    return this.#outcome(news, old.outputs, () =>
      this.provider.update({
        ...call,
        id: old.id,
        oldInputs: this.#send(old.inputs),
        oldOutputs: this.#send(old.outputs),
        news: this.#send(news),
        ignoreChanges,
        timeout,
        preview,
      }),
    );
  }

  async #outcome<R extends { outputs: PropertyMap }>(
    inputs: PropertyMap,
    olds: PropertyMap,
    act: () => Promise<R>,
  ): Promise<R> {
    try {
      const result = await act();
      return { ...result, outputs: this.#receive(result.outputs, inputs, olds) };
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      throw new PartialFailure(error.id, this.#receive(error.outputs, inputs, olds), error.reasons);
    }
  }

  /** Throws PartialFailure if the object is there but not right. */
  async read(
    call: ResourceCall,
    id: string,
    inputs: PropertyMap,
    outputs: PropertyMap,
    imported?: ReadRequest["import"],
  ): Promise<ReadResult> {
    if (!this.configured) return { id, outputs };
    try {
      const request: ReadRequest = { ...call, id, inputs: this.#send(inputs), outputs: this.#send(outputs) };
      if (imported) request.import = imported.asked ? { asked: this.#send(imported.asked) } : {};
      return this.#readResult(await this.provider.read(request), inputs, outputs);
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      throw new PartialFailure(error.id, this.#receiveRead(error.outputs, inputs, outputs), error.reasons);
    }
  }

  async recover(call: ResourceCall, inputs: PropertyMap, known: string[]): Promise<ReadResult | undefined> {
    const result = await this.provider.recover?.({ ...call, inputs: this.#send(inputs), known });
    return result && this.#readResult(result, inputs, {});
  }

  #readResult(result: ReadResult, inputs: PropertyMap, outputs: PropertyMap): ReadResult {
    return {
      id: result.id,
      outputs: this.#receiveRead(result.outputs, inputs, outputs),
      inputs: result.inputs && this.#receive(result.inputs, inputs, inputs),
      refreshBeforeUpdate: result.refreshBeforeUpdate,
    };
  }

  async delete(
    call: ResourceCall,
    old: { id: string; inputs: PropertyMap; outputs: PropertyMap },
    timeout: number | undefined,
  ): Promise<void> {
    await this.provider.delete({
      ...call,
      id: old.id,
      oldInputs: this.#send(old.inputs),
      oldOutputs: this.#send(old.outputs),
      timeout,
    });
  }

  async invoke(token: string, args: PropertyMap, preview: boolean): Promise<InvokeResult> {
    if (!this.configured) return { result: {}, failures: [] };
    if (this.provider.invoke === undefined) {
      const failures: CheckFailure[] = [
        { property: "", reason: `the ${this.package} provider of this engine has no function ${token}` },
      ];
      return { result: {}, failures };
    }
    const { result, failures } = await this.provider.invoke(token, this.#send(args), { preview });
    // Nobody knows which part of the answer comes from which argument.
    const tainted = !this.provider.acceptsSecrets && containsSecret(args);
    const secret = (value: PropertyValue) => (tainted && !(value instanceof Secret) ? new Secret(value) : value);
    return { result: Object.fromEntries(Object.entries(result).map(([key, value]) => [key, secret(value)])), failures };
  }

  /** Has the provider make a component. Rejects if it cannot. */
  async construct(request: ConstructRequest): Promise<ConstructResult> {
    if (this.provider.construct === undefined)
      throw new Error(`the ${this.package} provider of this engine makes no components`);
    return this.provider.construct({ ...request, inputs: this.#sendOutputs(request.inputs) });
  }

  /** Has the provider call a method. While its configuration is not known, nothing is. */
  async callMethod(request: CallRequest): Promise<CallResult> {
    if (!this.configured) return { result: {}, resultDependencies: {}, failures: [] };
    if (this.provider.callMethod === undefined)
      throw new Error(`the ${this.package} provider of this engine has no method ${request.token}`);
    return this.provider.callMethod({ ...request, args: this.#sendOutputs(request.args) });
  }

  #sendOutputs(map: PropertyMap): PropertyMap {
    return this.provider.acceptsOutputs ? map : collapseMap(map);
  }
}

function dropUndefined(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined));
}

/** References to resources become their ids, a component's its URN. */
function withIds(value: PropertyValue): PropertyValue {
  if (value instanceof ResourceReference) return value.id === "" ? UNKNOWN : (value.id ?? value.urn);
  if (value instanceof Secret) return new Secret(withIds(value.value), value.ciphertext);
  if (Array.isArray(value)) return value.map(withIds);
  if (!isPropertyMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withIds(item)]));
}
