import { rule } from "../../../../policies/rules/firewalls/firewall-egress-limited.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./firewall-egress-limited.samples.js";

ruleTest(rule, samples);
