import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples, StackSample } from "../../samples.js";

import { cloudflareRecord, cloudflareZone, zoneSetting } from "./_zones.js";

const zone = cloudflareZone({ name: "example.com" }, "zone");
const record = (proxied: unknown) =>
  cloudflareRecord({ zoneId: UNKNOWN, name: "a.example.com", type: "A", content: "203.0.113.7", proxied }, "record", [
    "zone",
  ]);
const setting = (value: unknown, settingId: unknown = "ssl") =>
  zoneSetting({ zoneId: UNKNOWN, settingId, value }, "setting", ["zone"]);

export const samples: Samples<StackSample> = {
  passing: [
    { name: "strict", resources: [zone, record(true), setting("strict")] },
    { name: "strict always", resources: [zone, record(true), setting("origin_pull")] },
    { name: "nothing that Cloudflare serves", resources: [zone, record(false)] },
    { name: "no zone", resources: [{ ...record(true), dependsOn: [] }] },
  ],
  failing: [
    { name: "nothing said", resources: [zone, record(true)], about: ["zone"], says: "no ZoneSetting ssl" },
    { name: "flexible", resources: [zone, record(true), setting("flexible")], about: ["setting"], says: "flexible" },
    { name: "full", resources: [zone, record(true), setting("full")] },
    { name: "off, zone elsewhere", resources: [{ ...setting("off"), dependsOn: [] }] },
  ],
  unknown: [
    { name: "whether Cloudflare serves it later", resources: [zone, record(UNKNOWN)], about: ["zone"] },
    { name: "later", resources: [zone, record(true), setting(UNKNOWN)] },
    { name: "which setting later", resources: [zone, record(true), setting("strict", UNKNOWN)] },
  ],
};
