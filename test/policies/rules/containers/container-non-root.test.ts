import { rule } from "../../../../policies/rules/containers/container-non-root.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./container-non-root.samples.js";

ruleTest(rule, samples);
