import type { ResourceState } from "./state/types.js";
import type { PropertyMap, PropertyValue } from "./values.js";

/**
 * What the engine asks of a provider. In-process providers implement it directly; plugin processes stand behind it too.
 * Semantics follow Pulumi's ResourceProvider service.
 *
 * Values: in previews inputs may hold UNKNOWN at any depth; never in a real create or update. Providers that do not set
 * `acceptsSecrets` get plain values, and the engine marks the outputs again (a property whose input was secret is secret).
 */
export interface Provider {
  /** Package name, the first part of a type token: `docker`. */
  readonly package: string;
  /** True if inputs and olds may hold Secret values. */
  readonly acceptsSecrets?: boolean;
  /** True if inputs and olds may hold ResourceReference values; else it gets the ids. */
  readonly acceptsResources?: boolean;
  /** True if the arguments of construct and call may hold OutputValue values; else what they hold. */
  readonly acceptsOutputs?: boolean;
  /** True if create and update may be called with `preview: true`. Otherwise the engine takes inputs as outputs. */
  readonly supportsPreview?: boolean;
  /** True when it only pretends: `up` refuses it unless `--simulate`. */
  readonly simulated?: boolean;

  checkConfig?(request: { urn: string; olds: PropertyMap; news: PropertyMap }): Promise<CheckResult>;
  diffConfig?(request: {
    urn: string;
    oldInputs: PropertyMap;
    oldOutputs?: PropertyMap;
    news: PropertyMap;
  }): Promise<DiffResult>;
  /** Called once with the provider resource's checked inputs, before anything else but checkConfig and diffConfig. */
  configure(args: PropertyMap, resource?: ProviderResource): Promise<void>;

  check(request: CheckRequest): Promise<CheckResult>;
  diff(request: DiffRequest): Promise<DiffResult>;
  create(request: CreateRequest): Promise<CreateResult>;
  update(request: UpdateRequest): Promise<UpdateResult>;
  /** Reads the live object. `id: ""` in the result means that it is gone. */
  read(request: ReadRequest): Promise<ReadResult>;
  delete(request: DeleteRequest): Promise<void>;
  invoke?(token: string, args: PropertyMap, options?: InvokeOptions): Promise<InvokeResult>;
  /** Makes a component of its own: it registers the component and its children with the engine itself. */
  construct?(request: ConstructRequest): Promise<ConstructResult>;
  /** Calls a method of a component, or of the provider. */
  callMethod?(request: CallRequest): Promise<CallResult>;

  /**
   * After a run was killed in the middle of a create: finds what that create left behind, by the inputs that the pending
   * operation in the checkpoint recorded. It must only return or remove an object that carries the ownership labels that those
   * inputs ask for. A half-made object that holds no data may be removed instead, giving undefined.
   * Returns undefined when there is nothing to take up.
   */
  recover?(request: RecoverRequest): Promise<ReadResult | undefined>;

  /** Asked on the second Ctrl-C: running operations should fail soon. */
  cancel?(): Promise<void>;
  close?(): Promise<void>;
}

/** The provider resource that a provider is configured for. */
export interface ProviderResource {
  urn: string;
  type: string;
  name: string;
  /** Undefined in the preview of its creation. */
  id: string | undefined;
  /** Its inputs as they stand in the state, with `version` and secrets, but without what is the engine's own. */
  inputs: PropertyMap;
}

/** Makes a provider for a package. The registry of in-process providers is a map from package name to this. */
export interface ProviderFactory {
  (context?: ProviderContext): Provider;
  /** Loads what the provider takes long to load, ahead of its first use. */
  preload?(): Promise<unknown>;
}

/** What a provider is told of the run that it is made for. */
export interface ProviderContext {
  /** The program's folder: commands run there, and relative paths begin there. Without a context: where the engine runs. */
  folder: string;
}

/** Common to all calls on a resource. */
export interface ResourceCall {
  urn: string;
  /** Type token, `docker:index/container:Container`. */
  type: string;
  /** Aborted on the second Ctrl-C. Long waits must honour it. */
  signal?: AbortSignal;
  /** Shows a line beside the resource in the live progress, "waiting for health, 12 s". */
  report?: (message: string, severity?: "info" | "warning") => void;
}

export interface CheckRequest extends ResourceCall {
  olds: PropertyMap | undefined;
  news: PropertyMap;
  randomSeed: Uint8Array;
}
export interface CheckResult {
  inputs: PropertyMap;
  failures: CheckFailure[];
}
/** `property` is a path such as `ports[0].internal`, "" for the whole resource. The reason says what would be right. */
export interface CheckFailure {
  property: string;
  reason: string;
}

export interface DiffRequest extends ResourceCall {
  id: string;
  oldInputs: PropertyMap;
  oldOutputs: PropertyMap;
  news: PropertyMap;
  ignoreChanges: string[];
}
export type DiffKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";
export interface PropertyDiff {
  kind: DiffKind;
  /** True if the paths are of inputs on both sides; false if the old side is an output. */
  inputDiff: boolean;
}
export interface DiffResult {
  /** `unknown` lets the engine compare inputs structurally. */
  changes: "unknown" | "none" | "some";
  /** Top-level keys that changed. */
  diffs?: string[];
  /** Top-level keys that force a replacement. */
  replaces?: string[];
  deleteBeforeReplace?: boolean;
  /** Property path to what happened with it, `envs[0]`. */
  detailedDiff?: Record<string, PropertyDiff>;
}

