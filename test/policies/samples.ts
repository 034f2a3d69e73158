import type { Props, Stack, Subject } from "../../policies/rule.js";

/** A resource that a sample is made of. What is known only later is written `UNKNOWN` (policies/rule.ts), at any depth. */
export interface SampleResource {
  name: string;
  /** Type token. */
  type: string;
  props: Props;
  /** Name of another resource of the sample, as `parent`. Stack rules only. */
  options?: { protect?: boolean; retainOnDelete?: boolean; parent?: string };
}

/** A resource that a resource rule is asked about. */
export interface Sample {
  /** What is special about it, in words: `added capability`. Unique within the rule. */
  name: string;
  /** Type token; the rule's first type unless said otherwise. */
  type?: string;
  props: Props;
  options?: { protect?: boolean; retainOnDelete?: boolean };
  /** Settings that differ from the rule's defaults. */
  settings?: Props;
  /** Stands in the verdict (failing: in a breach; unknown: in an unknown). */
  says?: string | RegExp;
  /** Remedied inputs have exactly these top-level values. Failing samples of rules with a remedy only. */
  remedied?: Props;
}

/** Resources that a stack rule is asked about together. */
export interface StackSample {
  name: string;
  resources: (SampleResource & {
    /** Beside the inputs, which are outputs too. */
    outputs?: Props;
    /** Names of resources that it depends on. */
    dependsOn?: string[];
  })[];
  settings?: Props;
  /** Names of the resources that the verdict is about; not looked at if absent. */
  about?: string[];
  says?: string | RegExp;
}

/**
 * What a rule has to say of what. `passing`: nothing. `failing`: a breach at least. `unknown`: no breach, and that it cannot tell.
 */
export interface Samples<S extends Sample | StackSample = Sample> {
  passing: S[];
  failing: S[];
  unknown: S[];
}

export const PROJECT = "fleet";
export const STACK = "samples";

export function sampleUrn(type: string, name: string): string {
  return `urn:pulumi:${STACK}::${PROJECT}::${type}::${name}`;
}

/** A sample as a resource rule sees it. */
export function subjectOf(sample: Sample, type: string): Subject {
  const { name, props, options = {} } = sample;
  return { urn: sampleUrn(type, name), type, name, props: structuredCopy(props), options };
}

/** A sample as a stack rule sees it. */
export function stackOf({ resources }: StackSample): Stack {
  const urns = new Map(resources.map(({ name, type }) => [name, sampleUrn(type, name)]));
  const urnOf = (name: string): string => {
    const urn = urns.get(name);
    if (urn === undefined) throw new Error(`the sample has no resource ${name}`);
    return urn;
  };
  return {
    resources: resources.map(
      ({ name, type, props, outputs, options: { parent, ...options } = {}, dependsOn = [] }) => ({
        urn: urnOf(name),
        type,
        name,
        props: structuredCopy(props),
        outputs: structuredCopy({ ...props, ...outputs }),
        options: { ...options, ...(parent !== undefined && { parent: urnOf(parent) }) },
        dependencies: dependsOn.map(urnOf),
      }),
    ),
  };
}

/** A rule must not write into what it is shown: it is frozen. Symbols stay. */
function structuredCopy<T>(value: T): T {
  if (value === null || typeof value !== "object") return value;
  const copy = Array.isArray(value)
    ? value.map(structuredCopy)
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, structuredCopy(inner)]));
  return Object.freeze(copy) as T;
}
