import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

export const samples: Samples = {
  passing: [
    { name: "said nothing", props: { image: "acme/agent:1" } },
    { name: "said no", props: { privileged: false } },
  ],
  failing: [{ name: "privileged", props: { privileged: true }, says: "privileged" }],
  unknown: [{ name: "known later", props: { privileged: UNKNOWN } }],
};
