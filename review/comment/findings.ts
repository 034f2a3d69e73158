import type { PolicyFinding, StackReview } from "../types.js";
import { partsOf } from "./names.js";
import { once } from "./once.js";

/** What the policies say of the new version, against what they said of the old one. */
export interface FindingsDelta {
  fresh: PolicyFinding[];
  existing: PolicyFinding[];
  /** Said of the old version, and no longer. */
  fixed: PolicyFinding[];
  /** New ones that the stack's file lets pass, with a reason. */
  excepted: PolicyFinding[];
}

/** As our own rules begin what they say of an exception. */
const isExcepted = ({ message }: PolicyFinding): boolean => message.startsWith("excepted: ");

/** Undefined where no policies were asked, or where a preview failed: what it did not come to was not looked at. */
export const findingsDelta = once(({ policies, plan }: StackReview): FindingsDelta | undefined => {
  if (!policies || plan.outcome === "failed") return undefined;
  const formerUrns = new Map(
    [...plan.steps, ...(plan.moved ?? [])].map(({ urn, formerUrn }) => [urn, formerUrn ?? urn]),
  );
  const left = [...policies.before];
  /** Takes the first of the old findings that `key` finds to be this one. */
  const take = (found: PolicyFinding, key: (of: PolicyFinding) => string): PolicyFinding | undefined => {
    const wanted = key(found);
    const index = left.findIndex((old) => key(old) === wanted);
    return index < 0 ? undefined : left.splice(index, 1)[0];
  };
  const exact = ({ policy, pack, urn, message }: PolicyFinding) =>
    JSON.stringify([pack, policy, formerUrns.get(urn) ?? urn, message]);
  // A resource that only moved to another parent is no step of the plan, and has another URN all the same.
  const moved = ({ policy, pack, urn, message }: PolicyFinding) => {
    const { type, name } = partsOf(formerUrns.get(urn) ?? urn);
    return JSON.stringify([pack, policy, type, name, message]);
  };

  const delta: FindingsDelta = { fresh: [], existing: [], fixed: [], excepted: [] };
  const place = (found: PolicyFinding, old: PolicyFinding) =>
    (found.level === "mandatory" && old.level === "advisory" ? delta.fresh : delta.existing).push(found);
  const unmatched = policies.after.filter((found) => {
    const old = take(found, exact);
    if (old) place(found, old);
    return !old;
  });
  for (const found of unmatched) {
    const old = take(found, moved);
    if (old) place(found, old);
    else delta[isExcepted(found) ? "excepted" : "fresh"].push(found);
  }
  delta.fixed = left.filter((found) => !isExcepted(found));
  return delta;
});
