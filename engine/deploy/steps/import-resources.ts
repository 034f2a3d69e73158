import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { EngineError } from "../../errors.js";
import type { EngineEvent } from "../../events.js";
import type { PackageSpec } from "../../plugins/package-spec.js";
import type { ImportSpec } from "../../run.js";
import type { ResourceState } from "../../state/types.js";
import type { Deployment } from "../deployment.js";
import { type Executor, RunEnding } from "../execution/executor.js";
import { emptyGoal, type Goal } from "../goals/goal.js";
import { checkType } from "../goals/registration.js";
import {
  isDefaultProvider,
  isProviderType,
  makeUrn,
  packageOf,
  parseUrn,
  providerType,
  ROOT_STACK_TYPE,
  splitProviderRef,
} from "../goals/urn.js";
import { messageOf } from "../message.js";
import { type ProviderRegistry, providerRef } from "../providers/provider-registry.js";
import type { SnapshotManager } from "../snapshot/snapshot-manager.js";

export interface ImportContext {
  project: string;
  stack: string;
  /** Where the program's SDKs are looked for. */
  programDir: string;
  /** The state so far. */
  resources: ResourceState[];
  snapshots: SnapshotManager;
  deployment: Deployment;
  providers: ProviderRegistry;
  executor: Executor;
  onEvent: (event: EngineEvent) => void;
}

/**
 * Takes existing objects into the state, beside what it has. Gives what was imported; failures are recorded with the executor,
 * and what came before them stays imported.
 */
export async function importResources(specs: ImportSpec[], context: ImportContext): Promise<ResourceState[]> {
  const { resources, snapshots, deployment, executor } = context;
  const imported: ResourceState[] = [];
  try {
    const goals = plan(specs, context);
    // What is imported refers to what is there, so it has to stand behind that.
    for (const old of resources) if (!old.delete) snapshots.add({ ...old }, old, false);
    if (!resources.some((old) => old.type === ROOT_STACK_TYPE))
      await deployment.importResource(emptyGoal(rootUrn(context), ROOT_STACK_TYPE, false), undefined);
    for (const { goal, provider } of goals) {
      const state = await deployment.importResource(goal, provider);
      imported.push(state);
      if (state.custom) await warnOfInvalid(state, context);
    }
  } catch (error) {
    if (!(error instanceof RunEnding)) {
      executor.noteBug(error);
      executor.fail(messageOf(error));
    }
  }
  return imported;
}

interface Planned {
  goal: Goal;
  /** The package whose default provider it is of; undefined if the goal names its provider. */
  provider?: PackageSpec;
}

/** All of them are looked at before the first one is imported. */
function plan(specs: ImportSpec[], context: ImportContext): Planned[] {
  const { resources, stack, project } = context;
  const known = new Map(resources.filter((old) => !old.delete).map((old) => [old.urn, old.type]));
  known.set(rootUrn(context), ROOT_STACK_TYPE);
  const providers = new Map(resources.filter((old) => !old.delete).map((old) => [old.urn, old.provider]));
  return specs.map((spec) => {
    const { type, name, id, properties } = spec;
    const subject = `"${name}"`;
    checkType(type, subject);
    if (isProviderType(type)) throw new EngineError(`${subject}: a provider cannot be imported`);
    const parent = spec.parent === undefined ? rootUrn(context) : find(spec.parent, known, `the parent of ${subject}`);
    const urn = makeUrn(stack, project, parent, type, name);
    if (known.has(urn)) throw new EngineError(`${urn} is in the state already`, "give it another name");
    known.set(urn, type);
    const goal = emptyGoal(urn, type, id !== undefined);
    goal.parent = parent;
    goal.protect = spec.protect ?? true;
    if (id === undefined) return { goal };
    goal.importId = id;
    goal.importOnly = { ...(properties?.length && { properties }) };
    const pkg = packageOf(type);
    if (spec.provider !== undefined) goal.provider = explicitProvider(spec.provider, pkg, resources, subject);
    else if (spec.version === undefined)
      // As a program's resource it would have its parent's.
      goal.provider = parentProvider(providers.get(parent), pkg) ?? defaultProvider(pkg, resources);
    providers.set(urn, goal.provider);
    return goal.provider === undefined ? { goal, provider: packageSpec(pkg, spec.version, context) } : { goal };
  });
}

function rootUrn({ stack, project }: ImportContext): string {
  return makeUrn(stack, project, undefined, ROOT_STACK_TYPE, `${project}-${stack}`);
}

/** A URN by itself, or by the name of the resource. */
function find(given: string, known: Map<string, string>, what: string): string {
  if (known.has(given)) return given;
  const found = [...known.keys()].filter((urn) => parseUrn(urn).name === given);
  if (found.length === 1) return found[0] as string;
  if (found.length === 0)
    throw new EngineError(`${what} is to be ${given}, which is neither in the state nor imported before it`);
  throw new EngineError(
    `${what} is to be ${given}, but several resources are called that`,
    `give one of ${found.join(", ")}`,
  );
}

function explicitProvider(given: string, pkg: string, resources: ResourceState[], subject: string): string {
  const candidates = resources.filter((old) => old.type === providerType(pkg) && !old.delete);
  const urn = find(given, new Map(candidates.map((old) => [old.urn, old.type])), `the provider of ${subject}`);
  return providerRef(urn, candidates.find((old) => old.urn === urn)?.id);
}

function parentProvider(ref: string | undefined, pkg: string): string | undefined {
  return ref && packageOf(parseUrn(splitProviderRef(ref).urn).type) === pkg ? ref : undefined;
}

/** The default provider that the state has for a package, so that the program's next run changes nothing. */
function defaultProvider(pkg: string, resources: ResourceState[]): string | undefined {
  const found = resources.filter(
    (old) => old.type === providerType(pkg) && isDefaultProvider(old.urn) && !old.delete && old.id,
  );
  const last = found.at(-1);
  return last && providerRef(last.urn, last.id);
}

function packageSpec(name: string, version: string | undefined, { programDir }: ImportContext): PackageSpec {
  const used = version ?? sdkVersion(name, programDir);
  return { name, ...(used !== undefined && { version: used }) };
}

/** The version of the SDK that the program would register such a resource with. */
function sdkVersion(pkg: string, programDir: string): string | undefined {
  try {
    const path = createRequire(join(programDir, "package.json")).resolve(`@pulumi/${pkg}/package.json`);
    return (JSON.parse(readFileSync(path, "utf8")) as { version?: string }).version;
  } catch {
    // Not installed: any version will do.
    return undefined;
  }
}

/** The inputs that a provider reads should be ones that it takes. If not, what is declared from them has to be edited. */
async function warnOfInvalid(state: ResourceState, { providers, executor, onEvent }: ImportContext): Promise<void> {
  const provider = await providers.get(state.provider ?? "");
  const call = { urn: state.urn, type: state.type, signal: executor.signal };
  const { failures } = await provider.check(call, state.inputs, state.inputs, randomBytes(32));
  for (const { property, reason } of failures) {
    const message = `${property === "" ? "" : `${property}: `}${reason}; it is imported all the same, but the declaration must be edited`;
    onEvent({ kind: "diagnostic", severity: "warning", urn: state.urn, message });
  }
}
