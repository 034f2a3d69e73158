import { rule } from "../../../../policies/rules/dns/dns-zone-caa.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./dns-zone-caa.samples.js";

ruleTest(rule, samples);
