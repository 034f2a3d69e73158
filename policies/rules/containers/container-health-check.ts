import { isUnknown, type ResourceRule } from "../../rule.js";
import { textOf } from "../_texts.js";
import { elementsAt, later, valueAt } from "../_values.js";
import { CONTAINER, inContainer, SERVICE } from "./_containers.js";

export const rule: ResourceRule = {
  id: "container-health-check",
  title: "Containers say by a check of their own whether they work",
  severity: "medium",
  benchmarks: ["CIS Docker 1.6.0 5.27", "CIS Docker 1.6.0 4.6"],
  why:
    "Without one a container counts as good as soon as its process runs: an upgrade that answers nobody goes " +
    "through, and `./fleet patch` has nothing by which to go back.",
  fix:
    "in the stack file `health` of the agent, such as `health: { http: /healthz }` or `health: { command: " +
    "[pg_isready] }`. Elsewhere `healthcheck`; a check that only the image has is not seen here",
  types: [CONTAINER, SERVICE],
  check(subject) {
    const path = inContainer(subject, "healthcheck");
    const check = valueAt(subject.props, path);
    const [first] = elementsAt(subject.props, `${path}.tests`);
    if (isUnknown(check)) return [later(path)];
    if (first !== undefined && isUnknown(first.value)) return [later(first.path)];
    if (first === undefined) return [{ breach: "it has no health check", path }];
    return textOf(first.value).toUpperCase() === "NONE"
      ? [{ breach: "its image's health check is switched off", path: `${path}.tests` }]
      : [];
  },
};
