import { rule } from "../../../../policies/rules/vms/droplet-ssh-key.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./droplet-ssh-key.samples.js";

ruleTest(rule, samples);
