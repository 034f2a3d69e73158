import { rule } from "../../../../policies/rules/firewalls/firewall-no-all-ports.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./firewall-no-all-ports.samples.js";

ruleTest(rule, samples);
