import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const of = (...dataDisks: unknown[]) => ({ storageProfile: { osDisk: { deleteOption: "Delete" }, dataDisks } });

export const samples: Samples = {
  passing: [
    { name: "none", props: {} },
    { name: "nothing said", props: of({ lun: 0 }) },
    { name: "detached", props: of({ lun: 0, deleteOption: "Detach" }) },
  ],
  failing: [
    {
      name: "deleted",
      props: of({ lun: 0, deleteOption: "Delete" }, { lun: 1 }),
      says: "a data disk is deleted",
      remedied: of({ lun: 0, deleteOption: "Detach" }, { lun: 1 }),
    },
    {
      name: "deleted, older API",
      type: "azure-native:compute/v20240301:VirtualMachine",
      props: of({ lun: 0, deleteOption: "Delete" }),
      remedied: of({ lun: 0, deleteOption: "Detach" }),
    },
  ],
  unknown: [
    { name: "disks later", props: { storageProfile: { dataDisks: UNKNOWN } } },
    { name: "option later", props: of({ lun: 0, deleteOption: UNKNOWN }) },
  ],
};
