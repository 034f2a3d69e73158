import type { ResourceRule } from "../../rule.js";
import { demand, isOn } from "../_values.js";
import { GCP_MACHINES } from "./_gcp.js";

/** No remedy: whoever comes to a machine by the project's keys would be locked out. */
export const rule: ResourceRule = {
  id: "gcp-vm-no-project-keys",
  title: "GCP machines do not take the project's SSH keys",
  severity: "medium",
  benchmarks: ["CIS GCP 4.0 4.3", "CKV_GCP_32", "GCP-0030"],
  why: "A key in the project's metadata opens every machine of the project. One that leaks opens all of them.",
  fix: 'set metadata["block-project-ssh-keys"] to "true", and give the machine its own keys or OS Login',
  types: GCP_MACHINES,
  check: ({ props }) => demand(props, "metadata.block-project-ssh-keys", isOn, "the project's SSH keys open it"),
};
