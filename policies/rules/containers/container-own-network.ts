import { isUnknown, type ResourceRule, type Verdict } from "../../rule.js";
import { textOf } from "../_texts.js";
import { elementsAt, later, valueAt } from "../_values.js";
import { CONTAINER } from "./_containers.js";

/** Names of the network in which every container is that says nothing else. */
const SHARED = new Set(["", "bridge", "default"]);

export const rule: ResourceRule = {
  id: "container-own-network",
  title: "Containers are in networks that were made for them, not in Docker's default one",
  severity: "medium",
  benchmarks: ["CIS Docker 1.6.0 5.30"],
  why:
    "In Docker's default network every container of the machine reaches every port of every other, and none has a " +
    "name.",
  fix:
    "in the stack file every agent has a network of its own; `reaches` joins those that it may call. In a container " +
    "of your own: `networksAdvanced` with a `docker.Network`",
  types: [CONTAINER],
  check({ props }) {
    const mode = valueAt(props, "networkMode");
    const networks = elementsAt(props, "networksAdvanced").map(({ path, value }) => ({
      path: isUnknown(value) ? path : `${path}.name`,
      name: isUnknown(value) ? value : valueAt(value, "name"),
    }));
    const verdicts = networks.flatMap(({ path, name }): Verdict[] => {
      if (isUnknown(name)) return [later(path)];
      return SHARED.has(textOf(name)) ? [{ breach: "it joins Docker's default network", path }] : [];
    });
    if (networks.length > 0) return verdicts;
    if (isUnknown(mode)) return [later("networkMode")];
    return SHARED.has(textOf(mode)) ? [{ breach: "it is in Docker's default network", path: "networksAdvanced" }] : [];
  },
};
