import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const of = (console: unknown) => ({ devices: { graphics: [console] } });

export const samples: Samples = {
  passing: [
    { name: "none", props: { devices: { serials: [{}] } } },
    { name: "where libvirt puts it", props: of({ vnc: { autoPort: true } }) },
    { name: "loopback", props: of({ vnc: { listen: "127.0.0.1" } }) },
    { name: "socket", props: of({ spice: { listeners: [{ socket: { socket: "/run/vm.sock" } }] } }) },
  ],
  failing: [
    { name: "vnc to all", props: of({ vnc: { listen: "0.0.0.0" } }), says: "vnc console listens on all" },
    { name: "spice to all", props: of({ spice: { listen: "::" } }) },
    { name: "rdp to all", props: of({ rdp: { listen: "0.0.0.0" } }) },
    { name: "listener to all", props: of({ vnc: { listeners: [{ address: { address: "0.0.0.0" } }] } }) },
  ],
  unknown: [
    { name: "devices later", props: { devices: UNKNOWN } },
    { name: "console later", props: of({ vnc: UNKNOWN }) },
    { name: "address later", props: of({ vnc: { listen: UNKNOWN } }) },
    { name: "listeners later", props: of({ vnc: { listeners: UNKNOWN } }) },
  ],
};
