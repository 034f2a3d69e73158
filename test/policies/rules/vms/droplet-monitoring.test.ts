import { rule } from "../../../../policies/rules/vms/droplet-monitoring.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./droplet-monitoring.samples.js";

ruleTest(rule, samples);
