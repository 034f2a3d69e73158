import { rule } from "../../../../policies/rules/containers/image-registry.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./image-registry.samples.js";

ruleTest(rule, samples);
