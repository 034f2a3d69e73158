import { rule } from "../../../../policies/rules/vms/gcp-vm-no-ip-forwarding.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./gcp-vm-no-ip-forwarding.samples.js";

ruleTest(rule, samples);
