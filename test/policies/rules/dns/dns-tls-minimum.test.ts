import { rule } from "../../../../policies/rules/dns/dns-tls-minimum.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./dns-tls-minimum.samples.js";

ruleTest(rule, samples);
