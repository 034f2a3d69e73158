import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const of = (...disks: unknown[]) => ({ devices: { disks } });

export const samples: Samples = {
  passing: [
    { name: "none", props: {} },
    {
      name: "volume",
      props: of({ source: { volume: { pool: "agents", volume: "root.qcow2" } }, target: { dev: "vda" } }),
    },
    { name: "installation medium", props: of({ device: "cdrom", source: { file: { file: "/srv/debian.iso" } } }) },
    { name: "network store", props: of({ source: { network: { protocol: "rbd", name: "vms/agent" } } }) },
    { name: "names known later", props: of({ source: { volume: { pool: UNKNOWN, volume: UNKNOWN } } }) },
  ],
  failing: [
    { name: "file", props: of({ source: { file: { file: "/srv/root.qcow2" } } }), says: "no volume of a pool" },
    { name: "block device", props: of({ source: { block: { dev: "/dev/sdb" } } }) },
  ],
  unknown: [
    { name: "disks later", props: { devices: { disks: UNKNOWN } } },
    { name: "disk later", props: of(UNKNOWN) },
    { name: "source later", props: of({ source: UNKNOWN }) },
  ],
};
