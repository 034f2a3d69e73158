import { z } from "zod";
import { hostName, isIpv4, normalHost, reference, text } from "./fields.js";

const RECORD_NAME = /^(@|(\*|[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*)$/;

const recordName = text({
  title: "record name",
  rule: "a name below the domain, such as www, _dmarc or *, or @ for the domain itself",
  read: (input) => (RECORD_NAME.test(input.toLowerCase()) ? input.toLowerCase() : undefined),
});

/** Types of records, as they may be declared. */
export const RECORD_TYPES = ["A", "AAAA", "CNAME", "MX", "TXT", "CAA", "SRV"] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

const ttl = () =>
  z
    .number()
    .int()
    .min(30, { error: "must be 30 seconds at least" })
    .max(86400, { error: "must be 86400 seconds, a day, at most" })
    .default(300);

const record = z.strictObject({
  name: recordName.describe("Name below the domain; `@` is the domain itself."),
  type: z.enum(RECORD_TYPES).describe("The record's type."),
  value: z
    .string()
    .min(1)
    .describe(
      "What it says: an address (A, AAAA), a host name (CNAME, MX), a text (TXT), `<flags> <tag> <value>` (CAA) such as " +
        "`0 issue letsencrypt.org`, `<weight> <port> <host name>` (SRV).",
    ),
  ttl: ttl().describe("How long it may be remembered, in seconds. Cloudflare takes 60 at least."),
  priority: z.number().int().min(0).max(65535).optional().describe("Of MX and SRV, which need it."),
  proxied: z.boolean().default(false).describe("Cloudflare only: served through Cloudflare."),
});

export type RecordSpec = z.output<typeof record>;

const apex = text({
  title: "address or host name",
  rule: "an IPv4 address, such as 203.0.113.7, or a host name",
  read: (input) => (isIpv4(input) ? input : normalHost(input)),
});

/** A DNS zone. Host names below its domain that an edge of this stack serves get their records by themselves. */
export const dns = z.strictObject({
  provider: z.enum(["digitalocean", "cloudflare"]).describe("Who serves the zone."),
  domain: hostName().describe("The zone's domain."),
  shared: reference()
    .optional()
    .describe("The entry of `fleet:shared` that names the stack which has made the zone. Without it this stack does."),
  zone: z
    .string()
    .optional()
    .meta({ title: "name" })
    .describe("With `shared`: the zone's name in that stack. Default: this entry's own."),
  zoneId: z
    .string()
    .min(1)
    .optional()
    .describe("Cloudflare only: the id of a zone that is there already. Only records are made in it."),
  accountId: z.string().min(1).optional().describe("Cloudflare only: the account in which the zone is made."),
  existing: z
    .boolean()
    .default(false)
    .describe("The zone is there already: only records are made in it. With Cloudflare `zoneId` says which one it is."),
  apex: apex
    .optional()
    .describe(
      "Where the domain itself leads: an IPv4 address (an A record), or a host name: with Cloudflare a CNAME, which it flattens. " +
        "DigitalOcean has no ALIAS records and needs the address.",
    ),
  ttl: ttl().describe("Of the records that are derived, and of the apex, in seconds."),
  records: z
    .record(
      z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/, {
        error: "must be a name of letters, digits, hyphens and underscores, 40 at most",
      }),
      record,
    )
    .default({})
    .describe("Other records, by a name of your own, which nothing but the state sees."),
});

export type DnsSpec = z.output<typeof dns> & { name: string };

/** What another stack is told of a zone. */
export interface SharedZone {
  provider: "digitalocean" | "cloudflare";
  domain: string;
  /** Cloudflare's id of it; with DigitalOcean the domain. */
  zoneId: string;
}
