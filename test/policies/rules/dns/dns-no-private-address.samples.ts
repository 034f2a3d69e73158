import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples, StackSample } from "../../samples.js";

import { azureRecord, azureZone, cloudflareRecord, digitalOceanRecord, gcpRecord, gcpZone } from "./_zones.js";

const PUBLIC = "203.0.113.7";
const cloudflare = (content: unknown, type: unknown = "A") =>
  cloudflareRecord({ zoneId: "z", name: "a.example.com", type, content }, "record");
const digitalocean = (value: unknown, type: unknown = "A") =>
  digitalOceanRecord({ domain: "example.com", name: "a", type, value }, "record");
const gcp = (rrdatas: unknown, type = "A") =>
  gcpRecord({ managedZone: "zone", name: "a.example.com.", type, rrdatas }, "record", ["zone"]);
const zone = (visibility?: unknown) => gcpZone({ name: "zone", dnsName: "example.com.", visibility }, "zone");
const azure = (props: object) =>
  azureRecord({ zoneName: "example.com", recordType: "A", ...props }, "record", ["zone"]);
const azurePublic = azureZone({ zoneName: "example.com" }, "zone");
const azurePrivate = azureZone({ zoneName: "example.com", zoneType: "Private" }, "zone");

const address = (type: string, props: object = {}) => ({ name: "address", type, props });

export const samples: Samples<StackSample> = {
  passing: [
    { name: "public", resources: [cloudflare(PUBLIC)] },
    { name: "name", resources: [digitalocean("10.example.com.", "CNAME")] },
    { name: "text", resources: [digitalocean("10.0.0.1", "TXT")] },
    { name: "public IPv6", resources: [cloudflare("2001:db8::1", "AAAA")] },
    { name: "gcp, public", resources: [zone(), gcp([PUBLIC])] },
    { name: "gcp, private zone", resources: [zone("private"), gcp(["10.0.0.1"])] },
    { name: "azure, public", resources: [azurePublic, azure({ aRecords: [{ ipv4Address: PUBLIC }] })] },
    { name: "azure, private zone", resources: [azurePrivate, azure({ aRecords: [{ ipv4Address: "10.0.0.1" }] })] },
    {
      name: "public address that is made in the same stack",
      resources: [
        address("digitalocean:index/reservedIp:ReservedIp"),
        { ...digitalocean(UNKNOWN), dependsOn: ["address"] },
      ],
    },
    {
      name: "gcp, public address that is made in the same stack",
      resources: [
        zone(),
        address("gcp:compute/address:Address"),
        { ...gcp([UNKNOWN]), dependsOn: ["zone", "address"] },
      ],
    },
  ],
  failing: [
    {
      name: "cloudflare",
      resources: [cloudflare("10.0.0.1")],
      about: ["record"],
      says: "the private address 10.0.0.1",
    },
    { name: "digitalocean", resources: [digitalocean("192.168.1.2")] },
    { name: "of Tailscale", resources: [digitalocean("100.100.1.2")] },
    { name: "loopback", resources: [digitalocean("127.0.0.1")] },
    { name: "IPv6", resources: [cloudflare("fd00::1", "AAAA")] },
    { name: "gcp", resources: [zone(), gcp([PUBLIC, "172.16.0.1"])] },
    { name: "gcp, zone elsewhere", resources: [{ ...gcp(["172.16.0.1"]), dependsOn: [] }] },
    { name: "azure", resources: [azurePublic, azure({ aRecords: [{ ipv4Address: "10.0.0.1" }] })] },
    {
      name: "azure, IPv6",
      resources: [azurePublic, azure({ recordType: "AAAA", aaaaRecords: [{ ipv6Address: "fe80::1" }] })],
    },
  ],
  unknown: [
    {
      name: "gcp, private address that is made in the same stack",
      resources: [
        zone(),
        address("gcp:compute/address:Address", { addressType: "INTERNAL" }),
        { ...gcp([UNKNOWN]), dependsOn: ["zone", "address"] },
      ],
    },
    {
      name: "either address of a machine",
      resources: [address("digitalocean:index/droplet:Droplet"), { ...digitalocean(UNKNOWN), dependsOn: ["address"] }],
    },
    { name: "cloudflare, later", resources: [cloudflare(UNKNOWN)] },
    { name: "type later", resources: [digitalocean("10.0.0.1", UNKNOWN)] },
    { name: "gcp, later", resources: [zone(), gcp(UNKNOWN)] },
    { name: "gcp, whether the zone is public later", resources: [zone(UNKNOWN), gcp(["10.0.0.1"])] },
    { name: "azure, later", resources: [azurePublic, azure({ aRecords: [UNKNOWN] })] },
  ],
};
