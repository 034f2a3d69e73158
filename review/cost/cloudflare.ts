import type { Part, Pricers } from "./pricer.js";
import { text, Unpriced } from "./reading.js";

/** The free plan is all that the table has. */
function plan(what: string, name: string | undefined): Part[] {
  if (name !== undefined && name !== "free") throw new Unpriced(`there is no price for the plan ${name}`);
  return [{ what: `${what}, free plan`, monthly: 0 }];
}

export const cloudflare: Pricers = {
  // A zone begins with the free plan; another one is a subscription of its own.
  "cloudflare:Zone": { kind: "zone", parts: ({ inputs }) => plan("zone", text(inputs, "plan")) },
  "cloudflare:ZoneSubscription": {
    kind: "subscription of a zone",
    parts: ({ inputs }) => plan("subscription of a zone", text(inputs, "ratePlan.id")),
  },
};
