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
