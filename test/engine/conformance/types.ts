import type { StepOp } from "../../../engine/events.js";
import type { DiffKind, ProviderFactory } from "../../../engine/provider.js";
import type { FakeCloud, Phase } from "../support/cloud.js";
import type { CloudProviderOptions } from "../support/cloud-provider.js";

/** The engines that a case runs against. */
export type EngineName = "hermetic" | "pulumi";

export const AREAS = [
  "life cycle",
  "failures",
  "crash and recovery",
  "replacement",
  "deletion",
  "protection",
  "secrets",
  "aliases",
  "diffs",
  "previews",
  "providers",
  "plugins",
  "components and outputs",
  "refresh",
  "targets",
  "state",
  "read and import",
  "stack references",
  "functions",
  "assets",
  "configuration",
  "transforms",
  "hooks",
  "continue on error",
  "policies",
  "display",
  "cancel",
  "recorded",
] as const;
export type Area = (typeof AREAS)[number];

/** One semantic of the engine, shown by a real program. See README.md. */
export interface ConformanceCase {
  /** Unique, `create-before-delete`. */
  name: string;
  area: Area;
  /** What holds, in one sentence. */
  semantic: string;
  /** Public tests of the real engine of the same behaviour. */
  like?: string[];
  /** YAML below `config:` of the stack file, not indented. */
  config?: string;
  /** Lines that are added to Pulumi.yaml. */
  project?: string;
  /** Further files of the project, by relative path. */
  files?: Record<string, string>;
  /** Packages that the fake cloud serves, beside `cloud`. */
  packages?: Record<string, CloudProviderOptions>;
  /** Providers other than the fake cloud's, by package. */
  providers?: Record<string, ProviderFactory>;
  /** Versions of the packages; default 1.0.0. */
  versions?: Record<string, string>;
  /** Names that deletion is meant to leave in the cloud. */
  retained?: string[];
  /** Prepares the project and the cloud before the first step. */
  prepare?: (world: World) => void | Promise<void>;
  steps: CaseStep[];
  /** Why the engines are meant to differ here: then the real one is compared but not held to the expectations. */
  differs?: string;
  /** Why this cannot be run on the real engine. */
  hermeticOnly?: string;
  /** Runs programs in a process of their own: for what ends, or breaks, that process. */
  ownProcess?: boolean;
  /** False: a last preview is not expected to plan nothing. */
  settles?: boolean;
}

/** What a step of a case can reach. */
export interface World {
  /** The project's folder. */
  folder: string;
  cloud: FakeCloud;
  engine: EngineName;
  /** Puts a deployment in the stack's place, as `pulumi stack import` does. */
  writeDeployment(deployment: Deployment): void;
}

export type CaseStep = RunStep | EditStep | CloudStep;

/** Edits the checkpoint's `latest` (a deployment, as `pulumi stack export` has it) between two runs. */
export interface EditStep {
  edit: (deployment: Deployment) => void;
}
/** Does something to the cloud, or the project's files, behind the engine's back. */
export interface CloudStep {
  change: (cloud: FakeCloud, world: World) => void | Promise<void>;
}

export type RunKind = "preview" | "up" | "refresh" | "preview-refresh" | "destroy" | "preview-destroy";

export interface RunSettings {
  refresh?: boolean;
  /** Operations at a time. */
  parallel?: number;
  /** Extra environment of engine and program. */
  env?: Record<string, string>;
  /** URNs and globs. */
  targets?: string[];
  targetDependents?: boolean;
  excludes?: string[];
  excludeDependents?: boolean;
  replaces?: string[];
  excludeProtected?: boolean;
  clearPendingCreates?: boolean;
  /** Folders of policy packs, and files with their settings, in the project. */
  policyPacks?: { dir: string; config?: string }[];
  /** A preview is asked for its digest, too. */
  digest?: boolean;
  continueOnError?: boolean;
  /** Of a destroy. */
  runProgram?: boolean;
}

/** One command of the engine. */
export interface RunStep extends RunSettings {
  run: RunKind;
  /** Body of the program's async function, see TestProject; left out: the one before. */
  program?: string;
  /** The program's whole file, in place of `program`. */
  source?: string;
  /** What goes wrong on the way; each fault once. */
  faults?: Fault[];
  /** The state file and the cloud end up as they were at this call, as if the engine had been killed there. */
  crash?: { call: string; phase?: Phase };
  expect?: Expectation;
}

/** Hits the first call that matches. */
export interface Fault {
  /** `create a`, `update a`, `delete a`, `read a`. */
  call: string;
  /** Before the call's effect (default) or after it. */
  phase?: Phase;
  /** The call fails with this message. */
  error?: string;
  /** The call waits until it is aborted. */
  hang?: boolean;
  /** Ctrl-C is pressed that often. */
  interrupt?: number;
}

