import type { ResourceRule } from "../../rule.js";
import { demand } from "../_values.js";

/** No remedy: a droplet that exists would be replaced by it. */
export const rule: ResourceRule = {
  id: "droplet-monitoring",
  title: "Droplets are monitored",
  severity: "low",
  benchmarks: [],
  why: "Without the agent there are no figures of memory and disk: a full disk is noticed when an agent has stopped.",
  fix:
    "set monitoring: true; a droplet that exists is replaced by it, so install the agent on that one (apt-get install do-agent) and " +
    "ignore changes of monitoring",
  types: ["digitalocean:index/droplet:Droplet"],
  check: ({ props }) => demand(props, "monitoring", (value) => value === true, "nobody watches its memory and disk"),
};
