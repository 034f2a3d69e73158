import { z } from "zod";
import { hostName, reference } from "./fields.js";

const record = z.strictObject({
  name: z.string().min(1).describe("Name below the domain; `@` is the domain itself."),
  type: z.enum(["A", "AAAA", "CNAME", "MX", "TXT", "CAA", "SRV"]).describe("The record's type."),
  value: z.string().min(1).describe("What it says: an address, a host name, a text."),
  ttl: z.number().int().min(30).max(86400).default(300).describe("How long it may be remembered, in seconds."),
  priority: z.number().int().min(0).max(65535).optional().describe("Of MX and SRV."),
  proxied: z.boolean().default(false).describe("Cloudflare only: served through Cloudflare."),
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
  zoneId: z.string().min(1).optional().describe("Cloudflare only: the id of a zone that is there already."),
  accountId: z.string().min(1).optional().describe("Cloudflare only: the account in which a zone is made."),
  existing: z.boolean().default(false).describe("The zone is there already: only records are made in it."),
  apex: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Where the domain itself leads: an IPv4 address (an A record), or a host name: with Cloudflare a CNAME, which it flattens. " +
        "DigitalOcean has no ALIAS records and needs the address.",
    ),
  ttl: z.number().int().min(30).max(86400).default(300).describe("Of the records that are derived, in seconds."),
  records: z.record(z.string(), record).default({}).describe("Other records, by a name of your own."),
});

export type DnsSpec = z.output<typeof dns> & { name: string };

/** What another stack is told of a zone. */
export interface SharedZone {
  provider: "digitalocean" | "cloudflare";
  domain: string;
  /** Cloudflare's id of it; with DigitalOcean the domain. */
  zoneId: string;
}