export interface CreateRequest extends ResourceCall {
  inputs: PropertyMap;
  /** Seconds; undefined: the provider's own default. */
  timeout?: number;
  preview: boolean;
}
export interface CreateResult {
  id: string;
  outputs: PropertyMap;
  /** True: the object is to be read before every later update. */
  refreshBeforeUpdate?: boolean;
}
export interface UpdateRequest extends ResourceCall {
  id: string;
  oldInputs: PropertyMap;
  oldOutputs: PropertyMap;
  news: PropertyMap;
  ignoreChanges: string[];
  timeout?: number;
  preview: boolean;
}
export interface UpdateResult {
  outputs: PropertyMap;
  refreshBeforeUpdate?: boolean;
}
export interface ReadRequest extends ResourceCall {
  id: string;
  /** Old inputs; empty for an import or a `.get`. */
  inputs: PropertyMap;
  outputs: PropertyMap;
  /**
   * Set if the object is to become the stack's own. `asked`: what the program asks for, without what it ignores, before its check;
   * undefined if no program does. What the object is already should come back in these words. Plugins are not told.
   */
  import?: { asked?: PropertyMap };
}
export interface ReadResult {
  id: string;
  outputs: PropertyMap;
  /** Inputs as they would have to be to describe the live object; undefined keeps the old ones. */
  inputs?: PropertyMap;
  /** Undefined: as it was. */
  refreshBeforeUpdate?: boolean;
}
export interface RecoverRequest extends ResourceCall {
  inputs: PropertyMap;
  /** Ids of objects of this type that the state has already: what is replaced may carry the same labels as its replacement. */
  known?: string[];
}
export interface DeleteRequest extends ResourceCall {
  id: string;
  oldInputs: PropertyMap;
  oldOutputs: PropertyMap;
  timeout?: number;
}
export interface InvokeOptions {
  preview: boolean;
}
/** What a provider needs to know of the run to act as part of the program. */
export interface ProgramContext {
  project: string;
  stack: string;
  organization: string;
  /** `ns:name` to text, secrets in clear. */
  config: Record<string, string>;
  configSecretKeys: string[];
  preview: boolean;
  /** Operations at a time. */
  parallel: number;
  /** `host:port` of the ResourceMonitor to register with. */
  monitorAddress: string;
  /** Names the stack trace of the program's request, for registrations that follow from it; "" if it has none. */
  stackTraceHandle: string;
}
export interface ConstructRequest {
  program: ProgramContext;
  type: string;
  name: string;
  /** URN; "" for none. */
  parent: string;
  inputs: PropertyMap;
  inputDependencies: Record<string, string[]>;
  options: ConstructOptions;
}
/** The options of a remote component, for its provider to register it with. Defaults are undefined or empty. */
export interface ConstructOptions {
  aliases: ConstructAlias[];
  dependencies: string[];
  /** Package to provider reference. */
  providers: Record<string, string>;
  protect?: boolean;
  retainOnDelete?: boolean;
  deleteBeforeReplace?: boolean;
  deletedWith: string;
  replaceWith: string[];
  replacementTrigger?: PropertyValue;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  additionalSecretOutputs: string[];
  /** Durations as Go writes them, `1m30s`. */
  customTimeouts?: { create: string; update: string; delete: string; read: string };
  /** Names of registered hooks, by when they run. */
  hooks?: ResourceState["resourceHooks"];
}
/** A former URN, or what differs from the URN that it has now. */
export type ConstructAlias =
  | { urn: string }
  | { name: string; type: string; stack: string; project: string; parentUrn?: string; noParent?: boolean };
export interface ConstructResult {
  urn: string;
  outputs: PropertyMap;
  outputDependencies: Record<string, string[]>;
}
export interface CallRequest {
  program: ProgramContext;
  token: string;
  args: PropertyMap;
  argDependencies: Record<string, string[]>;
}
export interface CallResult {
  result: PropertyMap;
  resultDependencies: Record<string, string[]>;
  failures: CheckFailure[];
}
export interface InvokeResult {
  result: PropertyMap;
  failures: CheckFailure[];
}

/**
 * The object exists but is not right yet (a container that never became healthy). The engine stores id, outputs and reasons
 * (`initErrors`) and the next run updates or replaces it.
 */
export class PartialFailure extends Error {
  constructor(
    readonly id: string,
    readonly outputs: PropertyMap,
    readonly reasons: string[],
    /** Of a read: inputs that describe the object as it is; undefined keeps the old ones. */
    readonly inputs?: PropertyMap,
  ) {
    super(reasons.join("; "));
    this.name = "PartialFailure";
  }
}

/** A failure of the world outside (daemon gone, name taken), told without a stack trace. `fix` says what to do about it. */
export class ProviderError extends Error {
  constructor(
    message: string,
    readonly fix?: string,
  ) {
    super(fix ? `${message}\n  fix: ${fix}` : message);
    this.name = "ProviderError";
  }
}
