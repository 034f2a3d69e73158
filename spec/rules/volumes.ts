import { volumesOf } from "../resolve.js";
import type { Rule } from "./rule.js";

/** Mounted by us or by the kernel; nothing may hide them. */
const TAKEN = ["/config", "/proc", "/sys", "/dev"];
const isBelow = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

export const volumePaths: Rule = (drafts, report) => {
  for (const agent of drafts.agents) {
    // Volumes or tmpfs that could not be read are reported already.
    if (agent.keys.runtime === undefined || agent.keys.volumes === undefined) continue;
    const mounts = new Map<string, string>();
    for (const path of agent.keys.hardening?.tmpfs ?? []) mounts.set(path, "hardening.tmpfs");
    for (const { name, path } of volumesOf(agent, drafts.stack)) {
      const at = [...agent.path, "volumes", name];
      if (path === undefined) {
        report({ path: [...at, "path"], message: "is missing: where the volume is mounted in the container" });
        continue;
      }
      const taken = TAKEN.find((folder) => isBelow(path, folder));
      const first = mounts.get(path);
      if (taken) report({ path: [...at, "path"], message: `${taken} in the container is taken: choose another path` });
      else if (first) report({ path: [...at, "path"], message: `${path} is already the path of ${first}` });
      else mounts.set(path, `volumes.${name}`);
    }
  }
};
