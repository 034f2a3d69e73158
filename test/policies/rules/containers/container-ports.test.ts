import { rule } from "../../../../policies/rules/containers/container-ports.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./container-ports.samples.js";

ruleTest(rule, samples);
