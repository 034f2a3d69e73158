import { EngineError } from "../../errors.js";
import type { ResourceState } from "../../state/types.js";
import { type Goal, stateFor } from "../goals/goal.js";
import { isProviderType } from "../goals/urn.js";
import type { Step } from "./step.js";

/**
 * Whether a registration takes up an existing object: it has the `import` option, and the resource is not that object already. Some
 * providers give another id than the one that an object is imported by, so the latter is kept in the state.
 */
export function isImport(goal: Goal, old: ResourceState | undefined): boolean {
  if (!goal.custom || goal.importId === undefined) return false;
  if (isProviderType(goal.type)) {
    throw new EngineError(`${goal.urn}: a provider cannot be imported`, "take the `import` option off", 1);
  }
  return old === undefined || old.external === true || (old.importID || old.id) !== goal.importId;
}

/**
 * Steps that read the object and make it the resource. An object that the resource was so far waits for its deletion, unless it is
 * gone already: ahead in this run (`after`) or in an earlier one.
 */
export function importSteps(goal: Goal, old: ResourceState | undefined, after: Step | undefined): Step[] {
  const common = { urn: goal.urn, type: goal.type, custom: true, provider: goal.provider, goal };
  const draft = stateFor(goal, goal.inputs);
  if (old !== undefined && old.urn !== goal.urn) draft.aliases = [old.urn];
  const gone = after !== undefined || old?.pendingReplacement === true;
  if (old === undefined || gone)
    return [{ ...common, op: "import", old, draft, deletedBefore: gone, after: after && [after] }];
  return [
    { ...common, op: "import-replacement", old, draft },
    { ...common, op: "replace", old, draft },
  ];
}

/** The object would get another id than the one that the program says. */
export function previouslyImported(goal: Goal, keys: string[]): EngineError {
  return new EngineError(
    `${goal.urn} was previously imported and still has the \`import\` option, so it cannot be replaced (because of ${keys.join(", ")})`,
    "remove the `import` option from the program, or make the properties those of the imported object",
    1,
  );
}

/** The object that the resource takes up is another one than the program asks for. */
export function notAdoptable(goal: Goal, keys: string[]): EngineError {
  return new EngineError(
    `${goal.urn} cannot take up ${goal.importId}, which would have to be replaced to be as the program asks for it (because of ${keys.join(", ")})`,
    "make these properties those of the object, or ignore their changes",
    1,
  );
}
