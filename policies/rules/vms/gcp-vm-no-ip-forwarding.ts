import type { ResourceRule } from "../../rule.js";
import { demand } from "../_values.js";
import { GCP_MACHINES } from "./_gcp.js";

export const rule: ResourceRule = {
  id: "gcp-vm-no-ip-forwarding",
  title: "GCP machines do not forward packets of others",
  severity: "medium",
  benchmarks: ["CIS GCP 4.0 4.6", "CKV_GCP_36", "GCP-0043"],
  why: "A machine that may send with addresses that are not its own can pass data around the firewall, or pose as another machine.",
  fix: "set canIpForward to false; a router or VPN gateway is an exception with a reason (the machine is made anew by this change)",
  types: GCP_MACHINES,
  check: ({ props }) => demand(props, "canIpForward", (value) => value !== true, "it forwards packets of others"),
};
