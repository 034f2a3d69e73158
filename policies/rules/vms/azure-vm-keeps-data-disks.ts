import { isUnknown, type ResourceRule } from "../../rule.js";
import { breachesFirst, elementsAt, later } from "../_values.js";
import { AZURE_VM } from "./_azure.js";

const AT = "storageProfile.dataDisks";

export const rule: ResourceRule = {
  id: "azure-vm-keeps-data-disks",
  title: "Data disks of Azure outlive their machine",
  severity: "high",
  benchmarks: [],
  why: "With deleteOption Delete a data disk goes with its machine, also when the machine is only made anew.",
  fix: 'set deleteOption of each entry of storageProfile.dataDisks to "Detach", or leave it out',
  types: [AZURE_VM],
  check: ({ props }) =>
    breachesFirst(
      elementsAt(props, AT).flatMap(({ value, path }) => {
        if (isUnknown(value)) return [later(path)];
        if (isUnknown(value.deleteOption)) return [later(`${path}.deleteOption`)];
        return value.deleteOption === "Delete"
          ? [{ breach: "a data disk is deleted with it", path: `${path}.deleteOption` }]
          : [];
      }),
    ),
  // Changes on the running machine, and what it keeps can still be deleted.
  remedy({ props }) {
    const disks = elementsAt(props, AT).map(({ value }) => value);
    if (!disks.some((disk) => disk.deleteOption === "Delete")) return undefined;
    const dataDisks = disks.map((disk) =>
      disk.deleteOption === "Delete" ? { ...disk, deleteOption: "Detach" } : disk,
    );
    return { ...props, storageProfile: { ...props.storageProfile, dataDisks } };
  },
};
