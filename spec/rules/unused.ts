import { imageUse } from "../schema/images.js";
import type { Rule } from "./rule.js";

/** Entries that nothing uses are allowed, and often a slip. */
export const unusedEntries: Rule = (drafts, report) => {
  const users = [...drafts.agents, ...drafts.edge];
  const machines = new Set(users.map((user) => user.keys.machine));
  const images = new Set(
    users.flatMap((user) => {
      const use = user.keys.image === undefined ? undefined : imageUse(user.keys.image);
      return use && "entry" in use ? [use.entry] : [];
    }),
  );
  for (const { name, path } of drafts.machines) {
    if (!machines.has(name)) report({ path, at: "key", message: "nothing runs on this machine" });
  }
  for (const { name, path } of drafts.images) {
    if (!images.has(name)) report({ path, at: "key", message: "nothing uses this image" });
  }
};
