import type { PolicyFinding } from "../../review/types.js";

/** What a finding comes to. `advice`: not as it should be, but nothing is held to it. */
export type Outcome = "failing" | "advice" | "could not tell" | "excepted";

/** A finding with its message taken apart. */
export interface ReadFinding extends PolicyFinding {
  outcome: Outcome;
  /** What is wrong, or cannot be told, in one sentence. */
  said: string;
  /** The resource's name. */
  name: string;
  /** The input that it is about. */
  at?: string;
  /** Of an exception. */
  reason?: string;
  until?: string;
  fix?: string;
}

const UNKNOWN = /^could not tell: /;
/** As the SDK of any pack says it. */
const UNKNOWN_TO_SDK = /^can't run policy .* during preview: /;
const EXCEPTED = /^excepted: /;
const KEYED = /^(at|reason|until|fix|benchmarks): (.*)$/;

/** Takes a message apart: what our pack reports by its `key: value` lines; of other packs' messages every line is what they say. */
export function readFinding(finding: PolicyFinding): ReadFinding {
  const lines = finding.message.trim().split("\n");
  const keyed = lines.slice(1).map((line) => KEYED.exec(line.trim()));
  const facts = Object.fromEntries(keyed.flatMap((match) => (match ? [[match[1]!, match[2]!]] : [])));
  const said = [lines[0]!, ...lines.slice(1).filter((_, index) => !keyed[index])].map((line) => line.trim()).join("; ");
  const { at, reason, until, fix } = facts;
  return {
    ...finding,
    outcome: outcomeOf(finding, said),
    said: said.replace(EXCEPTED, "").replace(UNKNOWN, "").replace(UNKNOWN_TO_SDK, ""),
    name: finding.urn.slice(finding.urn.lastIndexOf("::") + 2),
    ...(at && { at }),
    ...(reason && { reason }),
    ...(until && { until }),
    ...(fix && { fix }),
  };
}

function outcomeOf({ level }: PolicyFinding, said: string): Outcome {
  if (level === "mandatory") return "failing";
  if (EXCEPTED.test(said)) return "excepted";
  return UNKNOWN.test(said) || UNKNOWN_TO_SDK.test(said) ? "could not tell" : "advice";
}
