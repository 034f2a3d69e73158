import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples, StackSample } from "../../samples.js";

import {
  azureRecord,
  cloudflareRecord,
  cloudflareZone,
  digitalOceanRecord,
  digitalOceanZone,
  gcpRecord,
} from "./_zones.js";

const zone = digitalOceanZone({ name: "example.com" }, "zone");
const record = (value: unknown, more: object = {}, dependsOn: string[] = ["zone"]) =>
  digitalOceanRecord({ domain: "example.com", name: "a", type: "A", value, ...more }, "record", dependsOn);
const address = (ip?: string) => ({
  name: "address",
  type: "digitalocean:index/reservedIp:ReservedIp",
  props: { region: "nyc3", ...(ip !== undefined && { ipAddress: ip }) },
});
const cloudflare = (content: unknown) =>
  cloudflareRecord({ zoneId: "z", name: "a.example.com", type: "CNAME", content }, "record");
const settings = { elsewhere: ["76.76.21.21", "*.github.io"] };

export const samples: Samples<StackSample> = {
  passing: [
    { name: "follows an address of the stack", resources: [zone, address(), record(UNKNOWN, {}, ["zone", "address"])] },
    { name: "says an address that the stack has", resources: [zone, address("203.0.113.7"), record("203.0.113.7")] },
    { name: "on purpose elsewhere", settings, resources: [zone, record("76.76.21.21")] },
    { name: "on purpose elsewhere, below a domain", settings, resources: [cloudflare("someone.github.io")] },
    { name: "name that nobody else can get", resources: [cloudflare("www.example.org")] },
    { name: "mail", resources: [zone, record("mail.example.org.", { type: "MX" })] },
    { name: "private address", resources: [zone, record("10.0.0.1")] },
    { name: "no address", resources: [zone, record("v=spf1 -all", { type: "TXT" })] },
  ],
  failing: [
    {
      name: "address of nobody",
      resources: [zone, address(), record("203.0.113.7")],
      about: ["record"],
      says: "203.0.113.7",
    },
    { name: "tunnel of nobody", resources: [cloudflare("0f1e.cfargotunnel.com")], about: ["record"] },
    {
      name: "gcp",
      resources: [gcpRecord({ managedZone: "z", name: "a.", type: "A", rrdatas: ["203.0.113.7"] }, "record")],
    },
    {
      name: "azure",
      resources: [
        azureRecord({ zoneName: "z", recordType: "CNAME", cnameRecord: { cname: "app.azurewebsites.net" } }, "record"),
      ],
    },
    { name: "elsewhere, but not there", settings, resources: [zone, record("76.76.21.22")] },
  ],
  unknown: [
    { name: "later", resources: [zone, record(UNKNOWN)], about: ["record"] },
    { name: "type later", resources: [zone, record("203.0.113.7", { type: UNKNOWN })] },
    {
      name: "cloudflare, later",
      resources: [cloudflareZone({ name: "example.com" }, "zone"), { ...cloudflare(UNKNOWN), dependsOn: ["zone"] }],
    },
  ],
};
