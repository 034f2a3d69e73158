import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples, StackSample } from "../../samples.js";

import { cloudflareRecord, cloudflareZone, zoneSetting } from "./_zones.js";

const zone = cloudflareZone({ name: "example.com" }, "zone");
const record = (proxied: unknown) =>
  cloudflareRecord({ zoneId: UNKNOWN, name: "a.example.com", type: "A", content: "203.0.113.7", proxied }, "record", [
    "zone",
  ]);
const setting = (value: unknown, settingId: unknown = "min_tls_version") =>
  zoneSetting({ zoneId: UNKNOWN, settingId, value }, "setting", ["zone"]);
const policy = (minTlsVersion?: unknown) => ({
  name: "policy",
  type: "gcp:compute/sSLPolicy:SSLPolicy",
  props: { minTlsVersion },
});

export const samples: Samples<StackSample> = {
  passing: [
    { name: "1.2", resources: [zone, record(true), setting("1.2")] },
    { name: "1.3", resources: [zone, record(true), setting("1.3")] },
    { name: "nothing that Cloudflare serves", resources: [zone, record(false)] },
    { name: "zone elsewhere", resources: [{ ...setting("1.2"), dependsOn: [] }] },
    { name: "gcp", resources: [policy("TLS_1_2")] },
    { name: "1.3 demanded", settings: { minimum: "1.3" }, resources: [{ ...setting("1.3"), dependsOn: [] }] },
  ],
  failing: [
    { name: "nothing said", resources: [zone, record(true)], about: ["zone"], says: "TLS 1.0" },
    { name: "1.1", resources: [zone, record(true), setting("1.1")], about: ["setting"], says: "older versions" },
    { name: "1.0, zone elsewhere", resources: [{ ...setting("1.0"), dependsOn: [] }], about: ["setting"] },
    { name: "another setting", resources: [zone, record(true), setting("on", "always_use_https")], about: ["zone"] },
    { name: "gcp, nothing said", resources: [policy()], about: ["policy"] },
    { name: "gcp, 1.1", resources: [policy("TLS_1_1")] },
    {
      name: "1.3 demanded, 1.2 given",
      settings: { minimum: "1.3" },
      resources: [{ ...setting("1.2"), dependsOn: [] }],
    },
  ],
  unknown: [
    { name: "whether Cloudflare serves it later", resources: [zone, record(UNKNOWN)], about: ["zone"] },
    { name: "later", resources: [zone, record(true), setting(UNKNOWN)] },
    { name: "which setting later", resources: [zone, record(true), setting("1.2", UNKNOWN)], about: ["zone"] },
    { name: "gcp, later", resources: [policy(UNKNOWN)] },
  ],
};
