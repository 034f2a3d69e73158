import type { PropertyMap } from "../values.js";

/** What a policy's violation leads to. `remediate`: the policy mends it, and what it leaves is mandatory. */
export type EnforcementLevel = "advisory" | "mandatory" | "remediate" | "disabled";
export type PolicySeverity = "low" | "medium" | "high" | "critical";

/** A policy pack on this machine. */
export interface PolicyPackOptions {
  /** Its folder, with PulumiPolicy.yaml. */
  dir: string;
  /** A JSON file that sets levels and properties of its policies. */
  config?: string;
  /** How long the pack may take to start, and for each answer, in seconds; default 120. */
  timeoutSeconds?: number;
}

/** Which policy spoke. */
export interface PolicySource {
  policy: string;
  pack: string;
  /** Of the pack: from PulumiPolicy.yaml, else from its package.json. */
  packVersion: string;
}

export interface PolicyViolation extends PolicySource {
  /** What is not as it should be; the root stack for a policy that judges the stack as a whole. */
  urn: string;
  level: "advisory" | "mandatory";
  severity?: PolicySeverity;
  /** The policy's description, then what it says, each in lines of its own. */
  message: string;
}

/** Inputs that a policy changed. */
export interface PolicyRemediation extends PolicySource {
  urn: string;
  before: PropertyMap;
  after: PropertyMap;
}

/** Which policies of a pack looked at a resource (or at the stack), and which of them found something. Names, sorted. */
export interface PolicySummary {
  phase: "remediate" | "analyze" | "stack";
  /** Absent for the stack. */
  urn?: string;
  pack: string;
  packVersion: string;
  passed: string[];
  failed: string[];
}

/** A policy as its pack describes it. */
export interface PolicyInfo {
  name: string;
  level: EnforcementLevel;
  /** Undefined: an old pack that does not say. */
  kind: "resource" | "stack" | undefined;
  severity?: PolicySeverity;
  /** For people; empty if its author says nothing. */
  displayName: string;
  description: string;
  /** What to do about a violation. */
  remediationSteps: string;
  url: string;
  tags: string[];
  /** JSON schema of its properties; undefined if it takes none. */
  schema?: { properties: Record<string, unknown>; required: string[] };
}

/** Settings of one policy. */
export interface PolicyConfig {
  level?: EnforcementLevel;
  properties: Record<string, unknown>;
}

/** A mandatory violation as one line of a run's errors. */
export function violationError({ policy, pack, packVersion, urn, message }: PolicyViolation): string {
  return `policy ${policy} (${pack}@v${packVersion}) is violated by ${urn}: ${message.trim().replace(/\s*\n\s*/g, "; ")}`;
}
