import { show, sortKeys } from "./match.js";
import type { CheckpointResource, Deployment, Observation } from "./types.js";
import { isShown, nameOf } from "./world.js";

/** Fields of a resource that differ from run to run, or tell of the place rather than of the semantics. */
const VOLATILE = ["created", "modified", "sourcePosition", "stackTrace"];

/** What two engines did differently in the same case, one line each: plans, outcomes and checkpoints, step by step. */
export function compare(left: Observation[], right: Observation[]): string[] {
  return left.flatMap((one, index) => {
    const other = right[index];
    if (other === undefined) return [`run ${index + 1} (${one.run}): only one engine came this far`];
    const lines = [
      ...(one.outcome === other.outcome ? [] : [`outcome: ${one.outcome}, ${other.outcome}`]),
      ...differences(plan(one), plan(other), "plan"),
      ...differences(checkpoint(one.deployment), checkpoint(other.deployment), "checkpoint"),
    ];
    return lines.map((line) => `run ${index + 1} (${one.run}): ${line}`);
  });
}

/** Steps that are no sames, by operation and name, without order and without what has no part in the decision. */
function plan({ run, steps }: Observation): Record<string, unknown> {
  // The real engine does not say of a step in a preview that it failed, only why.
  const preview = run.startsWith("preview");
  const changes = steps.filter(({ op, logical }) => op !== "same" && logical);
  return Object.fromEntries(
    changes.map(({ op, urn, keys, diffs, detailedDiff, failed }) => [
      `${op} ${nameOf(urn)}`,
      { keys, diffs, detailedDiff, failed: failed && !preview },
    ]),
  );
}

function checkpoint(deployment: Deployment | undefined): Record<string, unknown> {
  const resources = deployment?.resources ?? [];
  const names = new Map<string, string>();
  for (const { id, urn, delete: gone } of resources)
    if (id) names.set(id, `<id of ${nameOf(urn)}${gone ? ", old" : ""}>`);
  const normal = (value: unknown): unknown => {
    if (typeof value === "string") return rename(value, names);
    if (Array.isArray(value)) return value.map(normal);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normal(item)]));
  };
  const entries = resources.map((resource) => [
    `${resource.delete ? "old " : ""}${isShown(resource) ? "" : "(hidden) "}${resource.urn.split("::").slice(2).join("::")}`,
    normal(facts(resource)),
  ]);
  const pending = (deployment?.pending_operations ?? []).map(({ type, resource }) => `${type} ${nameOf(resource.urn)}`);
  return { ...Object.fromEntries(entries), pending: pending.sort() };
}

function facts(resource: CheckpointResource): Record<string, unknown> {
  const kept = Object.entries(resource).filter(([key]) => !VOLATILE.includes(key));
  const sorted = kept.map(([key, value]) => {
    // Lists that come out of a set.
    if (key === "dependencies") return [key, [...(value as string[])].sort()];
    if (key === "propertyDependencies") {
      const lists = Object.entries(value as Record<string, string[]>).filter(([, urns]) => urns.length > 0);
      if (lists.length === 0) return [key, undefined];
      return [key, Object.fromEntries(lists.map(([name, urns]) => [name, [...urns].sort()]))];
    }
    return [key, value];
  });
  return Object.fromEntries(sorted.filter(([, value]) => value !== undefined));
}

/** Ids differ with the order of creation; the reference to a provider ends with one, and so do computed values. */
function rename(given: string, names: Map<string, string>): string {
  // Each engine has a folder of its own, and draws its own random seeds.
  const text = given.replace(/\bhermetic-\w{6}(?=\/)/g, "<folder>").replace(/^seed-0\.\d+$/, "<seed>");
  const exact = names.get(text);
  if (exact !== undefined) return exact;
  const [, prefix, id] = /^(.*(?:::|addr-|token-))(.+)$/.exec(text) ?? [];
  const name = id === undefined ? undefined : names.get(id);
  return name === undefined ? text : `${prefix}${name}`;
}

function differences(left: Record<string, unknown>, right: Record<string, unknown>, what: string): string[] {
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
  return keys.flatMap((key) => {
    const [one, other] = [left[key], right[key]];
    if (JSON.stringify(sortKeys(one)) === JSON.stringify(sortKeys(other))) return [];
    if (one === undefined) return [`${what}: hermetic has no ${key}: ${show(other)}`];
    if (other === undefined) return [`${what}: pulumi has no ${key}: ${show(one)}`];
    if (isRecord(one) && isRecord(other)) return differences(one, other, `${what} ${key}`);
    return [`${what} ${key}: hermetic ${show(one)}, pulumi ${show(other)}`];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
