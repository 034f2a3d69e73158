import { rule } from "../../../../policies/rules/vms/gcp-vm-no-serial-console.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./gcp-vm-no-serial-console.samples.js";

ruleTest(rule, samples);
