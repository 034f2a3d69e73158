import { didYouMean } from "../faults/suggest.js";
import type { Path } from "../fleet.js";
import type { Draft } from "../read.js";
import { isImageReference, show } from "../schema/fields.js";
import { imageUse } from "../schema/images.js";
import type { Report, Rule } from "./rule.js";

/** A name that is referred to must be an entry of its section. */
function mustExist(section: string, name: string, known: string[], path: Path, report: Report): boolean {
  if (known.includes(name)) return true;
  const other = section === "agents" ? "there is no other agent" : `fleet:${section} has no entries`;
  const none = known.length === 0 ? other : `fleet:${section} has ${known.join(", ")}`;
  report({ path, message: `${section} has no entry ${show(name)}`, suggestion: didYouMean(name, known) ?? none });
  return false;
}

const names = (drafts: { name: string }[]) => drafts.map((draft) => draft.name);

export const machineReferences: Rule = (drafts, report) => {
  for (const { path, keys } of [...drafts.agents, ...drafts.edge]) {
    if (keys.machine !== undefined) {
      mustExist("machines", keys.machine, names(drafts.machines), [...path, "machine"], report);
    }
  }
};

export const imageReferences: Rule = (drafts, report) => {
  for (const { path, keys } of [...drafts.agents, ...drafts.edge]) {
    if (keys.image === undefined) continue;
    const use = imageUse(keys.image);
    if ("entry" in use) {
      const known = names(drafts.images);
      if (known.includes(use.entry)) continue;
      report({
        path: [...path, "image"],
        message: `images has no entry ${show(use.entry)}; an image of a registry needs its tag, such as ${use.entry || "name"}:1.2`,
        suggestion: didYouMean(use.entry, known),
      });
    } else if (!isImageReference(use.reference)) {
      report({
        path: [...path, "image"],
        message: `must be an entry of fleet:images or an image reference, not ${show(use.reference)}`,
      });
    }
  }
};

export const reachReferences: Rule = (drafts, report) => {
  for (const agent of drafts.agents) {
    const reaches = agent.keys.reaches ?? [];
    const others = names(drafts.agents).filter((name) => name !== agent.name);
    reaches.forEach((name, index) => {
      const path = [...agent.path, "reaches", index];
      if (name === agent.name) report({ path, message: "an agent cannot reach itself: take it out" });
      else if (reaches.indexOf(name) < index) report({ path, message: `${name} is in the list twice` });
      else if (mustExist("agents", name, others, path, report)) sameMachine(agent, name, drafts.agents, path, report);
    });
  }
};

function sameMachine(
  agent: Draft<"agents">,
  name: string,
  agents: Draft<"agents">[],
  path: Path,
  report: Report,
): void {
  const there = agents.find((other) => other.name === name)?.keys.machine;
  const here = agent.keys.machine;
  if (here === undefined || there === undefined || here === there) return;
  report({
    path,
    message: `${name} runs on machine ${there} and ${agent.name} on ${here}: agents reach each other on one machine only`,
  });
}
