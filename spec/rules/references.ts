import { didYouMean } from "../faults/suggest.js";
import type { Path } from "../fleet.js";
import type { Draft, Drafts } from "../read.js";
import { hasOwnNetwork, servicesOf } from "../resolve.js";
import { isImageReference, show } from "../schema/fields.js";
import { imageUse } from "../schema/images.js";
import type { Report, Rule } from "./rule.js";

/** A name that is referred to must be an entry of its section. True if it is. */
export function mustExist(section: string, name: string, known: string[], path: Path, report: Report): boolean {
  if (known.includes(name)) return true;
  const other = section === "agents" ? "there is no other agent" : `fleet:${section} has no entries`;
  const none = known.length === 0 ? other : `fleet:${section} has ${known.join(", ")}`;
  report({ path, message: `${section} has no entry ${show(name)}`, suggestion: didYouMean(name, known) ?? none });
  return false;
}

const namesOf = (drafts: { name: string }[]) => drafts.map((draft) => draft.name);

export const machineReferences: Rule = (drafts, report) => {
  for (const { path, keys } of [
    ...drafts.agents,
    ...drafts.edge,
    ...drafts.services,
    ...drafts.images,
    ...drafts.backups,
  ]) {
    if (keys.machine !== undefined) {
      mustExist("machines", keys.machine, namesOf(drafts.machines), [...path, "machine"], report);
    }
  }
};

/** Clouds that machines are made in. */
export const cloudReferences: Rule = (drafts, report) => {
  for (const { path, keys } of drafts.machines) {
    if (keys.on === "digitalocean" && keys.cloud !== undefined)
      mustExist("clouds", keys.cloud, namesOf(drafts.clouds), [...path, "cloud"], report);
  }
};

/** Every place that names an image. */
export function imageUses(drafts: Drafts): { path: Path; image: string }[] {
  const entries = [...drafts.agents, ...drafts.edge, ...drafts.services];
  const uses = entries.map(({ path, keys }) => ({ path: [...path, "image"], image: keys.image }));
  for (const { path, keys } of drafts.edge)
    uses.push({ path: [...path, "socketProxy", "image"], image: keys.socketProxy?.image });
  for (const { path, keys } of drafts.services) {
    for (const part of ["postgres", "redis"] as const)
      uses.push({ path: [...path, part, "image"], image: keys[part]?.image });
  }
  for (const { path, keys } of drafts.images) uses.push({ path: [...path, "build", "base"], image: keys.build?.base });
  return uses.filter((use): use is { path: Path; image: string } => use.image !== undefined);
}

export const imageReferences: Rule = (drafts, report) => {
  for (const { path, image } of imageUses(drafts)) {
    const use = imageUse(image);
    if ("entry" in use) {
      const known = namesOf(drafts.images);
      if (known.includes(use.entry)) continue;
      report({
        path,
        message: `images has no entry ${show(use.entry)}; an image of a registry needs its tag, such as ${use.entry || "name"}:1.2`,
        suggestion: didYouMean(use.entry, known),
      });
    } else if (!isImageReference(use.reference)) {
      report({ path, message: `must be an entry of fleet:images or an image reference, not ${show(use.reference)}` });
    }
  }
};

/** Other stacks that entries are taken from. */
export const sharedReferences: Rule = (drafts, report) => {
  for (const { path, keys } of [...drafts.clouds, ...drafts.images, ...drafts.machines, ...drafts.dns]) {
    if (keys.shared !== undefined)
      mustExist("shared", keys.shared, namesOf(drafts.shared), [...path, "shared"], report);
  }
};

/** The id of another stack's image means something on that stack's machines only. */
export const sharedImagesOnTheirMachines: Rule = (drafts, report) => {
  for (const { path, keys } of [...drafts.agents, ...drafts.edge, ...drafts.services]) {
    const image = drafts.images.find(({ name }) => name === keys.image);
    const machine = drafts.machines.find(({ name }) => name === keys.machine);
    const stack = image?.keys.shared;
    if (stack === undefined || machine === undefined || machine.wrong.has("shared")) continue;
    if (machine.keys.on === "shared" && machine.keys.shared === stack) continue;
    // A stack that is not named anywhere is told already.
    const known = namesOf(drafts.shared);
    if (!known.includes(stack) || !known.includes(machine.keys.shared ?? stack)) continue;
    report({
      path: [...path, "image"],
      message: `${image?.name} is on machines of the stack ${stack} only, and ${machine.name} is none: write on: shared, shared: ${stack} there`,
    });
  }
};

/** Services that agents use: they meet in the service's network, so on one machine. */
export const serviceReferences: Rule = (drafts, report) => {
  for (const agent of drafts.agents) {
    for (const { service: name, path } of servicesOf(agent)) {
      const at = [...agent.path, ...path];
      if (!mustExist("services", name, namesOf(drafts.services), at, report)) continue;
      const here = agent.keys.machine;
      const there = drafts.services.find((service) => service.name === name)?.keys.machine;
      if (here !== undefined && there !== undefined && here !== there) {
        report({
          path: at,
          message: `${name} runs on machine ${there} and ${agent.name} on ${here}: an agent uses what runs on its own machine`,
        });
      }
    }
  }
};

export const reachReferences: Rule = (drafts, report) => {
  for (const agent of drafts.agents) {
    const reaches = agent.keys.reaches ?? [];
    const others = namesOf(drafts.agents).filter((name) => name !== agent.name);
    reaches.forEach((name, index) => {
      const path = [...agent.path, "reaches", index];
      if (name === agent.name) report({ path, message: "an agent cannot reach itself: take it out" });
      else if (reaches.indexOf(name) < index) report({ path, message: `${name} is in the list twice` });
      else if (mustExist("agents", name, others, path, report)) reachable(agent, name, drafts, path, report);
    });
  }
};

function reachable(agent: Draft<"agents">, name: string, drafts: Drafts, path: Path, report: Report): void {
  const other = drafts.agents.find((one) => one.name === name)!;
  const there = other.keys.machine;
  const here = agent.keys.machine;
  if (here !== undefined && there !== undefined && here !== there) {
    report({
      path,
      message: `${name} runs on machine ${there} and ${agent.name} on ${here}: agents reach each other on one machine only`,
    });
  } else if (!hasOwnNetwork(other, drafts)) {
    report({ path, message: `${name} has no network of its own that could be joined: it lives in one with others` });
  }
}
