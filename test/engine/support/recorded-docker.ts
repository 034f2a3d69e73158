import { readFileSync } from "node:fs";
import type { DiffResult, Provider, ProviderFactory } from "../../../engine/provider.js";
import { isPropertyMap, type PropertyMap, type PropertyValue, UNKNOWN, Unknown } from "../../../engine/values.js";

/** A step as `preview --json` of the real engine tells it. */
export interface RecordedStep {
  op: string;
  urn: string;
  diffReasons?: string[];
  replaceReasons?: string[];
  detailedDiff: Record<string, { kind: string; inputDiff: boolean }> | null;
  newState?: { inputs?: PropertyMap };
}
export interface RecordedPreview {
  steps: RecordedStep[];
  changeSummary: Record<string, number>;
}

export function recordedPreview(name: string): RecordedPreview {
  return JSON.parse(readFileSync(`test/engine/display/recordings/preview-${name}.json`, "utf8"));
}

/** Answers differences as the real docker plugin was recorded to; everything else is as simple as can be. */
export function recordedDocker(preview: RecordedPreview, log: string[] = []): ProviderFactory {
  const nameOf = (urn: string) => urn.split("::").pop() ?? "";
  const provider: Provider = {
    package: "docker",
    supportsPreview: true,
    configure: async () => {},
    check: async ({ news, olds }) => ({ inputs: withDefaults(news, olds) as PropertyMap, failures: [] }),
    diff: async ({ urn, oldInputs, news }): Promise<DiffResult> => {
      const unknown = Object.keys(news).filter((key) => news[key] instanceof Unknown);
      // As Terraform's plan has it: a value of these that is not known may be another one, and that means another object.
      if (unknown.length > 0) return { changes: "some", diffs: unknown, replaces: unknown, deleteBeforeReplace: true };
      if (JSON.stringify(sorted(oldInputs)) === JSON.stringify(sorted(news))) return { changes: "none" };
      // The stack may have another name than the recorded one.
      const local = (text: string) => text.split("::").slice(2).join("::");
      const step = preview.steps.find((item) => local(item.urn) === local(urn));
      if (!step?.diffReasons) throw new Error(`${urn}: no difference was recorded`);
      return {
        changes: "some",
        diffs: step.diffReasons,
        replaces: step.replaceReasons,
        deleteBeforeReplace: true,
        detailedDiff: (step.detailedDiff ?? undefined) as DiffResult["detailedDiff"],
      };
    },
    create: async ({ urn, inputs, preview: dry }) => {
      if (dry) return { id: "", outputs: { ...inputs, imageId: UNKNOWN } };
      log.push(`create ${nameOf(urn)}`);
      return { id: `new-${nameOf(urn)}`, outputs: inputs };
    },
    update: async ({ urn, news, oldOutputs, preview: dry }) => {
      if (!dry) log.push(`update ${nameOf(urn)}`);
      return { outputs: { ...oldOutputs, ...news } };
    },
    read: async ({ id, outputs }) => ({ id, outputs }),
    delete: async ({ urn }) => {
      log.push(`delete ${nameOf(urn)}`);
    },
  };
  return () => provider;
}

/** The Terraform bridge notes in every map which keys it filled in. */
function withDefaults(value: PropertyValue, old: PropertyValue | undefined): PropertyValue {
  if (Array.isArray(value))
    return value.map((item, index) => withDefaults(item, Array.isArray(old) ? old[index] : undefined));
  if (!isPropertyMap(value)) return value;
  const before = isPropertyMap(old) ? old : {};
  const members = Object.entries(value).map(([key, item]) => [key, withDefaults(item, before[key])] as const);
  // Free maps, such as tmpfs, have no such note.
  const noted = !isPropertyMap(old) || "__defaults" in old;
  const defaults = Array.isArray(before.__defaults) ? before.__defaults : [];
  const filled = defaults.map((key) => [key, before[String(key)]]);
  return { ...(noted && { __defaults: defaults }), ...Object.fromEntries(filled), ...Object.fromEntries(members) };
}

function sorted(value: PropertyValue): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isPropertyMap(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] as PropertyValue)]),
  );
}
