import { isUnknown, type Stack, type StackRule, type Verdict } from "../../rule.js";
import { plainType } from "../_types.js";
import { breachesFirst, elementsAt, later, valueAt } from "../_values.js";
import { belongsTo, type Provider, type Zone, zonesOf } from "./_zones.js";

/** What signs a zone where it is a resource of its own. */
const SIGNERS: Partial<Record<Provider, string>> = {
  cloudflare: "cloudflare:index/zoneDnssec:ZoneDnssec",
  azure: "azure-native:dns:DnssecConfig",
};

export const rule: StackRule = {
  id: "dns-zone-signed",
  title: "Public zones are signed with DNSSEC",
  severity: "medium",
  benchmarks: [
    "CIS GCP 4.0 3.3",
    "CIS GCP 4.0 3.4",
    "CIS GCP 4.0 3.5",
    "CKV_GCP_16",
    "CKV_GCP_17",
    "GCP-0012",
    "GCP-0013",
    "Prowler zone_dnssec_enabled",
  ],
  why: "An answer that is not signed can be forged on the way: mail and web traffic of the domain go elsewhere, with a valid certificate.",
  fix:
    "Cloudflare: a ZoneDnssec for the zone; GCP: dnssecConfig.state on; Azure: a DnssecConfig; then give the registrar the DS record. " +
    "DigitalOcean signs no zone: host it elsewhere, or write an exception with that reason",
  checkStack(stack) {
    return zonesOf(stack)
      .filter(({ isPrivate }) => isPrivate !== true)
      .flatMap((zone) =>
        breachesFirst(verdictsOf(zone, stack)).map((verdict) => ({
          ...(zone.isPrivate === undefined
            ? { unknown: "whether it is public is known only later", path: "visibility" }
            : verdict),
          urn: zone.resource.urn,
        })),
      );
  },
};

function verdictsOf(zone: Zone, { resources }: Stack): Verdict[] {
  const { provider, resource } = zone;
  if (provider === "gcp") return ofGoogle(resource.props);
  const signer = SIGNERS[provider];
  if (signer === undefined) return [{ breach: "its provider signs no zone" }];
  const found = resources.filter(({ type, ...one }) => plainType(type) === signer && belongsTo({ type, ...one }, zone));
  if (found.length === 0) return [{ breach: "nothing in this stack signs it" }];
  const states = found.map(({ props }) => props.status);
  if (states.some((state) => state === undefined || state === "active")) return [];
  return states.some(isUnknown)
    ? [{ unknown: "whether it is signed is known only later" }]
    : [{ breach: "its signing is off" }];
}

function ofGoogle(props: Zone["resource"]["props"]): Verdict[] {
  const state = valueAt(props, "dnssecConfig.state");
  if (isUnknown(state)) return [later("dnssecConfig.state")];
  if (state !== "on") return [{ breach: "it is not signed", path: "dnssecConfig.state" }];
  return elementsAt(props, "dnssecConfig.defaultKeySpecs").flatMap(({ value, path }): Verdict[] => {
    if (isUnknown(value) || isUnknown(value.algorithm)) return [later(path)];
    return value.algorithm === "rsasha1" ? [{ breach: "it is signed with SHA-1", path: `${path}.algorithm` }] : [];
  });
}
