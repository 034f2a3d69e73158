import type { Rule } from "../rule.js";
import { recordClashes, validRecords } from "./records.js";
import { zoneOrigins, zonesApart } from "./zones.js";

export const dnsRules: Rule[] = [zoneOrigins, zonesApart, validRecords, recordClashes];
