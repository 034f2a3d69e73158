import { rule } from "../../../../policies/rules/vms/vm-no-public-address.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./vm-no-public-address.samples.js";

ruleTest(rule, samples);
