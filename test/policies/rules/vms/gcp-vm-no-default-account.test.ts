import { rule } from "../../../../policies/rules/vms/gcp-vm-no-default-account.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./gcp-vm-no-default-account.samples.js";

ruleTest(rule, samples);
