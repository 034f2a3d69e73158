import { rule } from "../../../../policies/rules/containers/container-confinement.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./container-confinement.samples.js";

ruleTest(rule, samples);
