import type { Draft, Drafts } from "../read.js";
import type { Report } from "../rules/rule.js";

/** What the checks need to know of a runtime, beside the schema of its keys. */
export interface Runtime {
  /** The machine's edge serves its agents even where no host is given. */
  servedByDefault: boolean;
  /** Volumes that each of its agents has: path in the container by name. */
  volumes: Record<string, string>;
  /** Finds what is wrong in its agents beyond their schema. */
  check(agents: Draft<"agents">[], drafts: Drafts, report: Report): void;
}
