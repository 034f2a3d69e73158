import type { DiffResult, PropertyDiff } from "../../provider.js";
import type { ResourceState } from "../../state/types.js";
import type { PropertyMap } from "../../values.js";
import { applyIgnoreChanges, parsePath, pathContains } from "../properties/paths.js";
import { structuralDiff } from "../properties/structural-diff.js";
import type { BoundProvider } from "../providers/bound-provider.js";

/** What is to become of an existing resource. */
export interface Decision {
  change: "same" | "update" | "replace";
  diffs: string[];
  replaceKeys: string[];
  detailedDiff?: Record<string, PropertyDiff>;
  /** The provider cannot have old and new at once. */
  deleteBeforeReplace: boolean;
}

export const SAME: Decision = { change: "same", diffs: [], replaceKeys: [], deleteBeforeReplace: false };

export function replaceBecause(key: string): Decision {
  return { change: "replace", diffs: [], replaceKeys: [key], deleteBeforeReplace: false };
}

/** Asks the provider for the difference, falls back to comparing inputs, and applies `replaceOnChanges`. */
export async function providerDecision(
  provider: BoundProvider,
  old: ResourceState,
  news: PropertyMap,
  options: { ignoreChanges: string[]; replaceOnChanges: string[] },
  signal: AbortSignal,
): Promise<Decision> {
  const diff = await inputsDiff(provider, old, news, options.ignoreChanges, signal);
  return toDecision(diff, options.replaceOnChanges, old.initErrors);
}

/** The difference as the provider sees it; compared structurally where it does not say. */
export async function inputsDiff(
  provider: BoundProvider,
  old: ResourceState,
  news: PropertyMap,
  ignoreChanges: string[],
  signal: AbortSignal,
): Promise<DiffResult> {
  const call = { urn: old.urn, type: old.type, signal };
  const state = { id: old.id ?? "", inputs: old.inputs, outputs: old.outputs };
  const answer = await provider.diff(call, state, news, ignoreChanges);
  if (answer.changes !== "unknown") return answer;
  return structurally(old.inputs, applyIgnoreChanges(news, old.inputs, ignoreChanges));
}

/** The decision for a provider resource or a component, which have no provider to ask. */
export function toDecision(diff: DiffResult, replaceOnChanges: string[], initErrors: string[] | undefined): Decision {
  const unfinished = initErrors !== undefined && initErrors.length > 0;
  let { detailedDiff } = diff;
  const diffs = [...new Set(diff.diffs ?? Object.keys(detailedDiff ?? {}).map(topLevel))];
  const replaceKeys = new Set(diff.replaces ?? []);
  const patterns = replaceOnChanges.map(parsePath);
  const forced = (path: string) => patterns.some((pattern) => pathContains(pattern, parsePath(path)));

  if (diff.changes === "some" && patterns.length > 0) {
    for (const key of diffs) if (forced(key)) replaceKeys.add(key);
    if (detailedDiff !== undefined) {
      detailedDiff = Object.fromEntries(
        Object.entries(detailedDiff).map(([path, entry]) => (forced(path) ? [path, asReplace(entry)] : [path, entry])),
      );
    }
  }
  if (unfinished && forced("#initerror")) replaceKeys.add("#initerror");
  for (const [path, entry] of Object.entries(detailedDiff ?? {}))
    if (entry.kind.endsWith("-replace")) replaceKeys.add(topLevel(path));

  const common = {
    diffs,
    replaceKeys: [...replaceKeys],
    detailedDiff,
    deleteBeforeReplace: diff.deleteBeforeReplace === true,
  };
  if (replaceKeys.size > 0) return { ...common, change: "replace" };
  if (diff.changes === "some" || unfinished) return { ...common, change: "update" };
  return SAME;
}

function structurally(olds: PropertyMap, news: PropertyMap): DiffResult {
  const { diffs, detailedDiff } = structuralDiff(olds, news);
  return { changes: diffs.length > 0 ? "some" : "none", diffs, detailedDiff };
}

function asReplace(entry: PropertyDiff): PropertyDiff {
  return entry.kind.endsWith("-replace") ? entry : { ...entry, kind: `${entry.kind}-replace` as PropertyDiff["kind"] };
}

function topLevel(path: string): string {
  return String(parsePath(path)[0] ?? path);
}
