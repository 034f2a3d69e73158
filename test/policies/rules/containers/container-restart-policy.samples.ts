import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const strict = { allowed: ["no", "on-failure"] };

export const samples: Samples = {
  passing: [
    { name: "as our components make it", props: { restart: "unless-stopped" } },
    { name: "as the benchmark has it", props: { restart: "on-failure", maxRetryCount: 5 }, settings: strict },
    { name: "said nothing, which is no", props: {} },
    { name: "always, by the settings", props: { restart: "always" }, settings: { allowed: ["always"] } },
  ],
  failing: [
    {
      name: "always",
      props: { restart: "always" },
      says: "the policy always",
      remedied: { restart: "unless-stopped" },
    },
    { name: "tries without end", props: { restart: "on-failure" }, says: "without end" },
    { name: "without end, as Docker writes it", props: { restart: "on-failure", maxRetryCount: 0 } },
    { name: "too many tries", props: { restart: "on-failure", maxRetryCount: 100 }, says: "tries 100 times" },
    { name: "ours, by the benchmark to the letter", props: { restart: "unless-stopped" }, settings: strict },
  ],
  unknown: [
    { name: "the policy", props: { restart: UNKNOWN } },
    { name: "the tries", props: { restart: "on-failure", maxRetryCount: UNKNOWN }, says: "maxRetryCount" },
  ],
};
