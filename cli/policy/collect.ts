import type { EngineEvent } from "../../engine/events.js";
import { type PolicyInfo, violationError } from "../../engine/policy/types.js";
import type { PolicyFinding } from "../../review/types.js";

/** A pack that looked at a stack, as it describes itself. */
export interface PackFacts {
  pack: string;
  version: string;
  policies: PolicyInfo[];
}

/** Collects what policy packs find from the events of a run. */
export class PolicyCollector {
  readonly packs: PackFacts[] = [];
  /** Each once: what is replaced is looked at twice. */
  readonly #findings = new Map<string, PolicyFinding>();
  readonly #violations = new Set<string>();

  onEvent(event: EngineEvent): void {
    if (event.kind === "pack-ready") {
      const { pack, packVersion, policies } = event;
      this.packs.push({ pack, version: packVersion, policies });
    } else if (event.kind === "policy-violation") {
      const { policy, pack, level, severity, urn, message } = event;
      const finding = { policy, pack, level, ...(severity && { severity }), urn, message };
      this.#findings.set(JSON.stringify(finding), finding);
      if (level === "mandatory") this.#violations.add(violationError(event));
    }
  }

  /** By policy, then resource. */
  get findings(): PolicyFinding[] {
    const key = ({ policy, urn, message }: PolicyFinding) => `${policy} ${urn} ${message}`;
    return [...this.#findings.values()].sort((one, other) => (key(one) < key(other) ? -1 : 1));
  }

  /** The errors of a run that are none of the findings. */
  otherErrors(errors: string[]): string[] {
    return errors.filter((error) => !this.#violations.has(error));
  }
}
