import { imageUse } from "../schema/images.js";
import { derivedIn } from "./dns/records.js";
import { imageUses } from "./references.js";
import type { Rule } from "./rule.js";

/** Entries that nothing uses are allowed, and often a slip. */
export const unusedEntries: Rule = (drafts, report) => {
  const users = [...drafts.agents, ...drafts.edge, ...drafts.services];
  const machines = new Set(users.map((user) => user.keys.machine));
  const images = new Set(
    imageUses(drafts).flatMap(({ image }) => {
      const use = imageUse(image);
      return "entry" in use ? [use.entry] : [];
    }),
  );
  const clouds = new Set(drafts.machines.map(({ keys }) => keys.cloud));
  const teams = drafts.services.flatMap(({ keys }) => Object.values(keys.teams ?? {}));
  const takers = [...drafts.clouds, ...drafts.images, ...drafts.machines, ...drafts.dns].map(({ keys }) => keys);
  const sources = new Set([...takers, ...teams].map(({ shared }) => shared));
  for (const { name, path } of drafts.machines) {
    if (!machines.has(name)) report({ path, at: "key", message: "nothing runs on this machine" });
  }
  for (const { name, path, keys } of drafts.clouds) {
    // One that is made here may be for the machines of other stacks.
    if (!clouds.has(name) && keys.shared !== undefined)
      report({ path, at: "key", message: "no machine is made in this cloud" });
  }
  for (const { name, path, keys } of drafts.images) {
    if (!images.has(name) && keys.machine === undefined)
      report({ path, at: "key", message: "nothing uses this image" });
  }
  for (const zone of drafts.dns) {
    const { shared, existing, zoneId, apex, records = {} } = zone.keys;
    const isMade = shared === undefined && !existing && zoneId === undefined;
    // One that is made here may be for other stacks.
    if (isMade || apex !== undefined || Object.keys(records).length > 0 || derivedIn(zone, drafts).length > 0) continue;
    report({ path: zone.path, at: "key", message: "nothing of this stack gets a record in this zone" });
  }
  for (const { name, path } of drafts.shared) {
    if (!sources.has(name)) report({ path, at: "key", message: "nothing is taken from this stack" });
  }
};
