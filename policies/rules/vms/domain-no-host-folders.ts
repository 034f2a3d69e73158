import { isUnknown, type ResourceRule } from "../../rule.js";
import { breachesFirst, elementsAt, later, valueAt } from "../_values.js";

export const rule: ResourceRule = {
  id: "domain-no-host-folders",
  title: "Domains share no folder of their hypervisor",
  severity: "high",
  benchmarks: [],
  why: "A shared folder is written to from inside: an agent in the domain changes files of the hypervisor, as the user that QEMU runs as.",
  fix: "take the entry of devices.filesystems out and give the domain a volume; or set its readOnly",
  types: ["libvirt:index/domain:Domain"],
  check: ({ props }) =>
    breachesFirst(
      elementsAt(props, "devices.filesystems").flatMap(({ value, path }) => {
        if (isUnknown(value) || isUnknown(value.readOnly)) return [later(path)];
        const folder = valueAt(value, "source.mount");
        if (isUnknown(folder)) return [later(`${path}.source`)];
        return folder !== undefined && value.readOnly !== true
          ? [{ breach: "it may write to a folder of its hypervisor", path }]
          : [];
      }),
    ),
};
