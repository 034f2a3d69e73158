import { rule } from "../../../../policies/rules/dns/dns-zone-signed.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./dns-zone-signed.samples.js";

ruleTest(rule, samples);
