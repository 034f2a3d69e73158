import type { CheckFailure, CreateResult, DiffResult, Provider } from "../../../engine/provider.js";
import { type PropertyMap, type PropertyValue, Secret } from "../../../engine/values.js";

/** Drives a provider as the engine does, with the requests' common parts filled in. */
export function drive(provider: Provider, type: string, name = "it") {
  const call = { urn: `urn:pulumi:dev::misc::${type}::${name}`, type };
  return {
    async check(news: PropertyMap, olds?: PropertyMap): Promise<{ inputs: PropertyMap; failures: CheckFailure[] }> {
      return provider.check({ ...call, olds, news, randomSeed: new Uint8Array(32) });
    },
    /** Checks, then creates. Fails on any check failure. */
    async create(news: PropertyMap, more: object = {}): Promise<CreateResult & { inputs: PropertyMap }> {
      const { inputs, failures } = await provider.check({
        ...call,
        olds: undefined,
        news,
        randomSeed: new Uint8Array(32),
      });
      if (failures.length > 0) throw new Error(JSON.stringify(failures));
      return { inputs, ...(await provider.create({ ...call, inputs, preview: false, ...more })) };
    },
    async preview(news: PropertyMap): Promise<CreateResult> {
      return provider.create({ ...call, inputs: news, preview: true });
    },
    async diff(
      old: { id: string; inputs: PropertyMap; outputs: PropertyMap },
      news: PropertyMap,
      ignoreChanges: string[] = [],
    ): Promise<DiffResult> {
      const { inputs } = await provider.check({ ...call, olds: old.inputs, news, randomSeed: new Uint8Array(32) });
      return provider.diff({
        ...call,
        id: old.id,
        oldInputs: old.inputs,
        oldOutputs: old.outputs,
        news: inputs,
        ignoreChanges,
      });
    },
    async update(
      old: { id: string; inputs: PropertyMap; outputs: PropertyMap },
      news: PropertyMap,
      more: object = {},
    ): Promise<PropertyMap> {
      const request = { ...call, id: old.id, oldInputs: old.inputs, oldOutputs: old.outputs, news, ignoreChanges: [] };
      return (await provider.update({ ...request, preview: false, ...more })).outputs;
    },
    async read(id: string, inputs: PropertyMap = {}, outputs: PropertyMap = {}, more: object = {}) {
      return provider.read({ ...call, id, inputs, outputs, ...more });
    },
    async delete(old: { id: string; inputs: PropertyMap; outputs: PropertyMap }, more: object = {}): Promise<void> {
      return provider.delete({ ...call, id: old.id, oldInputs: old.inputs, oldOutputs: old.outputs, ...more });
    },
  };
}

/** The text inside a secret; fails if it is not one. */
export function secretText(value: PropertyValue | undefined): string {
  if (!(value instanceof Secret)) throw new Error(`not a secret: ${typeof value}`);
  return String(value.value);
}
