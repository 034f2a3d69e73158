import { rule } from "../../../../policies/rules/vms/gcp-vm-shielded.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./gcp-vm-shielded.samples.js";

ruleTest(rule, samples);
