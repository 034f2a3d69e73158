import { Size } from "../values/size.js";
import type { Rule } from "./rule.js";

/** Docker's own least memory limit of a container. */
const LEAST = Size.of("6MiB");

export const leastMemory: Rule = (drafts, report) => {
  for (const { path, keys } of [...drafts.agents, ...drafts.edge, ...drafts.services]) {
    const memory = keys.resources?.memory;
    if (memory && memory.bytes < LEAST.bytes) {
      report({
        path: [...path, "resources", "memory"],
        message: `Docker takes no memory limit below ${LEAST}, and this is ${memory}`,
      });
    }
  }
};

/** Two machines that are one daemon would fight over names and ports. */
export const machinesApart: Rule = (drafts, report) => {
  const seen = new Map<string, string>();
  for (const { name, path, keys } of drafts.machines) {
    if (keys.on !== "docker") continue;
    const daemon = keys.socket ?? "this computer's Docker";
    const first = seen.get(daemon);
    if (first) report({ path, message: `is the same daemon as machines.${first} (${daemon}): one machine is enough` });
    else seen.set(daemon, name);
  }
};
