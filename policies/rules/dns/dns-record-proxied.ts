import { isUnknown, type ResourceRule } from "../../rule.js";
import { demand } from "../_values.js";

/** Types that Cloudflare can stand before. */
const PROXIABLE = ["A", "AAAA", "CNAME"];

export const rule: ResourceRule = {
  id: "dns-record-proxied",
  title: "Records at Cloudflare are proxied",
  severity: "medium",
  benchmarks: ["Prowler dns_record_proxied"],
  why: "A record that is not proxied tells everybody the machine's own address: whoever knows it goes around Cloudflare's firewall.",
  fix: "set proxied: true; a name that serves no web traffic (ssh, mail) belongs in the setting unproxied",
  settings: {
    unproxied: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Whole names that are not proxied on purpose; `*.example.com` stands for all names below.",
    },
  },
  types: ["cloudflare:index/dnsRecord:DnsRecord", "cloudflare:index/record:Record"],
  check({ props }, { unproxied }) {
    const { type, name } = props;
    if (isUnknown(type)) return [{ unknown: "its type is known only later", path: "type" }];
    if (!PROXIABLE.includes(String(type).toUpperCase())) return [];
    if (!isUnknown(name) && (unproxied as string[]).some((one) => matches(one, String(name)))) return [];
    // Names that only show who owns a domain, or sign mail, work by their own answer.
    if (!isUnknown(name) && /(^|\.)_/.test(String(name))) return [];
    return demand(props, "proxied", (value) => value === true, "it is not proxied");
  },
};

const matches = (pattern: string, name: string) =>
  pattern.startsWith("*.") ? name.endsWith(pattern.slice(1)) : pattern === name;
