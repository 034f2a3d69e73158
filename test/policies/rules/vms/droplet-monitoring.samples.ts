import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

export const samples: Samples = {
  passing: [{ name: "on", props: { monitoring: true } }],
  failing: [
    { name: "nothing said", props: {}, says: "nobody watches" },
    { name: "off", props: { monitoring: false } },
  ],
  unknown: [{ name: "later", props: { monitoring: UNKNOWN } }],
};
