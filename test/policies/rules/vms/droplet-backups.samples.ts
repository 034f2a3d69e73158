import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

export const samples: Samples = {
  passing: [
    { name: "on", props: { backups: true } },
    { name: "daily", props: { backups: true, backupPolicy: { plan: "daily", hour: 4 } } },
  ],
  failing: [
    { name: "nothing said", props: { size: "s-1vcpu-1gb" }, says: "no backups", remedied: { backups: true } },
    { name: "off", props: { backups: false }, remedied: { backups: true } },
  ],
  unknown: [{ name: "later", props: { backups: UNKNOWN } }],
};
