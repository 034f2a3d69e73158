import type { ResourceState } from "../../state/types.js";
import type { PropertyMap, PropertyValue } from "../../values.js";
import { parseUrn } from "./urn.js";

/** What the program asks for in one registration, decoded and with its parent's options inherited. */
export interface Goal {
  urn: string;
  type: string;
  name: string;
  custom: boolean;
  inputs: PropertyMap;
  /** The `import` option: id of an existing object that becomes the resource. */
  importId?: string;
  /** Asked for by an import, not by a program: the inputs to keep, or all of them. */
  importOnly?: { properties?: string[] };
  /** The id is of whoever runs the engine, not of the program. */
  adopted?: true;
  /** Empty for the root stack and default providers. */
  parent?: string;
  protect: boolean;
  retainOnDelete: boolean;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  /** Provider reference; undefined for local components. */
  provider?: string;
  /** Undefined: as the provider says. */
  deleteBeforeReplace?: boolean;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  additionalSecretOutputs: string[];
  /** URNs that the resource may have had before, in order of preference. */
  aliases: string[];
  customTimeouts?: ResourceState["customTimeouts"];
  deletedWith?: string;
  replaceWith: string[];
  replacementTrigger?: PropertyValue;
  hideDiff: string[];
  hooks?: ResourceState["resourceHooks"];
  sourcePosition?: string;
  stackTrace?: { sourcePosition?: string }[];
}

/** A goal with nothing asked for yet. */
export function emptyGoal(urn: string, type: string, custom: boolean): Goal {
  return {
    urn,
    type,
    name: parseUrn(urn).name,
    custom,
    inputs: {},
    protect: false,
    retainOnDelete: false,
    dependencies: [],
    propertyDependencies: {},
    ignoreChanges: [],
    replaceOnChanges: [],
    additionalSecretOutputs: [],
    aliases: [],
    replaceWith: [],
    hideDiff: [],
  };
}

/** The state that a goal leads to; id, outputs and times come from the step that is decided on. */
export function stateFor(goal: Goal, inputs: PropertyMap): ResourceState {
  const some = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);
  return {
    urn: goal.urn,
    custom: goal.custom,
    type: goal.type,
    inputs,
    outputs: {},
    parent: goal.parent,
    protect: goal.protect || undefined,
    dependencies: goal.dependencies,
    provider: goal.provider,
    propertyDependencies: goal.propertyDependencies,
    additionalSecretOutputs: some(goal.additionalSecretOutputs),
    customTimeouts: goal.customTimeouts,
    importID: goal.importId,
    retainOnDelete: goal.retainOnDelete || undefined,
    deletedWith: goal.deletedWith,
    replaceWith: some(goal.replaceWith),
    replacementTrigger: goal.replacementTrigger,
    ignoreChanges: some(goal.ignoreChanges),
    hideDiff: some(goal.hideDiff),
    replaceOnChanges: some(goal.replaceOnChanges),
    resourceHooks: goal.hooks,
    sourcePosition: goal.sourcePosition,
    stackTrace: goal.stackTrace,
  };
}
