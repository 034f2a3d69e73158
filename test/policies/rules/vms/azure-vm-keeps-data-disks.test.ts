import { rule } from "../../../../policies/rules/vms/azure-vm-keeps-data-disks.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./azure-vm-keeps-data-disks.samples.js";

ruleTest(rule, samples);
