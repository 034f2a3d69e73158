import { rule } from "../../../../policies/rules/vms/domain-console-not-open.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./domain-console-not-open.samples.js";

ruleTest(rule, samples);
