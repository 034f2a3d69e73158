import type { EngineEvent } from "../events.js";
import type { Json } from "../state/json.js";
import type { Masker } from "./mask.js";
import { propertiesJson } from "./state-json.js";
import { plainText } from "./style.js";

export type PolicyEvent = Extract<EngineEvent, { kind: `policy-${string}` }>;

const SUMMARIES = {
  analyze: "policyAnalyzeSummaryEvent",
  remediate: "policyRemediateSummaryEvent",
  stack: "policyAnalyzeStackSummaryEvent",
} as const;

/** A policy's event as Pulumi's event log has it. */
export function policyEventJson(event: PolicyEvent, masker: Masker): { [key: string]: Json } {
  switch (event.kind) {
    case "policy-load":
      return { policyLoadEvent: {} };
    case "policy-violation": {
      const { urn, message, level, severity } = event;
      return {
        policyEvent: {
          resourceUrn: urn,
          message: `${plainText(masker.mask(message))}\n`,
          color: "never",
          policyName: event.policy,
          ...pack(event),
          enforcementLevel: level,
          ...(severity && { severity }),
        },
      };
    }
    case "policy-remediation":
      masker.learn(event.before);
      masker.learn(event.after);
      return {
        policyRemediationEvent: {
          resourceUrn: event.urn,
          color: "raw",
          policyName: event.policy,
          ...pack(event),
          before: propertiesJson(event.before, masker, "signature"),
          after: propertiesJson(event.after, masker, "signature"),
        },
      };
    case "policy-summary":
      return {
        [SUMMARIES[event.phase]]: {
          ...(event.urn !== undefined && { resourceUrn: event.urn }),
          ...pack(event),
          ...(event.passed.length > 0 && { passed: event.passed }),
          ...(event.failed.length > 0 && { failed: event.failed }),
        },
      };
  }
}

function pack({ pack, packVersion }: { pack: string; packVersion: string }): { [key: string]: Json } {
  return { policyPackName: pack, policyPackVersion: packVersion, policyPackVersionTag: packVersion };
}
