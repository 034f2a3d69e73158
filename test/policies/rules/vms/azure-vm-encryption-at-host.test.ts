import { rule } from "../../../../policies/rules/vms/azure-vm-encryption-at-host.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./azure-vm-encryption-at-host.samples.js";

ruleTest(rule, samples);
