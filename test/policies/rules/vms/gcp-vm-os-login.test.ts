import { rule } from "../../../../policies/rules/vms/gcp-vm-os-login.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./gcp-vm-os-login.samples.js";

ruleTest(rule, samples);
