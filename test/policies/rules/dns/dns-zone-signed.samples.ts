import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples, StackSample } from "../../samples.js";

import { azureZone, cloudflareZone, digitalOceanZone, gcpZone, type Made, oldAzureZone } from "./_zones.js";

const cloudflare = cloudflareZone({ name: "example.com" }, "zone");
const signer = (props: object, name = "signer"): Made => ({
  name,
  type: "cloudflare:index/zoneDnssec:ZoneDnssec",
  props: { zoneId: UNKNOWN, ...props },
  dependsOn: ["zone"],
});
const azure = azureZone({ zoneName: "example.com" }, "zone");
const gcp = (dnssecConfig: unknown, more: object = {}) =>
  gcpZone({ name: "zone", dnsName: "example.com.", dnssecConfig, ...more }, "zone");

export const samples: Samples<StackSample> = {
  passing: [
    { name: "cloudflare", resources: [cloudflare, signer({ status: "active" })] },
    { name: "cloudflare, by default", resources: [cloudflare, signer({})] },
    { name: "gcp", resources: [gcp({ state: "on" })] },
    { name: "gcp, private", resources: [gcp(undefined, { visibility: "private" })] },
    {
      name: "gcp, strong keys",
      resources: [gcp({ state: "on", defaultKeySpecs: [{ algorithm: "ecdsap256sha256", keyType: "keySigning" }] })],
    },
    {
      name: "azure",
      resources: [
        azure,
        {
          name: "signer",
          type: "azure-native:dns:DnssecConfig",
          props: { zoneName: "example.com" },
          dependsOn: ["zone"],
        },
      ],
    },
    { name: "azure, private", resources: [azureZone({ zoneName: "example.com", zoneType: "Private" }, "zone")] },
  ],
  failing: [
    { name: "cloudflare, nothing", resources: [cloudflare], about: ["zone"], says: "nothing in this stack signs it" },
    { name: "cloudflare, off", resources: [cloudflare, signer({ status: "disabled" })], says: "off" },
    {
      name: "cloudflare, another zone's",
      resources: [
        cloudflare,
        cloudflareZone({ name: "example.org" }, "other"),
        { ...signer({}), dependsOn: ["other"] },
      ],
      about: ["zone"],
    },
    {
      name: "digitalocean",
      resources: [digitalOceanZone({ name: "example.com" }, "zone")],
      says: "its provider signs no zone",
    },
    { name: "gcp, nothing", resources: [gcp(undefined)] },
    { name: "gcp, off", resources: [gcp({ state: "off" })] },
    {
      name: "gcp, SHA-1",
      resources: [gcp({ state: "on", defaultKeySpecs: [{ algorithm: "rsasha1" }] })],
      says: "SHA-1",
    },
    { name: "azure, nothing", resources: [azure] },
    { name: "azure by its old name", resources: [oldAzureZone({ zoneName: "example.com" }, "zone")] },
  ],
  unknown: [
    { name: "cloudflare, later", resources: [cloudflare, signer({ status: UNKNOWN })] },
    { name: "gcp, later", resources: [gcp(UNKNOWN)] },
    { name: "gcp, whether it is public later", resources: [gcp({ state: "off" }, { visibility: UNKNOWN })] },
    { name: "gcp, keys later", resources: [gcp({ state: "on", defaultKeySpecs: UNKNOWN })] },
  ],
};
