/**
 * What a change does to stacks, as plain JSON: it is made in one process and read in others, by reviewers and by `up`. Secrets are never
 * in it: where a value was secret it reads "[secret]", where it is known only later "[unknown]".
 */
export type Json = null | boolean | number | string | Json[] | JsonMap;
export interface JsonMap {
  [key: string]: Json;
}

/** What stands for a secret value. */
export const SECRET = "[secret]";
/** What stands for a value that only the run itself will know. */
export const UNKNOWN = "[unknown]";

/** One property that differs. */
export interface PropertyChange {
  /** As the engine writes it, `envs[0]`, `labels["fleet.stack"]`. */
  path: string;
  kind: "add" | "update" | "delete";
  /** It forces the replacement. */
  replaces: boolean;
  /** A secret is in it: both values read {@link SECRET}. */
  secret: boolean;
  before?: Json;
  after?: Json;
}

export type ReviewedOp = "create" | "update" | "replace" | "delete" | "import" | "read" | "discard" | "refresh";

/** A step of a plan that is no `same`. */
export interface PlannedStep {
  op: ReviewedOp;
  urn: string;
  /** Type token, `docker:index/volume:Volume`. */
  type: string;
  /** The URN's last part. */
  name: string;
  /** False for components. */
  custom: boolean;
  /** Top-level keys that force the replacement. */
  replaceKeys: string[];
  changes: PropertyChange[];
  /** Deletion, or replacement, leaves the object in place (retainOnDelete). */
  retained: boolean;
  /** URN of the resource that takes this one's object along when it goes. */
  deletedWith?: string;
  /** The URN that it had before, if an alias has moved it. */
  formerUrn?: string;
}

/** A resource as a stack's state has it before or after. */
export interface ReviewedResource {
  urn: string;
  type: string;
  name: string;
  custom: boolean;
  parent?: string;
  inputs: JsonMap;
  outputs: JsonMap;
  dependencies: string[];
  protect: boolean;
  retainOnDelete: boolean;
}

/** What a policy said. */
export interface PolicyFinding {
  policy: string;
  pack: string;
  level: "advisory" | "mandatory";
  severity?: "low" | "medium" | "high" | "critical";
  urn: string;
  message: string;
}

/** What came of one stack's preview against its former state. */
export interface StackPlan {
  stack: string;
  outcome: "succeeded" | "failed";
  errors: string[];
  /** In the order of the plan. */
  steps: PlannedStep[];
  before: ReviewedResource[];
  after: ReviewedResource[];
  /** Resources that an alias has given another URN: nothing is done about them. */
  moved?: { urn: string; formerUrn: string }[];
}

/** Why a stack is looked at. */
export interface Reason {
  kind: "stack-file" | "project" | "code" | "template" | "package" | "file" | "refers-to" | "new" | "removed";
  /** For people: `components/agents/runtimes/pa.ts`, `@pulumi/docker 5.0.0 → 5.1.0`, `refers to mypa-shared`. */
  text: string;
}

/** Data that a step would lose. */
export interface Loss {
  urn: string;
  type: string;
  name: string;
  op: "replace" | "delete";
  /** What holds the data, in words: "volume", "droplet", "DNS zone". */
  what: string;
  /** Properties that force it; none for a deletion. */
  keys: string[];
  /** The old one is retained: it stays in place, but the fleet goes on with a new, empty one. */
  staysBehind?: boolean;
  /** URN of what it lives on and goes with, whether it is retained or not. */
  goesWith?: string;
  acknowledged?: { reason: string; by: "stack file" | "label" | "command line" };
}

/** What is dropped but left in place, because it is retained. */
export type Kept = Pick<Loss, "urn" | "type" | "name" | "op" | "what" | "keys">;

/** One thing that costs. */
export interface CostItem {
  urn: string;
  name: string;
  /** `droplet s-4vcpu-8gb, nyc3`. */
  what: string;
  /** US dollars a month (730 hours); undefined: not known, `why` says so. */
  monthly?: number;
  why?: string;
}
export interface Cost {
  items: CostItem[];
  /** US dollars a month of what is known. */
  total: number;
  /** How many items are not known. */
  unknown: number;
  /** Date of the prices, `2026-11-01`. */
  prices: string;
}

export interface StackReview {
  stack: string;
  reasons: Reason[];
  plan: StackPlan;
  losses: Loss[];
  kept: Kept[];
  cost: { before: Cost; after: Cost };
  /** Findings of the head version, and of the base version; absent where no pack was asked. */
  policies?: { before: PolicyFinding[]; after: PolicyFinding[] };
  /** See digest.ts. */
  digest: string;
}

/** A version that is compared. */
export interface Version {
  /** Full commit id; "working tree" for what is not committed. */
  commit: string;
  /** As people name it: `main`, `my-branch`. */
  name: string;
}

/** All that a change does. */
export interface Review {
  base: Version;
  head: Version;
  stacks: StackReview[];
  /** Stacks that the change cannot affect. */
  unaffected: string[];
}
