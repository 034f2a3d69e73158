import { createHash } from "node:crypto";
import type { PolicyInfo } from "../../engine/policy/types.js";
import type { Checked, StackFindings } from "./check.js";
import { type Outcome, type ReadFinding, readFinding } from "./finding.js";
import { placeOf } from "./places.js";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

/** As code scanning sorts by: CVSS-like, of 10. */
const SCORES = { low: "3.0", medium: "5.5", high: "8.0", critical: "9.5" };

const LEVELS: Record<Outcome, "error" | "warning" | "note"> = {
  failing: "error",
  advice: "warning",
  "could not tell": "note",
  excepted: "note",
};

export interface SarifOptions {
  /** The project's name, `fleet`. */
  project: string;
  /** How a file is named: from the repository's root, with slashes. */
  uriOf: (path: string) => string;
}

/** What policies found as a SARIF 2.1.0 log, for code scanning. What is excepted is there, as suppressed. */
export function sarif({ stacks, packs }: Checked, options: SarifOptions): object {
  const runs = packs.map(({ pack, version, policies }) => {
    const ids = policies.map(({ name }) => name);
    return {
      tool: { driver: { name: pack, version, semanticVersion: version, rules: policies.map(rule) } },
      columnKind: "utf16CodeUnits",
      results: stacks.flatMap((stack) =>
        stack.findings
          .filter((finding) => finding.pack === pack)
          .map((finding) => result(readFinding(finding), stack, ids, options)),
      ),
      invocations: [
        {
          executionSuccessful: stacks.every(({ errors }) => errors.length === 0),
          toolExecutionNotifications: stacks.flatMap(({ stack, errors }) =>
            errors.map((text) => ({ level: "error", message: { text: `${stack}: ${text}` } })),
          ),
        },
      ],
    };
  });
  return { $schema: SCHEMA, version: "2.1.0", runs };
}

function rule({ name, displayName, description, remediationSteps, url, tags, severity, level }: PolicyInfo): object {
  const title = displayName || description || name;
  return {
    id: name,
    name: name.replace(/(^|-)([a-z0-9])/g, (_, _dash, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: description || title },
    help: {
      text: remediationSteps || description || title,
      markdown: [`**${title}.** ${description}`, ...(remediationSteps ? [`**Fix:** ${remediationSteps}`] : [])].join(
        "\n\n",
      ),
    },
    ...(url && { helpUri: url }),
    defaultConfiguration: { enabled: level !== "disabled", level: level === "advisory" ? "warning" : "error" },
    properties: { tags: ["security", ...tags], ...(severity && { "security-severity": SCORES[severity] }) },
  };
}

function result(
  finding: ReadFinding,
  { stack, file }: StackFindings,
  ids: string[],
  { project, uriOf }: SarifOptions,
): object {
  const { policy, outcome, name, urn, said, at, reason, until } = finding;
  const place = placeOf(file, project, finding);
  const ruleIndex = ids.indexOf(policy);
  const doubt = outcome === "could not tell" ? "could not tell: " : "";
  return {
    ruleId: policy,
    ...(ruleIndex >= 0 && { ruleIndex }),
    level: LEVELS[outcome],
    message: { text: `${name} in ${stack}: ${doubt}${said}${at ? ` (${at})` : ""}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file.path), uriBaseId: "%SRCROOT%" },
          region: { startLine: place.line, startColumn: place.column },
        },
        logicalLocations: [{ name, fullyQualifiedName: urn, kind: "resource" }],
      },
    ],
    // Lines move: what stays the same is the rule, the resource and the input.
    partialFingerprints: { "fleetPolicy/v1": digest([policy, urn, at ?? "", outcome === "failing" ? "" : doubt]) },
    ...(outcome === "excepted" && {
      suppressions: [{ kind: "external", status: "accepted", justification: `${reason} (until ${until})` }],
    }),
  };
}

const digest = (parts: string[]): string => createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 32);
