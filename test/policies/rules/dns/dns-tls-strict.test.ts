import { rule } from "../../../../policies/rules/dns/dns-tls-strict.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./dns-tls-strict.samples.js";

ruleTest(rule, samples);
