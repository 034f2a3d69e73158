import type { ResourceRule } from "../../rule.js";
import { breachesFirst, demand } from "../_values.js";
import { GCP_MACHINES } from "./_gcp.js";

/** No remedy: a running machine has to be stopped for it, and drivers without a signature stay out under Secure Boot. */
export const rule: ResourceRule = {
  id: "gcp-vm-shielded",
  title: "GCP machines are Shielded VMs",
  severity: "medium",
  benchmarks: ["CIS GCP 4.0 4.8", "CKV_GCP_39", "GCP-0041", "GCP-0045", "GCP-0067"],
  why: "Without Secure Boot, vTPM and integrity monitoring, whoever once was root can stay below the operating system, unseen.",
  fix: "set shieldedInstanceConfig to { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true }",
  settings: {
    secureBoot: {
      type: "boolean",
      default: true,
      description: "Whether Secure Boot is demanded too. Images with drivers of their own do not start with it.",
    },
  },
  types: GCP_MACHINES,
  check({ props }, { secureBoot }) {
    const at = "shieldedInstanceConfig";
    // On unless it is said otherwise, where the image can do it at all.
    const notOff = (value: unknown) => value !== false;
    return breachesFirst([
      ...(secureBoot
        ? demand(props, `${at}.enableSecureBoot`, (value) => value === true, "it has no Secure Boot")
        : []),
      ...demand(props, `${at}.enableVtpm`, notOff, "its vTPM is off"),
      ...demand(props, `${at}.enableIntegrityMonitoring`, notOff, "its integrity monitoring is off"),
    ]);
  },
};
