import type { Kept, Loss } from "../types.js";
import { type Alike, alike, ofStacks, total } from "./alike.js";
import { code, fence, prose } from "./escape.js";
import { acknowledgeLabel, counted, number, shortType, shortUrn } from "./names.js";
import type { View } from "./view.js";

/** The data that the change loses, what forces it, and who has acknowledged it or how to. */
export function lossSection(view: View): string {
  const { review, most } = view;
  const open = alike<Loss>(review.stacks, ({ losses }) => losses.filter(({ acknowledged }) => !acknowledged));
  const done = alike<Loss>(review.stacks, ({ losses }) => losses.filter(({ acknowledged }) => acknowledged));
  if (open.length + done.length === 0) return "";
  const labels = acknowledgeLabels(open);
  const all = [...open, ...done];
  const lines = all.slice(0, most).flatMap((found) => lossLines(found, view, labels));
  const hidden = total(all.slice(most));
  if (hidden > 0) lines.push(`- … and ${counted(hidden, "more loss", "more losses")}`);
  const title = open.length > 0 ? "### 🛑 Will be lost" : "### Will be lost, and is acknowledged";
  return [`${title}\n\n${lines.join("\n")}`, stackFiles(open, view)].filter((text) => text !== "").join("\n\n");
}

function lossLines(found: Alike<Loss>, view: View, labels: ReadonlyMap<string, string>): string[] {
  const { longest, longestText } = view;
  const { acknowledged, urn, op } = found[0].item;
  const fate = op === "replace" ? "is **replaced**" : "is **deleted**";
  const line = `- The ${held(found, longest)} ${[fate, ...causes(found[0].item, longest)].join(", ")}.`;
  if (acknowledged)
    return [line, `  - Acknowledged ${BY[acknowledged.by]}: ${prose(acknowledged.reason, longestText)}`];
  const label = labels.get(urn);
  const each = found.length > 1 ? ", and one for each of the others" : "";
  const how =
    label === undefined
      ? ""
      : `set the label ${code(label)} on this pull request${each}, with the reason as its description, or `;
  return [line, `  - Not acknowledged. If it is meant: ${how}name it in the stack file, as below.`];
}

const BY: Record<NonNullable<Loss["acknowledged"]>["by"], string> = {
  "stack file": "in the stack file",
  label: "by a label",
  "command line": "on the command line",
};

/** What it is that holds the data, and whose. */
const held = (found: Alike<Kept>, longest: number): string => {
  const { what, name, type } = found[0].item;
  return `**${prose(what, longest)}** ${code(name, longest)} (${code(shortType(type), longest)}) ${ofStacks(found, longest)}`;
};

function causes({ keys, goesWith, staysBehind }: Loss, longest: number): string[] {
  const forced = keys.slice(0, 8).map((key) => code(key, longest));
  if (keys.length > 8) forced.push(`${keys.length - 8} more`);
  return [
    ...(forced.length > 0 ? [`forced by ${forced.join(", ")}`] : []),
    ...(goesWith === undefined ? [] : [`as it goes with ${code(shortUrn(goesWith), longest)}`]),
    ...(staysBehind ? ["while the old one stays behind: the fleet goes on with a new and empty one"] : []),
  ];
}

/** By URN, the label that would acknowledge it. None where two of a stack have one name: it would be said of both. */
export function acknowledgeLabels(open: readonly Alike<Loss>[]): Map<string, string> {
  const urns = new Map<string, string[]>();
  for (const { stack, item } of open.flat()) {
    const label = acknowledgeLabel(stack, item.name);
    if (label !== undefined) urns.set(label, [...(urns.get(label) ?? []), item.urn]);
  }
  return new Map([...urns].flatMap(([label, [urn, second]]) => (second === undefined ? [[urn!, label] as const] : [])));
}

/** What to write into the stack files, folded. Of stacks that are alike only the first is spelled out, but for the full text. */
function stackFiles(open: readonly Alike<Loss>[], { most, longest, full }: View): string {
  const byStack = new Map<string, string[]>();
  for (const { stack, item } of open.flatMap((found) => (full ? found : [found[0]])))
    byStack.set(stack, [...(byStack.get(stack) ?? []), item.urn]);
  const shown = [...byStack].slice(0, most).map(([stack, urns]) => {
    const keys = urns.slice(0, most).map((urn) => `    ${yamlKey(urn)}: "why this data may go"`);
    return `${code(`stacks/Pulumi.${stack}.yaml`, longest + 20)}:\n\n${fence("yaml", ["config:", "  fleet:acknowledged:", ...keys])}`;
  });
  if (shown.length === 0) return "";
  if (!full && open.some(({ length }) => length > 1))
    shown.push("The other stacks need the same, each with its own URNs.");
  return ["<details><summary>What to write into the stack file</summary>", ...shown, "</details>"].join("\n\n");
}

const yamlKey = (urn: string): string => (/^urn:[\w:$./-]*\w$/.test(urn) ? urn : JSON.stringify(urn));

/** What is dropped but left in place. */
export function keptSection({ review, most, longest }: View): string {
  const all = alike<Kept>(review.stacks, ({ kept }) => kept);
  if (all.length === 0) return "";
  const lines = all.slice(0, most).map((found) => `- The ${held(found, longest)} leaves the fleet and stays in place.`);
  const hidden = total(all.slice(most));
  if (hidden > 0) lines.push(`- … and ${number(hidden)} more`);
  return `### Kept\n\n${lines.join("\n")}`;
}
