import { rule } from "../../../../policies/rules/containers/container-read-only-root.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./container-read-only-root.samples.js";

ruleTest(rule, samples);
