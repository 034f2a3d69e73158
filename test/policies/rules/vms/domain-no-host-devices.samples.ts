import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

export const samples: Samples = {
  passing: [
    { name: "no devices", props: { name: "agent" } },
    { name: "devices of its own", props: { devices: { disks: [{}], hostdevs: [] } } },
  ],
  failing: [
    {
      name: "pci",
      props: { devices: { hostdevs: [{ subsysPci: { source: {} } }] } },
      says: "device of its hypervisor",
    },
    { name: "which one is known later", props: { devices: { hostdevs: [UNKNOWN] } } },
  ],
  unknown: [
    { name: "devices later", props: { devices: UNKNOWN } },
    { name: "host devices later", props: { devices: { hostdevs: UNKNOWN } } },
  ],
};
