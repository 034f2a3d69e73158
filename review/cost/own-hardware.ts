import type { CostItem, ReviewedResource } from "../types.js";
import type { Pricers } from "./pricer.js";
import { HOURS } from "./sources.js";

/** What own hardware draws. */
export interface Power {
  /** Watts that one hypervisor draws on average. */
  watts: number;
  /** US dollars. */
  pricePerKWh: number;
}

export const ownHardware: Pricers = {
  "libvirt:Domain": { kind: "domain", parts: () => [{ what: "domain on own hardware", monthly: 0 }] },
};

/**
 * Electricity of the hypervisors, if there are domains: of each libvirt provider of the stack, or of one if it has only the
 * default one.
 */
export function electricity(resources: ReviewedResource[], { watts, pricePerKWh }: Power): CostItem[] {
  const domain = resources.find(({ type }) => /^libvirt:.*:Domain$/.test(type));
  if (domain === undefined) return [];
  const hypervisors = resources.filter(({ type }) => type === "pulumi:providers:libvirt");
  return (hypervisors.length > 0 ? hypervisors : [domain]).map(({ urn, name }) => ({
    urn,
    name,
    what: `electricity of a hypervisor, ${watts} W at $${pricePerKWh} a kWh`,
    monthly: (watts / 1000) * HOURS * pricePerKWh,
  }));
}
