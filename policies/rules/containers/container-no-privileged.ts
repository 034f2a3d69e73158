import { isUnknown, type ResourceRule } from "../../rule.js";
import { later } from "../_values.js";
import { CONTAINER } from "./_containers.js";

export const rule: ResourceRule = {
  id: "container-no-privileged",
  title: "Containers do not run privileged",
  severity: "critical",
  benchmarks: ["CIS Docker 1.6.0 5.5"],
  why:
    "A privileged container has every capability and every device, and neither seccomp nor AppArmor: root in it is " +
    "root of the machine.",
  fix:
    "take `privileged` out. What the program really needs of it is most often one capability: in the stack file " +
    "`hardening: { capAdd: [NET_ADMIN] }`, elsewhere `capabilities.adds`",
  types: [CONTAINER],
  check({ props: { privileged } }) {
    if (isUnknown(privileged)) return [later("privileged")];
    return privileged ? [{ breach: "it runs privileged", path: "privileged" }] : [];
  },
};
