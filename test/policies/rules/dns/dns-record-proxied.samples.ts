import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const record = (more: object = {}) => ({
  zoneId: "z",
  name: "ada.example.com",
  type: "A",
  content: "203.0.113.7",
  ttl: 1,
  ...more,
});

export const samples: Samples = {
  passing: [
    { name: "proxied", props: record({ proxied: true }) },
    { name: "mail", props: record({ type: "MX", content: "mail.example.com" }) },
    { name: "text", props: record({ type: "TXT", content: "v=spf1 -all" }) },
    { name: "proof of ownership", props: record({ name: "_acme-challenge.example.com", type: "CNAME" }) },
    { name: "on purpose", settings: { unproxied: ["*.example.com"] }, props: record() },
  ],
  failing: [
    { name: "not proxied", props: record({ proxied: false }), says: "not proxied" },
    { name: "nothing said", props: record({ type: "CNAME" }) },
    { name: "former resource", type: "cloudflare:index/record:Record", props: record({ type: "AAAA" }) },
    {
      name: "another name on purpose",
      settings: { unproxied: ["*.example.com"] },
      props: record({ name: "ssh.example.org" }),
    },
  ],
  unknown: [
    { name: "later", props: record({ proxied: UNKNOWN }) },
    { name: "type later", props: record({ type: UNKNOWN }) },
  ],
};
