import type { Fault } from "../fleet.js";
import { reason, URN } from "../schema/review.js";

/** `fleet:acknowledged`: each URN with its reason, without what is wrong. */
export function readAcknowledged(stack: string, entries: [string, unknown][], faults: Fault[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [urn, value] of entries) {
    const path = ["acknowledged", urn];
    const match = URN.exec(urn);
    if (!match) {
      faults.push({
        path,
        at: "key",
        message: `must be the URN of what holds the data: ./fleet state list ${stack} shows them`,
      });
    } else if (match[1] !== stack) {
      faults.push({ path, at: "key", message: `is of the stack ${match[1]}, and this is ${stack}` });
    }
    const result = reason().safeParse(value ?? "");
    if (result.success) found[urn] = result.data;
    else faults.push({ path, message: result.error.issues[0]!.message });
  }
  return found;
}
