import { rule } from "../../../../policies/rules/vms/droplet-backups.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./droplet-backups.samples.js";

ruleTest(rule, samples);
