import type { LoggedEvent, Observation } from "./types.js";
import { nameOf } from "./world.js";

/** What policies found and changed, from the event log of either engine. */
export function policiesOf(log: LoggedEvent[]): Pick<Observation, "violations" | "remediations"> {
  const violations = log.flatMap(({ policyEvent: event }) =>
    event
      ? [`${event.enforcementLevel} ${event.policyName} ${nameOf(event.resourceUrn)}: ${event.message.trim()}`]
      : [],
  );
  const remediations = log.flatMap(({ policyRemediationEvent: event }) =>
    event ? [`${event.policyName} ${nameOf(event.resourceUrn)}`] : [],
  );
  return { violations, remediations };
}
