import type resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import type { RegistrationContext } from "./registration.js";
import { makeUrn, parseUrn } from "./urn.js";

interface Subject {
  parent: string | undefined;
  type: string;
  name: string;
}

/**
 * The URNs that a resource may have had before, in order of preference: its own aliases, then those that follow from an alias of its
 * parent. Source: Pulumi's step generator.
 */
export function decodeAliases(
  request: resourceProto.RegisterResourceRequest,
  context: RegistrationContext,
  subject: Subject,
): string[] {
  const own = [
    ...request.getAliasurnsList(),
    ...request.getAliasesList().map((alias) => {
      const spec = alias.getSpec();
      if (spec === undefined) return alias.getUrn();
      return makeUrn(
        spec.getStack() || context.stack,
        spec.getProject() || context.project,
        spec.getNoparent() ? undefined : formerParent(spec.getParenturn(), context) || subject.parent,
        spec.getType() || subject.type,
        spec.getName() || subject.name,
      );
    }),
  ];
  const former = subject.parent && context.formerUrn(subject.parent);
  if (!subject.parent || !former) return [...new Set(own)];
  const parentName = parseUrn(subject.parent).name;
  const inherited = [subject, ...own.map(parseUrn)].map(({ type, name }) => inherit(type, name, parentName, former));
  return [...new Set([...own, ...inherited])];
}

/** If the parent was found by an alias, the child was below its former URN. */
function formerParent(urn: string, context: RegistrationContext): string {
  return context.formerUrn(urn) ?? urn;
}

/** A child below a parent's former URN. By convention its name begins with the parent's, and changes along with it. */
function inherit(type: string, name: string, parentName: string, formerParentUrn: string): string {
  const former = parseUrn(formerParentUrn);
  const formerName = name.startsWith(parentName) ? former.name + name.slice(parentName.length) : name;
  return makeUrn(former.stack, former.project, formerParentUrn, type, formerName);
}
