import { rule } from "../../../../policies/rules/vms/domain-no-host-devices.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./domain-no-host-devices.samples.js";

ruleTest(rule, samples);
