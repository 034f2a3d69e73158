import { rule } from "../../../../policies/rules/firewalls/droplet-behind-firewall.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./droplet-behind-firewall.samples.js";

ruleTest(rule, samples);
