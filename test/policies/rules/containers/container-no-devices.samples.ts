import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const devices = (hostPath: unknown) => ({ devices: [{ hostPath, containerPath: "/dev/x", permissions: "rwm" }] });
const settings = { allowed: ["/dev/net/tun"], gpus: true };

export const samples: Samples = {
  passing: [
    { name: "none", props: {} },
    { name: "an empty list", props: { devices: [], deviceRequests: [], gpus: "" } },
    { name: "allowed", props: devices("/dev/net/tun"), settings },
    {
      name: "graphics cards, allowed",
      props: { gpus: "all", deviceRequests: [{ driver: "nvidia", count: 1 }] },
      settings,
    },
  ],
  failing: [
    { name: "a disk", props: devices("/dev/sda"), says: "the device /dev/sda" },
    { name: "one that is not allowed beside one that is", props: devices("/dev/kvm"), settings },
    { name: "graphics cards", props: { gpus: "all" }, says: "graphics cards" },
    { name: "by a driver", props: { deviceRequests: [{ driver: "nvidia", count: 1 }] } },
  ],
  unknown: [
    { name: "all devices", props: { devices: UNKNOWN } },
    { name: "one device", props: devices(UNKNOWN), says: "devices[0]" },
    { name: "graphics cards, known later", props: { gpus: UNKNOWN } },
    { name: "requests", props: { deviceRequests: UNKNOWN } },
  ],
};
