import type { ResourceRule } from "../../rule.js";
import { plainType } from "../_types.js";
import { demand } from "../_values.js";
import { AZURE_SCALE_SET, AZURE_VM, CLASSIC_VMS, CLASSIC_WINDOWS_VMS, profilesOf } from "./_azure.js";

const CLASSIC = [...CLASSIC_VMS, ...CLASSIC_WINDOWS_VMS];

/** No remedy: the subscription has to be registered for it first, and a machine has to be stopped. */
export const rule: ResourceRule = {
  id: "azure-vm-encryption-at-host",
  title: "Machines of Azure are encrypted at the host",
  severity: "medium",
  benchmarks: ["CKV_AZURE_97", "CKV_AZURE_151"],
  why: "Disks are encrypted at rest in any case, but temporary disks and caches are not: they lie in clear on the host.",
  fix: "register the feature Microsoft.Compute/EncryptionAtHost once, then set securityProfile.encryptionAtHost to true",
  types: [AZURE_VM, AZURE_SCALE_SET, ...CLASSIC],
  check: ({ type, props }) =>
    demand(
      props,
      CLASSIC.includes(type)
        ? "encryptionAtHostEnabled"
        : `${profilesOf(plainType(type))}securityProfile.encryptionAtHost`,
      (value) => value === true,
      "its caches and temporary disk are not encrypted",
    ),
};
