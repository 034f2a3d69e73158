import { rule } from "../../../../policies/rules/containers/container-health-check.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./container-health-check.samples.js";

ruleTest(rule, samples);
