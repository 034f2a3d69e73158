import { PartialFailure, type ReadRequest, type ReadResult, type ResourceCall } from "../../provider.js";
import type { ResourceState } from "../../state/types.js";
import type { PropertyMap } from "../../values.js";
import { untilAborted } from "../execution/interrupt.js";
import { type ApplyOptions, must, type Outcome, timestamp } from "../execution/outcome.js";
import { settleOutputs } from "../execution/settle.js";
import { type Goal, stateFor } from "../goals/goal.js";
import { applyIgnoreChanges } from "../properties/paths.js";
import { markSecretsLike, sameValue } from "../properties/property-tools.js";
import type { BoundProvider } from "../providers/bound-provider.js";
import { stateDiffers } from "../snapshot/state-differs.js";
import type { Step } from "./step.js";

/**
 * Steps for an object that the program only reads. If the resource was another object of the program's own so far, that one is to
 * be deleted; if it was this very object, it is relinquished: it stays, and is no longer the program's.
 */
export function readSteps(goal: Goal, old: ResourceState | undefined, id: string | undefined): Step[] {
  const draft: ResourceState = { ...stateFor(goal, goal.inputs), id, external: true };
  if (old !== undefined && old.urn !== goal.urn) draft.aliases = [old.urn];
  const common = { urn: goal.urn, type: goal.type, custom: true, provider: goal.provider, goal, old, draft };
  if (old === undefined || old.external || old.id === id) return [{ ...common, op: "read" }];
  if (old.pendingReplacement) return [{ ...common, op: "read" }];
  return [
    { ...common, op: "read-replacement" },
    { ...common, op: "replace" },
  ];
}

/** Reads the object of a `read` step. Previews do it too, unless the id or the provider's configuration is not known yet. */
export async function applyRead(step: Step, call: ResourceCall, options: ApplyOptions): Promise<Outcome> {
  const { providers, snapshots } = options;
  const { old } = step;
  let state = must(step.draft);
  let failure: PartialFailure | undefined;
  const provider = await providers.get(must(step.provider));
  if (state.id !== undefined && provider.configured) {
    // What the program says of the object is all that is known, so it stands for both, as Pulumi has it.
    const read = await ask(provider, call, state.id, state.inputs, options);
    failure = read.failure;
    const outputs = settleOutputs(state, read.outputs, old?.outputs);
    state = { ...state, id: read.id, outputs, initErrors: failure?.reasons };
  }
  if (old !== undefined) {
    const changed = !sameValue(old.inputs, state.inputs) || !sameValue(old.outputs, state.outputs);
    state = { ...state, created: old.created, modified: changed ? timestamp() : old.modified };
  }
  const record = () => {
    if (step.op === "read") return snapshots.add(state, old, old === undefined || stateDiffers(old, state));
    snapshots.add(state);
    snapshots.substitute(must(old), { ...snapshots.currentOf(must(old)), delete: true });
  };
  return { state, failure, record };
}

/** Reads the object of an `import` step: the inputs and outputs that the resource is then compared from. */
export async function applyImport(step: Step, call: ResourceCall, options: ApplyOptions): Promise<Outcome> {
  const { providers, snapshots, preview } = options;
  const { old } = step;
  const draft = must(step.draft);
  const importId = must(draft.importID);
  const now = preview ? undefined : timestamp();
  let state: ResourceState = { ...draft, id: importId, created: now, modified: now };
  const provider = await providers.get(must(step.provider));
  if (provider.configured) {
    // What the program does not care about is told as it is.
    const asked = applyIgnoreChanges(draft.inputs, {}, draft.ignoreChanges ?? []);
    const read = await ask(provider, call, importId, {}, options, step.goal?.importOnly ? {} : { asked });
    if (read.inputs === undefined && read.failure === undefined)
      throw new Error(`the ${provider.package} provider cannot import this type of resource`);
    // What the program gives as a secret is none the less one for having been read.
    const inputs = markSecretsLike(draft.inputs, read.inputs ?? {});
    const outputs = settleOutputs({ ...draft, inputs }, markSecretsLike(draft.inputs, read.outputs));
    state = { ...state, id: read.id, inputs, outputs, initErrors: read.failure?.reasons };
  }
  const only = step.goal?.importOnly;
  if (only !== undefined) {
    const keep = only.properties;
    const inputs = Object.entries(state.inputs).filter(([key]) => keep === undefined || keep.includes(key));
    // No program names the id, so none is kept to compare it with.
    state = { ...state, inputs: Object.fromEntries(inputs), importID: undefined };
  }
  const record = () => {
    snapshots.endAbandoned(step.urn);
    if (step.op === "import") return snapshots.add(state, step.deletedBefore ? old : undefined);
    snapshots.add(state);
    snapshots.substitute(must(old), { ...snapshots.currentOf(must(old)), delete: true });
  };
  return { state, record };
}

/** What is there under an id. An object that is there but not right is read too. Throws if there is none. */
async function ask(
  provider: BoundProvider,
  call: ResourceCall,
  id: string,
  inputs: PropertyMap,
  { cancellation }: ApplyOptions,
  imported?: ReadRequest["import"],
): Promise<ReadResult & { failure?: PartialFailure }> {
  let found: ReadResult & { failure?: PartialFailure };
  try {
    found = await untilAborted(cancellation.abort, () => provider.read(call, id, inputs, inputs, imported));
  } catch (error) {
    if (!(error instanceof PartialFailure)) throw error;
    found = { id: error.id, outputs: error.outputs, failure: error };
  }
  if (found.id === "") throw new Error(`there is no ${call.type} with the id "${id}"`);
  return found;
}
