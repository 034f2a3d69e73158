import { isUnknown, type ResourceRule } from "../../rule.js";
import { breachesFirst, elementsAt, later, valueAt } from "../_values.js";

/** Kinds of a disk's source that are none of libvirt's volumes. `network` is: a store such as Ceph has its own backups. */
const OUTSIDE = ["file", "block", "dir", "nvme"];

export const rule: ResourceRule = {
  id: "domain-disk-in-pool",
  title: "Disks of domains are volumes of a pool",
  severity: "medium",
  benchmarks: [],
  why:
    "A file or device of the hypervisor that no pool knows is in no plan: nobody sees that it is lost, nothing counts its space, and " +
    "a whole block device may be the hypervisor's own.",
  fix: "make a libvirt Volume and name it: source: { volume: { pool, volume } }",
  types: ["libvirt:index/domain:Domain"],
  check: ({ props }) =>
    breachesFirst(
      elementsAt(props, "devices.disks").flatMap(({ value, path }) => {
        if (isUnknown(value)) return [later(path)];
        // What is read only: installation media, seeds.
        if (value.device === "cdrom" || value.device === "floppy" || value.readOnly === true) return [];
        if (isUnknown(value.source)) return [later(`${path}.source`)];
        const kind = OUTSIDE.find((kind) => valueAt(value, `source.${kind}`) !== undefined);
        return kind === undefined ? [] : [{ breach: "a disk is no volume of a pool", path: `${path}.source.${kind}` }];
      }),
    ),
};