/** Everything that is given has to hold; records and objects are matched in part, lists in whole, unless said otherwise. */
export interface Expectation {
  /** Default: succeeded. */
  outcome?: "succeeded" | "failed";
  /** All steps but sames, by the end of their URN: `a`, or `Thing::a`. The root stack and default providers are left out. */
  plan?: Record<string, StepExpectation | StepExpectation[]>;
  /** All effects that were asked of the cloud, `create a`, in any order. */
  calls?: string[];
  /** Effects in this order, among others. */
  order?: string[] | string[][];
  /** Calls of the provider that are among those made. */
  provider?: Partial<ProviderCall>[];
  /** Calls of the provider that were not made. */
  providerNot?: Partial<ProviderCall>[];
  /** Resources by the end of their URN; null: not in the state; several under one URN: a list. */
  state?: Record<string, Matcher | null>;
  /** The names of all resources in the state, sorted; without root stack and providers. */
  resources?: string[];
  /** `creating a`. */
  pending?: string[];
  /** The stack's outputs in the state, in whole. */
  outputs?: Record<string, unknown>;
  /** Each has to match an error message. Given for a failed run, no other error may be told than those that match. */
  errors?: RegExp[];
  warnings?: RegExp[];
  /** All violations that policies found, `advisory no-public a`, in any order. */
  violations?: string[];
  /** All changes that policies made, `no-public a`, in any order. */
  remediations?: string[];
  /** No text that the engine showed or stored in clear may match. */
  nowhere?: RegExp;
  /** Anything else; throws if it does not hold. */
  check?: (observation: Observation, world: World) => void | Promise<void>;
}

export type StepExpectation =
  | StepOp
  | {
      op: StepOp;
      /** Keys that force the replacement, in whole. */
      keys?: string[];
      /** Keys that differ, in whole. */
      diffs?: string[];
      /** In whole: path to kind. */
      detailedDiff?: Record<string, DiffKind>;
      /** Matched in part; secrets are `{secret: value}`, unknowns "<unknown>". */
      inputs?: Matcher;
      outputs?: Matcher;
    };

/** A value, a regular expression for a text, or a record or list of those. */
export type Matcher = unknown;

/** A call of the provider; values as JSON, secrets `{secret: value}`, unknowns "<unknown>". */
export interface ProviderCall {
  method: string;
  package: string;
  name: string;
  urn: string;
  preview: boolean;
  [field: string]: unknown;
}

/** A step as an engine told it. */
export interface ObservedStep {
  op: StepOp;
  urn: string;
  /** False for what only carries out a part of a replacement. */
  logical: boolean;
  keys: string[];
  diffs: string[];
  detailedDiff: Record<string, DiffKind>;
  failed: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** A resource as the checkpoint has it, secrets as `{secret: value}`. */
export interface CheckpointResource {
  urn: string;
  type: string;
  custom: boolean;
  id?: string;
  delete?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  parent?: string;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[]>;
  provider?: string;
  [field: string]: unknown;
}
export interface Deployment {
  resources?: CheckpointResource[];
  pending_operations?: { type: string; resource: CheckpointResource }[];
  [field: string]: unknown;
}

/** What one run did, as far as it can be seen from outside. */
export interface Observation {
  run: RunKind;
  outcome: "succeeded" | "failed";
  /** Of the command; 0 or 1 where there was no command. */
  exitCode: number;
  steps: ObservedStep[];
  errors: string[];
  warnings: string[];
  /** `advisory no-public a: <what it says>`. */
  violations: string[];
  remediations: string[];
  /** The event log, line by line, without debug messages. */
  log: LoggedEvent[];
  /** What `preview --json` prints, if it was asked for. */
  digest?: Digest;
  /** Everything that was shown, to look for what must not be. */
  shown: string;
  calls: ProviderCall[];
  /** After the run; undefined where there is none. */
  deployment: Deployment | undefined;
  /** The state file's text. */
  stored: string;
}

/** A line of the event log: sequence, timestamp, and one of the engine's events. */
// biome-ignore lint/suspicious/noExplicitAny: cases look into whatever kind of event they are about
export type LoggedEvent = Record<string, any>;

export interface Digest {
  config?: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: cases look into whatever the step is about
  steps?: Record<string, any>[];
  diagnostics?: { urn?: string; message: string; severity: string }[];
  changeSummary?: Record<string, number>;
  [member: string]: unknown;
}

/** What a driver tells of a run. */
export type RawRun = Pick<
  Observation,
  "outcome" | "exitCode" | "steps" | "errors" | "warnings" | "violations" | "remediations" | "log" | "digest" | "shown"
>;

/** An engine at work on one case's project. */
export interface Session {
  run(kind: RunKind, settings: RunSettings): Promise<RawRun>;
  /** Ctrl-C to the run that is under way. */
  interrupt(): void;
  close(): Promise<void>;
}
