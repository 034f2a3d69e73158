import { isUnknown, type ResourceRule } from "../../rule.js";
import { elementsAt, later } from "../_values.js";

export const rule: ResourceRule = {
  id: "domain-no-host-devices",
  title: "Domains have no devices of their hypervisor",
  severity: "high",
  benchmarks: [],
  why:
    "A device that is passed through speaks to the hypervisor's hardware: its firmware can be written, and the memory behind it read " +
    "where the IOMMU does not separate it.",
  fix: "take devices.hostdevs out; a GPU that an agent needs is an exception with a reason",
  types: ["libvirt:index/domain:Domain"],
  check({ props }) {
    const [first] = elementsAt(props, "devices.hostdevs");
    if (first === undefined) return [];
    if (isUnknown(first.value) && first.path === "devices.hostdevs") return [later(first.path)];
    return [{ breach: "it has a device of its hypervisor", path: first.path }];
  },
};
