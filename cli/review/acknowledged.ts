import type { Acknowledgement } from "../../review/loss/acknowledge.js";
import type { Loss } from "../../review/types.js";
import { sectionIn } from "../stack-edit.js";

/** A pull request's label, as GitHub has it. */
export interface Label {
  name: string;
  description?: string | null;
}

const LABEL = "acknowledge-loss:";

/** What a stack's file acknowledges. The file may have faults that make it unusable: what can be read counts. */
export function acknowledgedIn(text: string | undefined, project: string): Acknowledgement[] {
  const section = sectionIn(project, text ?? "", "acknowledged");
  if (typeof section !== "object" || section === null) return [];
  return Object.entries(section).flatMap(([urn, reason]) =>
    typeof reason === "string" ? [{ urn, reason, by: "stack file" as const }] : [],
  );
}

/**
 * What labels acknowledge: `acknowledge-loss:<stack>/<resource>`, the resource by its name or URN, with the reason as the label's description.
 * Only who may triage can set them.
 */
export function acknowledgedByLabels(losses: Loss[], labels: Label[], stack: string): Acknowledgement[] {
  return labels.flatMap(({ name, description }) => {
    if (!name.startsWith(LABEL)) return [];
    const named = name.slice(LABEL.length).trim();
    const reason = description?.trim();
    if (!reason) return [];
    return losses
      .filter((loss) => named === `${stack}/${loss.name}` || named === loss.urn)
      .map(({ urn }) => ({ urn, reason, by: "label" as const }));
  });
}
