import { rule } from "../../../../policies/rules/dns/dns-record-proxied.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./dns-record-proxied.samples.js";

ruleTest(rule, samples);
