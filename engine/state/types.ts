import type { PropertyMap } from "../values.js";

/** One resource as the checkpoint keeps it (deployment version 3), with inputs and outputs decoded. */
export interface ResourceState {
  urn: string;
  custom: boolean;
  type: string;
  /** Waits for its deletion after a create-before-delete replacement. */
  delete?: boolean;
  id?: string;
  inputs: PropertyMap;
  outputs: PropertyMap;
  parent?: string;
  protect?: boolean;
  taint?: boolean;
  external?: boolean;
  dependencies: string[];
  initErrors?: string[];
  /** `<provider urn>::<provider id>`; absent for components. */
  provider?: string;
  propertyDependencies: Record<string, string[]>;
  /** Deleted ahead of its replacement; the replacement has not been created yet. */
  pendingReplacement?: boolean;
  additionalSecretOutputs?: string[];
  aliases?: string[];
  /** Seconds. */
  customTimeouts?: { create?: number; update?: number; delete?: number; read?: number };
  importID?: string;
  retainOnDelete?: boolean;
  deletedWith?: string;
  replaceWith?: string[];
  /** RFC 3339 with nanoseconds. */
  created?: string;
  modified?: string;
  sourcePosition?: string;
  stackTrace?: { sourcePosition?: string }[];
  ignoreChanges?: string[];
  hideDiff?: string[];
  replaceOnChanges?: string[];
  replacementTrigger?: PropertyMap[string];
  /** Its provider wants it read before every update. */
  refreshBeforeUpdate?: boolean;
  /** Names of the program's hooks, by when they run: `BeforeCreate` ... `AfterDelete`, `OnError`. */
  resourceHooks?: Partial<Record<string, string[]>>;
  /** Fields that a newer engine wrote and we do not interpret: kept and written back. */
  extra?: Record<string, unknown>;
}

export type OperationType = "creating" | "updating" | "deleting" | "reading" | "importing";

/** What was in flight when the checkpoint was written. */
export interface PendingOperation {
  resource: ResourceState;
  type: OperationType;
}

/** A stack's state: `checkpoint.latest`, decoded. */
export interface Snapshot {
  resources: ResourceState[];
  pendingOperations: PendingOperation[];
  /** Passphrase salt line of the state, `v1:<salt>:<check>`; undefined for a stack that never had a secrets manager. */
  salt?: string;
  metadata?: Record<string, unknown>;
  /** Fields of the deployment that a newer engine wrote and we do not interpret: kept and written back. */
  extra?: Record<string, unknown>;
}
