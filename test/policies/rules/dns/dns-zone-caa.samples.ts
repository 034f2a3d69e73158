import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples, StackSample } from "../../samples.js";

import {
  azureRecord,
  azureZone,
  cloudflareRecord,
  cloudflareZone,
  digitalOceanRecord,
  digitalOceanZone,
  gcpRecord,
  gcpZone,
} from "./_zones.js";

const digitalocean = digitalOceanZone({ name: "example.com" }, "zone");
const caa = { name: "@", type: "CAA", value: "letsencrypt.org.", flags: 0, tag: "issue" };

export const samples: Samples<StackSample> = {
  passing: [
    { name: "digitalocean", resources: [digitalocean, digitalOceanRecord({ domain: "example.com", ...caa }, "caa")] },
    {
      name: "cloudflare",
      resources: [
        cloudflareZone({ name: "example.com" }, "zone"),
        cloudflareRecord({ zoneId: UNKNOWN, name: "example.com", type: "CAA", data: { flags: 0 } }, "caa", ["zone"]),
      ],
    },
    {
      name: "gcp",
      resources: [
        gcpZone({ name: "zone", dnsName: "example.com." }, "zone"),
        gcpRecord({ managedZone: "zone", name: "example.com.", type: "CAA", rrdatas: ['0 issue "pki.goog"'] }, "caa"),
      ],
    },
    { name: "gcp, private", resources: [gcpZone({ name: "zone", visibility: "private" }, "zone")] },
    {
      name: "azure",
      resources: [
        azureZone({ zoneName: "example.com" }, "zone"),
        azureRecord({ zoneName: "example.com", recordType: "CAA", caaRecords: [{ flags: 0 }] }, "caa"),
      ],
    },
    {
      name: "zone elsewhere",
      resources: [digitalOceanRecord({ domain: "example.com", name: "a", type: "A", value: "203.0.113.7" }, "a")],
    },
  ],
  failing: [
    { name: "digitalocean, none", resources: [digitalocean], about: ["zone"], says: "no CAA record" },
    {
      name: "another zone's",
      resources: [digitalocean, digitalOceanRecord({ domain: "example.org", ...caa }, "caa")],
      about: ["zone"],
    },
    { name: "cloudflare, none", resources: [cloudflareZone({ name: "example.com" }, "zone")] },
    { name: "gcp, none", resources: [gcpZone({ name: "zone" }, "zone")] },
    { name: "azure, none", resources: [azureZone({ zoneName: "example.com" }, "zone")] },
  ],
  unknown: [
    {
      name: "type of a record later",
      resources: [
        digitalocean,
        digitalOceanRecord({ domain: "example.com", name: "@", type: UNKNOWN, value: "x" }, "record"),
      ],
    },
    { name: "whether it is public later", resources: [gcpZone({ name: "zone", visibility: UNKNOWN }, "zone")] },
  ],
};
