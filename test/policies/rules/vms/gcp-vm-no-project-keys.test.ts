import { rule } from "../../../../policies/rules/vms/gcp-vm-no-project-keys.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./gcp-vm-no-project-keys.samples.js";

ruleTest(rule, samples);
