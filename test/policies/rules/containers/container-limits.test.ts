import { rule } from "../../../../policies/rules/containers/container-limits.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./container-limits.samples.js";

ruleTest(rule, samples);
