import { rule } from "../../../../policies/rules/vms/gcp-vm-own-disk-key.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./gcp-vm-own-disk-key.samples.js";

ruleTest(rule, samples);
