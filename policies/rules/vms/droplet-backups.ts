import { isUnknown, type ResourceRule } from "../../rule.js";
import { demand } from "../_values.js";

export const rule: ResourceRule = {
  id: "droplet-backups",
  title: "Droplets are backed up",
  severity: "medium",
  benchmarks: [],
  why: "What lies on the droplet's own disk is gone with it. Its volumes are not in this backup: data-backed-up asks for theirs.",
  fix: "set backups: true (by default weekly; 20 % of the droplet's price), or backupPolicy for daily ones",
  types: ["digitalocean:index/droplet:Droplet"],
  check: ({ props }) => demand(props, "backups", (value) => value === true, "it has no backups"),
  // Turned on while the droplet runs. It costs money, which a remedy has to be switched on for.
  remedy: ({ props }) => (isUnknown(props.backups) || props.backups === true ? undefined : { ...props, backups: true }),
};
