import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

export const samples: Samples = {
  passing: [
    { name: "Docker's profiles", props: {} },
    { name: "as our components make it", props: { securityOpts: ["no-new-privileges:true"] } },
    { name: "profiles of its own", props: { securityOpts: ["seccomp={}", "apparmor=agent", "label=type:agent_t"] } },
  ],
  failing: [
    { name: "no seccomp", props: { securityOpts: ["seccomp=unconfined"] }, says: "system calls are not filtered" },
    { name: "as it was written once", props: { securityOpts: ["seccomp:unconfined"] } },
    { name: "no AppArmor", props: { securityOpts: ["no-new-privileges", "apparmor=unconfined"] }, says: "AppArmor" },
    { name: "no SELinux", props: { securityOpts: ["label=disable"] }, says: "SELinux" },
    { name: "the kernel's files", props: { securityOpts: ["systempaths=unconfined"] }, says: "/proc" },
  ],
  unknown: [
    { name: "all options", props: { securityOpts: UNKNOWN } },
    { name: "one of them", props: { securityOpts: ["no-new-privileges:true", UNKNOWN] }, says: "securityOpts[1]" },
  ],
};
