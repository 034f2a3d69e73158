import { rule } from "../../../../policies/rules/dns/dns-no-private-address.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./dns-no-private-address.samples.js";

ruleTest(rule, samples);
