import { EngineError } from "../../errors.js";
import type { EngineEvent } from "../../events.js";
import { PartialFailure, type ReadResult, type ResourceCall } from "../../provider.js";
import type { PendingCreateAnswerer } from "../../run.js";
import type { PendingOperation, ResourceState, Snapshot } from "../../state/types.js";
import { untilAborted } from "../execution/interrupt.js";
import { settleOutputs } from "../execution/settle.js";
import { parseUrn } from "../goals/urn.js";
import { messageOf } from "../message.js";
import { markSecretsLike } from "../properties/property-tools.js";
import type { BoundProvider } from "../providers/bound-provider.js";
import type { ProviderRegistry } from "../providers/provider-registry.js";
import { withoutGone, withReturned } from "./rebuild.js";

/** Marks a resource whose last change was cut off: it is carried out once more even if the inputs are the same. */
export const INTERRUPTED = "its last change was interrupted";

export interface RecoveryOptions {
  preview: boolean;
  /** What is to become of a creation that nobody can look into; undefined: it stays pending. */
  pendingCreate?: PendingCreateAnswerer;
  onEvent: (event: EngineEvent) => void;
  signal: AbortSignal;
}

/**
 * Clears what a killed run left pending, by asking the providers what really happened, so that the state is true before anything
 * is planned:
 * - a creation: what it left behind, if it carries the ownership labels that the operation recorded, is taken into the state;
 * - an update or deletion: the object is read; if it is gone it leaves the state, else it will be updated once more.
 * Creations of providers that cannot tell stay pending, with a warning, until the resource is made after all or somebody decides.
 * Throws EngineError if a provider cannot be asked: with a state that is not known nothing can be planned. Nothing is lost then.
 */
export async function recover(
  snapshot: Snapshot,
  providers: ProviderRegistry,
  options: RecoveryOptions,
): Promise<Snapshot> {
  if (snapshot.pendingOperations.length === 0) return snapshot;
  let resources = snapshot.resources;
  const kept: PendingOperation[] = [];
  for (const operation of snapshot.pendingOperations) {
    const { resource, type } = operation;
    const tell = (severity: "info" | "warning", what: string) =>
      options.onEvent({
        kind: "diagnostic",
        severity,
        urn: resource.urn,
        message: `an earlier run was interrupted while ${type} ${parseUrn(resource.urn).name}: ${what}`,
      });
    if (type === "reading" || type === "importing" || resource.provider === undefined) continue;
    if (!providers.has(resource.provider)) {
      tell("warning", "its provider is no more in the state, so nobody can be asked; if it exists, remove it by hand");
      continue;
    }
    try {
      const provider = await providers.get(resource.provider);
      const next =
        type === "creating"
          ? await recoverCreation(resources, resource, provider, options, tell)
          : await recoverChange(resources, operation, provider, options, tell);
      if (next === undefined) kept.push(operation);
      else resources = next;
    } catch (error) {
      if (options.preview) {
        tell("warning", `what became of it cannot be found out now (${messageOf(error)})`);
        kept.push(operation);
        continue;
      }
      throw new EngineError(
        `an earlier run was interrupted while ${type} ${resource.urn}, and what became of it cannot be found out: ${messageOf(error)}`,
        "mend that and run the same command again; nothing was changed",
        1,
      );
    }
  }
  return { ...snapshot, resources, pendingOperations: kept };
}

type Tell = (severity: "info" | "warning", what: string) => void;

/** The resources after a creation was looked into; undefined if that is not possible and the operation stays pending. */
async function recoverCreation(
  resources: ResourceState[],
  resource: ResourceState,
  provider: BoundProvider,
  { preview, pendingCreate, signal }: RecoveryOptions,
  tell: Tell,
): Promise<ResourceState[] | undefined> {
  if (preview) {
    tell("info", "the next up looks for it first");
    return undefined;
  }
  if (provider.provider.recover === undefined) {
    const answer = (await pendingCreate?.({ urn: resource.urn, type: resource.type })) ?? "skip";
    if (answer === "clear") return resources;
    if (answer !== "skip") return adopt(resources, resource, answer.id, provider, signal, tell);
    tell(
      "warning",
      "it may exist; look, and take it into the state with a refresh on a terminal, or `refresh --clear-pending-creates`",
    );
    return undefined;
  }
  const known = resources.filter((item) => item.type === resource.type && item.id && !item.pendingReplacement);
  const ids = known.map((item) => item.id as string);
  const call = { urn: resource.urn, type: resource.type, signal };
  const found = await untilAborted(signal, () => readable(() => provider.recover(call, resource.inputs, ids)));
  if (found === undefined || found.id === "" || ids.includes(found.id)) {
    tell("info", "nothing is left of it, it will be made anew");
    return resources;
  }
  tell("info", `it exists (${shortId(found.id)}) and is ours: taken into the state`);
  return takeUp(resources, {
    ...resource,
    id: found.id,
    inputs: found.inputs ?? resource.inputs,
    outputs: settleOutputs(resource, found.outputs),
    initErrors: [INTERRUPTED],
  });
}

