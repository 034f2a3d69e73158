import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

export const samples: Samples = {
  passing: [
    { name: "nothing said", props: {} },
    { name: "off", props: { canIpForward: false } },
  ],
  failing: [
    { name: "on", props: { canIpForward: true }, says: "packets of others" },
    { name: "on in a template", type: "gcp:compute/instanceTemplate:InstanceTemplate", props: { canIpForward: true } },
  ],
  unknown: [{ name: "later", props: { canIpForward: UNKNOWN } }],
};
