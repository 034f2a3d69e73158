import { isUnknown, type ResourceRule } from "../../rule.js";
import { later, valueAt } from "../_values.js";
import { CONTAINER, inContainer, SERVICE } from "./_containers.js";

export const rule: ResourceRule = {
  id: "container-read-only-root",
  title: "Containers cannot write the files of their image",
  severity: "medium",
  benchmarks: ["CIS Docker 1.6.0 5.13"],
  why:
    "Who gets into an agent otherwise changes its programs, and stays there until the container is made anew. What " +
    "is to be written belongs into a volume, where it is seen and backed up.",
  fix:
    "in the stack file `hardening: { readOnlyRoot: true }` of the agent or service, with `hardening.tmpfs` for " +
    "paths that it must write and `volumes` for what is to stay. Elsewhere `readOnly: true`",
  types: [CONTAINER, SERVICE],
  check(subject) {
    const path = inContainer(subject, "readOnly");
    const readOnly = valueAt(subject.props, path);
    if (isUnknown(readOnly)) return [later(path)];
    return readOnly === true ? [] : [{ breach: "it can write the files of its image", path }];
  },
};
