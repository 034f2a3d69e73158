import type { Path } from "../../fleet.js";
import { isIpv4 } from "../../schema/fields.js";
import { dotted, type Report, type Rule } from "../rule.js";
import { LEAST_CLOUDFLARE_TTL, TTL_OF_CLOUDFLARE } from "./values.js";

/** What the stack that has made a zone says of it. */
const OF_THE_MAKER = ["existing", "zoneId", "accountId", "apex"] as const;

/** Where a zone comes from is said in one way, and by what its provider knows it. */
export const zoneOrigins: Rule = (drafts, report) => {
  for (const { path, keys, wrong } of drafts.dns) {
    const { provider, shared, zone, zoneId, accountId, existing, apex, ttl } = keys;
    const atKey = (key: string, message: string) => report({ path: [...path, key], at: "key", message });
    if (shared !== undefined) {
      for (const key of OF_THE_MAKER) {
        if (keys[key] !== undefined && keys[key] !== false)
          atKey(key, "does not go with shared: it is a matter of the stack that has made the zone");
      }
    } else if (zone !== undefined) atKey("zone", "is used with shared only");
    if (provider === "digitalocean") {
      for (const key of ["zoneId", "accountId"] as const) {
        if (keys[key] !== undefined) atKey(key, "is Cloudflare's: DigitalOcean knows a zone by its domain");
      }
    }
    if (provider === "cloudflare") {
      if (shared === undefined && !wrong.has("zoneId") && !wrong.has("accountId"))
        cloudflareOrigin({ zoneId, accountId, existing }, path, report);
      if (ttl !== undefined && ttl < LEAST_CLOUDFLARE_TTL)
        report({ path: [...path, "ttl"], message: TTL_OF_CLOUDFLARE });
    }
    if (provider === "digitalocean" && shared === undefined && apex !== undefined && !isIpv4(apex)) {
      report({
        path: [...path, "apex"],
        message:
          "DigitalOcean has no ALIAS records, and a CNAME cannot stand for a domain itself: write the IPv4 address of what is there",
      });
    }
  }
};

function cloudflareOrigin(
  { zoneId, accountId, existing }: { zoneId?: string; accountId?: string; existing?: boolean },
  path: Path,
  report: Report,
): void {
  if (zoneId !== undefined && accountId !== undefined) {
    report({
      path: [...path, "accountId"],
      at: "key",
      message: "does not go with zoneId, which is a zone that is there already",
    });
  } else if (existing && zoneId === undefined) {
    report({ path: [...path, "zoneId"], message: "is missing: by it Cloudflare knows the zone that is there already" });
  } else if (zoneId === undefined && accountId === undefined) {
    report({
      path: [...path, "accountId"],
      message: "is missing: the account in which the zone is made; or zoneId, for one that is there already",
    });
  }
}

/** Two entries with one domain would make the same records. */
export const zonesApart: Rule = (drafts, report) => {
  const seen = new Map<string, Path>();
  for (const { path, keys } of drafts.dns) {
    if (keys.domain === undefined) continue;
    const first = seen.get(keys.domain);
    if (first)
      report({
        path: [...path, "domain"],
        message: `${keys.domain} is already that of ${dotted(first)}: one is enough`,
      });
    else seen.set(keys.domain, path);
  }
};
