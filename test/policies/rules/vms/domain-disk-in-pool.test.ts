import { rule } from "../../../../policies/rules/vms/domain-disk-in-pool.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./domain-disk-in-pool.samples.js";

ruleTest(rule, samples);
