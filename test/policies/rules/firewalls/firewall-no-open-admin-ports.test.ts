import { rule } from "../../../../policies/rules/firewalls/firewall-no-open-admin-ports.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./firewall-no-open-admin-ports.samples.js";

ruleTest(rule, samples);