/** Somebody has looked: the creation came about, and its object has this id. */
async function adopt(
  resources: ResourceState[],
  resource: ResourceState,
  id: string,
  provider: BoundProvider,
  signal: AbortSignal,
  tell: Tell,
): Promise<ResourceState[]> {
  const call = { urn: resource.urn, type: resource.type, signal };
  const found = await untilAborted(signal, () => readable(() => provider.read(call, id, resource.inputs, {})));
  if (found === undefined || found.id === "") throw new EngineError(`there is no ${resource.type} with the id ${id}`);
  tell("info", `${id} is taken into the state`);
  const inputs = found.inputs ?? resource.inputs;
  const outputs = settleOutputs({ ...resource, inputs }, found.outputs);
  return takeUp(resources, { ...resource, id: found.id, inputs, outputs });
}

async function recoverChange(
  resources: ResourceState[],
  { type, resource }: PendingOperation,
  provider: BoundProvider,
  { signal }: RecoveryOptions,
  tell: Tell,
): Promise<ResourceState[]> {
  const isMeant = (item: ResourceState) => item.urn === resource.urn && item.id === resource.id;
  // A replacement may have the very id of what it replaces (an image); what is to be deleted stands behind it.
  const at = type === "deleting" ? resources.findLastIndex(isMeant) : resources.findIndex(isMeant);
  const current = resources[at] ?? resource;
  if (at < 0 && type !== "deleting") return resources;
  const call: ResourceCall = { urn: resource.urn, type: resource.type, signal };
  const read = () => provider.read(call, current.id ?? "", current.inputs, current.outputs);
  const live = await untilAborted(signal, () => readable(read));
  if (live === undefined || live.id === "") {
    tell("info", "it is gone: taken out of the state");
    return withoutGone(resources, new Set([current]));
  }
  if (at < 0) {
    tell("info", "it is still there: taken back into the state");
    const replaced = resources.some((item) => item.urn === resource.urn && !item.delete);
    return withReturned(resources, { ...resource, delete: resource.delete || replaced || undefined });
  }
  if (current.delete) {
    // Read by its name, it may be its replacement that was found: what waits for its deletion stays what it was.
    tell("info", "it may still be there and will be deleted");
    return resources;
  }
  tell("info", "it is still there and will be brought up to date");
  const isSame = live.id === current.id;
  // What was on its way to become a secret may be there already, and is read in clear.
  const marked = settleOutputs(resource, markSecretsLike(resource.inputs, live.outputs));
  const outputs = isSame ? settleOutputs(current, marked, current.outputs) : current.outputs;
  const next: ResourceState = { ...current, outputs, initErrors: [INTERRUPTED], pendingReplacement: undefined };
  return resources.map((item, index) => (index === at ? next : item));
}

/** An object that is there but not right counts as read. */
async function readable(read: () => Promise<ReadResult | undefined>): Promise<ReadResult | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof PartialFailure) || error.id === "") throw error;
    return { id: error.id, outputs: error.outputs };
  }
}

/**
 * A found object becomes the resource. One of the same URN that it was to replace now waits for its deletion, or, deleted already,
 * leaves the state. It takes the place of that one: what refers to the URN stands behind it.
 */
function takeUp(resources: ResourceState[], found: ResourceState): ResourceState[] {
  const at = resources.findIndex((item) => item.urn === found.urn && !item.delete);
  const former = resources[at];
  if (former === undefined) return [...resources, found];
  const instead = former.pendingReplacement ? [found] : [found, { ...former, delete: true }];
  return resources.flatMap((item, index) => (index === at ? instead : [item]));
}

function shortId(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}
