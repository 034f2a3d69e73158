import { rule } from "../../../../policies/rules/vms/domain-no-host-folders.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./domain-no-host-folders.samples.js";

ruleTest(rule, samples);
