import { isUnknown, type Props, type ResourceRule, type Verdict } from "../../rule.js";
import { textOf } from "../_texts.js";
import { later, valueAt } from "../_values.js";
import { CONTAINER, SERVICE } from "./_containers.js";

/** Inputs of which one that is greater than zero limits memory, or processor time. */
const MEMORY = { [CONTAINER]: ["memory"], [SERVICE]: ["taskSpec.resources.limits.memoryBytes"] };
const CPU = { [CONTAINER]: ["cpus", "cpuQuota"], [SERVICE]: ["taskSpec.resources.limits.nanoCpus"] };

export const rule: ResourceRule = {
  id: "container-limits",
  title: "Containers have limits of memory and processor time",
  severity: "medium",
  benchmarks: ["CIS Docker 1.6.0 5.11", "CIS Docker 1.6.0 5.12"],
  why:
    "One agent in a loop otherwise takes the memory of all others on the machine, and the kernel kills whatever it " +
    "finds largest.",
  fix:
    "in the stack file `resources: { memory: 2GiB, cpus: 2 }` of the agent or service. In a container of your own: " +
    "`memory` (MiB) and `cpus` or `cpuQuota`; `cpuShares` says only who goes first",
  types: [CONTAINER, SERVICE],
  check: ({ type, props }) => [
    ...limited(props, MEMORY[type as keyof typeof MEMORY], "memory"),
    ...limited(props, CPU[type as keyof typeof CPU], "processor time"),
  ],
};

function limited(props: Props, paths: string[], what: string): Verdict[] {
  const values = paths.map((path) => ({ path, value: valueAt(props, path) }));
  if (values.some(({ value }) => !isUnknown(value) && Number(textOf(value)) > 0)) return [];
  const unknown = values.find(({ value }) => isUnknown(value));
  return [unknown ? later(unknown.path) : { breach: `it has no limit of ${what}`, path: paths[0] }];
}
