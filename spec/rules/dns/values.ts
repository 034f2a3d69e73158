import type { RecordSpec, RecordType } from "../../schema/dns.js";
import { isIpv4, normalHost } from "../../schema/fields.js";

/** Host names as a record's value: mail and service records may lead to names with underscores. */
const isHostName = (text: string) => normalHost(text.replaceAll("_", "-")) !== undefined;

/** An IPv6 address in any of its spellings, without a zone. */
function isIpv6(text: string): boolean {
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0 || text.length < 2) return false;
  const groups = (part: string | undefined) => (part === undefined || part === "" ? [] : part.split(":"));
  const all = [...groups(head), ...groups(tail)];
  const last = all.at(-1);
  const hasIpv4 = last !== undefined && isIpv4(last);
  if (!(hasIpv4 ? all.slice(0, -1) : all).every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  const count = all.length + (hasIpv4 ? 1 : 0);
  return tail === undefined ? count === 8 : count < 8;
}

const isPort = (text: string) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
const isNumber = (text: string, most: number) => /^\d{1,5}$/.test(text) && Number(text) <= most;

/** What a value has to be, by the record's type. */
const VALUES: Record<RecordType, { rule: string; holds: (value: string) => boolean }> = {
  A: { rule: "an IPv4 address, such as 203.0.113.7", holds: isIpv4 },
  AAAA: { rule: "an IPv6 address, such as 2001:db8::7", holds: isIpv6 },
  CNAME: { rule: "a host name, such as www.example.org", holds: isHostName },
  MX: { rule: "a mail server's host name, such as mail.example.org", holds: isHostName },
  // Longer ones would need to be cut into strings of 255 bytes, which each provider does in its own way.
  TXT: { rule: "a text of 2048 characters at most, on one line", holds: (value) => /^[^\r\n]{1,2048}$/.test(value) },
  CAA: {
    rule: "<flags> <tag> <value>, such as 0 issue letsencrypt.org",
    holds: (value) => {
      const { flags, tag, rest } = caaParts(value);
      return isNumber(flags, 255) && ["issue", "issuewild", "iodef"].includes(tag) && /^[^\s"]+$/.test(rest);
    },
  },
  SRV: {
    rule: "<weight> <port> <host name>, such as 10 5060 sip.example.org",
    holds: (value) => {
      const [weight = "", port = "", target = "", ...more] = value.split(" ");
      return more.length === 0 && isNumber(weight, 65535) && isPort(port) && isHostName(target);
    },
  },
};

/** The parts of a CAA record's value. */
export function caaParts(value: string): { flags: string; tag: string; rest: string } {
  const [flags = "", tag = "", ...rest] = value.split(" ");
  return { flags, tag, rest: rest.join(" ") };
}

/** What is wrong with a record by itself, by the key that it is in. */
export function recordFaults(
  { name, type, value, ttl, priority, proxied }: RecordSpec,
  { provider, domain = "" }: { provider?: "digitalocean" | "cloudflare"; domain?: string },
): { key: keyof RecordSpec; message: string; at?: "key" }[] {
  const faults: ReturnType<typeof recordFaults> = [];
  if (domain !== "" && (name === domain || name.endsWith(`.${domain}`))) {
    const short = name === domain ? "@" : name.slice(0, -domain.length - 1);
    faults.push({ key: "name", message: `is below ${domain} anyway: write ${short}` });
  }
  const { rule, holds } = VALUES[type];
  if (!holds(value)) faults.push({ key: "value", message: `of a record of type ${type} must be ${rule}` });
  const isRanked = type === "MX" || type === "SRV";
  if (isRanked && priority === undefined)
    faults.push({ key: "priority", message: `is missing: ${type} records need it` });
  if (!isRanked && priority !== undefined)
    faults.push({ key: "priority", at: "key", message: `is for MX and SRV only, and this is ${type}` });
  if (provider === "digitalocean") {
    if (proxied) faults.push({ key: "proxied", at: "key", message: "is Cloudflare's: DigitalOcean serves names only" });
    if (type === "CNAME" && name === "@")
      faults.push({ key: "type", message: "DigitalOcean takes no CNAME for the domain itself: write an A record" });
  }
  if (provider === "cloudflare") {
    if (proxied && !["A", "AAAA", "CNAME"].includes(type))
      faults.push({ key: "proxied", at: "key", message: `is for A, AAAA and CNAME only, and this is ${type}` });
    if (ttl < LEAST_CLOUDFLARE_TTL) faults.push({ key: "ttl", message: TTL_OF_CLOUDFLARE });
  }
  return faults;
}

export const LEAST_CLOUDFLARE_TTL = 60;
export const TTL_OF_CLOUDFLARE = "Cloudflare takes 60 seconds at least";
