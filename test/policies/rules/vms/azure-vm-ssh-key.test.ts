import { rule } from "../../../../policies/rules/vms/azure-vm-ssh-key.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./azure-vm-ssh-key.samples.js";

ruleTest(rule, samples);
