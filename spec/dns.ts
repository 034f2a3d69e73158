import type { FleetSpec } from "./fleet.js";
import type { DnsSpec } from "./schema/dns.js";
import { isPublic, type ServedHost, servedHosts } from "./served.js";

/** Whether a host name is a domain or below it. */
export const isInZone = (host: string, domain: string) => host === domain || host.endsWith(`.${domain}`);

/** A host name as records of a zone have it: relative to the domain, `@` for the domain itself. */
export const relativeName = (host: string, domain: string) =>
  host === domain ? "@" : host.slice(0, -domain.length - 1);

/** The zone that a host name's record belongs in: the one with the longest domain, as resolvers are led there. */
export function zoneOf<Zone extends { domain: string }>(host: string, zones: Zone[]): Zone | undefined {
  return zones
    .filter(({ domain }) => isInZone(host, domain))
    .reduce<Zone | undefined>(
      (best, zone) => (best && best.domain.length >= zone.domain.length ? best : zone),
      undefined,
    );
}

/** The host names that are to have a record in a zone, where their machines have a public address. */
export function hostsInZone(
  spec: Pick<FleetSpec, "agents" | "services" | "edge" | "dns">,
  zone: DnsSpec,
): ServedHost[] {
  const zones = Object.values(spec.dns);
  return servedHosts(spec).filter(
    ({ host, edge }) => isPublic(spec.edge[edge]!) && zoneOf(host, zones)?.name === zone.name,
  );
}
