import type { Fault, FleetSpec } from "./fleet.js";
import { readSections } from "./read.js";
import { resolveFleet } from "./resolve.js";

/**
 * Reads a stack's config: `raw` has the sections `machines`, `images`, `agents`, `edge` and `secrets` as plain JSON. Secrets may
 * still be encrypted (`{ secure: … }`): only their names are looked at. With any fault there is no spec.
 */
export function parseFleet(stack: string, raw: Record<string, unknown>): { spec?: FleetSpec; faults: Fault[] } {
  const faults: Fault[] = [];
  const drafts = readSections(raw, faults);
  if (faults.length > 0) return { faults };
  return { spec: resolveFleet(stack, drafts), faults };
}
