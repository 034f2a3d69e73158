import { rule } from "../../../../policies/rules/vms/gcp-vm-no-full-scope.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./gcp-vm-no-full-scope.samples.js";

ruleTest(rule, samples);
