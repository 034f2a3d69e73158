import { type ResourceState, Secret, type Snapshot } from "../../../engine/index.js";
import type { CloudObject, FakeCloud } from "../support/cloud.js";
import { SECRET_MARK } from "./marks.js";
import {
  type Declared,
  find,
  foreignId,
  isObject,
  isOwn,
  PROJECT,
  type Program,
  providerOf,
  ROOT_URN,
  STACK,
  urnOf,
} from "./program.js";

const DEFAULT_PROVIDER = `urn:pulumi:${STACK}::${PROJECT}::pulumi:providers:cloud::default`;

/** Protection is handed down to children that do not say otherwise. */
export function isProtected(program: Program, item: Declared): boolean {
  if (item.found) return false;
  if (item.protect !== undefined || item.parent === undefined) return item.protect ?? false;
  return isProtected(program, find(program, item.parent));
}

export function isRetained(program: Program, item: Declared): boolean {
  if (item.retain !== undefined || item.parent === undefined) return item.retain ?? false;
  return isRetained(program, find(program, item.parent));
}

/** What of the program the cloud and the state do not have, or have otherwise; empty if both are exactly as declared. */
export function deviations(
  program: Program,
  cloud: FakeCloud,
  snapshot: Snapshot,
  unmanaged: (id: string) => boolean,
): string[] {
  return [...cloudDeviations(program, cloud, snapshot, unmanaged), ...stateDeviations(program, snapshot)];
}

function cloudDeviations(
  program: Program,
  cloud: FakeCloud,
  { resources }: Snapshot,
  unmanaged: (id: string) => boolean,
): string[] {
  const faults: string[] = [];
  const ids = new Set(resources.filter(({ external }) => !external).map(({ id }) => id));
  const managed = [...cloud.objects.values()].filter(({ id }) => ids.has(id) || !unmanaged(id));
  const byKey = new Map<string, CloudObject[]>();
  for (const object of managed) byKey.set(object.name, [...(byKey.get(object.name) ?? []), object]);
  const declared = program.resources.filter(isOwn);
  for (const [key, objects] of byKey)
    if (!declared.some((item) => item.key === key)) faults.push(`${key} is not declared and there ${objects.length}x`);
  for (const item of declared) {
    const [object, ...others] = byKey.get(item.key) ?? [];
    if (object === undefined) faults.push(`${item.key} is not there`);
    if (others.length > 0) faults.push(`${item.key} is there ${others.length + 1} times`);
    if (object === undefined) continue;
    const idOf = (key: string | undefined) => {
      if (key === undefined) return undefined;
      return find(program, key).found ? foreignId(key) : byKey.get(key)?.[0]?.id;
    };
    const from = idOf(item.from);
    const expected: Record<string, unknown> = {
      zone: item.zone,
      from: from && `addr-${from}`,
      link: idOf(item.link),
      inside: idOf(item.within),
      password: item.password && `${item.password.secret ? SECRET_MARK : "open-"}${item.password.n}`,
    };
    // What is ignored may be as declared now or as it was.
    if (!item.ignoreChanges.includes("size")) expected.size = item.size;
    if (!item.ignoreChanges.some((path) => path.startsWith("nested"))) expected.nested = item.nested;
    for (const [property, value] of Object.entries(expected)) {
      const actual = object.properties[property];
      if (JSON.stringify(actual) !== JSON.stringify(value))
        faults.push(`${item.key}.${property} is ${JSON.stringify(actual)}, not ${JSON.stringify(value)}`);
    }
  }
  return faults;
}

function stateDeviations(program: Program, { resources, pendingOperations }: Snapshot): string[] {
  const faults: string[] = [];
  const byUrn = new Map<string, ResourceState>();
  for (const state of resources) {
    if (byUrn.has(state.urn)) faults.push(`the state has ${state.urn} twice`);
    byUrn.set(state.urn, state);
    if (state.delete || state.pendingReplacement || state.initErrors?.length)
      faults.push(`the state has something left to do for ${state.urn}`);
  }
  if (pendingOperations.length > 0)
    faults.push(`pending: ${pendingOperations.map(({ type, resource }) => `${type} ${resource.urn}`).join(", ")}`);
  const wanted = new Set(program.resources.map((item) => urnOf(program, item)));
  wanted.add(ROOT_URN);
  if (program.resources.some((item) => isObject(item) && providerOf(program, item) === undefined))
    wanted.add(DEFAULT_PROVIDER);
  for (const urn of wanted) if (!byUrn.has(urn)) faults.push(`the state lacks ${urn}`);
  for (const urn of byUrn.keys()) if (!wanted.has(urn)) faults.push(`the state still has ${urn}`);
  for (const item of program.resources) {
    const state = byUrn.get(urnOf(program, item));
    if (state !== undefined) faults.push(...resourceDeviations(program, item, state));
  }
  return faults;
}

function resourceDeviations(program: Program, item: Declared, state: ResourceState): string[] {
  const faults: string[] = [];
  const expect = (what: string, actual: unknown, wanted: unknown) => {
    if (JSON.stringify(actual) !== JSON.stringify(wanted))
      faults.push(`${item.key}: ${what} in the state is ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`);
  };
  const urn = (key: string | undefined) => (key === undefined ? undefined : urnOf(program, find(program, key)));
  expect("parent", state.parent, urn(item.parent) ?? ROOT_URN);
  expect("protect", state.protect ?? false, isProtected(program, item));
  if (!item.found) expect("retainOnDelete", state.retainOnDelete ?? false, isRetained(program, item));
  expect("external", state.external ?? false, item.found ?? false);
  if (!isOwn(item)) return faults;
  const provider = providerOf(program, item);
  expect("provider", state.provider?.split("::").slice(0, -1).join("::"), urn(provider) ?? DEFAULT_PROVIDER);
  expect("replaceWith", state.replaceWith ?? [], item.replaceWith.map(urn));
  if (item.within !== undefined) expect("deletedWith", state.deletedWith, urn(item.within));
  if (item.from !== undefined) expect("dependencies of from", state.propertyDependencies.from, [urn(item.from)]);
  expect("secrecy of the password", state.inputs.password instanceof Secret, item.password?.secret ?? false);
  // What was secret stays so until it is made anew.
  if (item.secretOutputs) expect("secrecy of the address", state.outputs.address instanceof Secret, true);
  return faults;
}
