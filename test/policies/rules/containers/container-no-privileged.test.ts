import { rule } from "../../../../policies/rules/containers/container-no-privileged.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./container-no-privileged.samples.js";

ruleTest(rule, samples);
