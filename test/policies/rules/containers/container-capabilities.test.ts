import { rule } from "../../../../policies/rules/containers/container-capabilities.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./container-capabilities.samples.js";

ruleTest(rule, samples);
