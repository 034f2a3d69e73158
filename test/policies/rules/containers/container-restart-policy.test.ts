import { rule } from "../../../../policies/rules/containers/container-restart-policy.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./container-restart-policy.samples.js";

ruleTest(rule, samples);
