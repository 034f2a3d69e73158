import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import { asset } from "@pulumi/pulumi";
import { type Props, type Stack, type Subject, UNKNOWN } from "./rule.js";

/** The resource that a policy is asked about, as rules see it. */
export function subjectOf({ urn, type, name, props, opts }: ResourceValidationArgs): Subject {
  const { protect, parent, aliases } = opts;
  return { urn, type, name, props: revealed(props) as Props, options: { protect, parent, aliases } };
}

/**
 * The stack that a policy is asked about, as rules see it. The protocol gives a resource's outputs only.
 *
 * @param inputs by URN, from when the resources were registered; the outputs stand for those of others
 */
export function stackOf(resources: PolicyResource[], inputs: ReadonlyMap<string, Props>): Stack {
  return {
    resources: resources.map(({ urn, type, name, props, opts, parent, dependencies }) => {
      const outputs = revealed(props) as Props;
      const { protect, aliases } = opts;
      return {
        urn,
        type,
        name,
        props: inputs.get(urn) ?? outputs,
        outputs,
        options: { protect, aliases, parent: parent?.urn ?? opts.parent },
        dependencies: dependencies.map((dependency) => dependency.urn),
      };
    }),
  };
}

/** A copy of a value with UNKNOWN where the SDK throws for what is known only later. */
export function revealed(value: unknown): unknown {
  if (typeof value !== "object" || value === null || isAsset(value)) return value;
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => revealed(read(value, index)));
  return Object.fromEntries(Object.keys(value).map((key) => [key, revealed(read(value as Props, key))]));
}

const isAsset = (value: object): boolean => {
  try {
    return asset.Asset.isInstance(value) || asset.Archive.isInstance(value);
  } catch {
    return false;
  }
};

function read(value: Props | unknown[], key: string | number): unknown {
  try {
    return (value as Props)[key];
  } catch (error) {
    // The SDK's UnknownValueError, which it does not export.
    if (error instanceof Error && "unknownTypeSentinel" in error) return UNKNOWN;
    throw error;
  }
}
