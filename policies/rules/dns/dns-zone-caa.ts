import { isUnknown, type StackRule } from "../../rule.js";
import type { Placed } from "../_values.js";
import { belongsTo, recordsOf, zonesOf } from "./_zones.js";

export const rule: StackRule = {
  id: "dns-zone-caa",
  title: "Zones say who may issue certificates for them",
  severity: "low",
  benchmarks: ["Prowler zone_record_caa_exists"],
  why: "Without a CAA record, any of a hundred authorities may issue a certificate for the domain, also the one that is fooled most easily.",
  fix: "add a record to the zone's records (fleet:dns): { name: '@', type: CAA, value: 0 issue letsencrypt.org }",
  checkStack(stack) {
    const records = recordsOf(stack);
    return zonesOf(stack)
      .filter(({ isPrivate }) => isPrivate !== true)
      .flatMap((zone): Placed[] => {
        const types = records.filter(({ resource }) => belongsTo(resource, zone)).map(({ type }) => type);
        if (types.includes("CAA")) return [];
        const { urn } = zone.resource;
        return types.some(isUnknown) || zone.isPrivate === undefined
          ? [{ urn, unknown: "what the zone and its records are is known only later" }]
          : [{ urn, breach: "no CAA record of this stack says who may issue certificates" }];
      });
  },
};
