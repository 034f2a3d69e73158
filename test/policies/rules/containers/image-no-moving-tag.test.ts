import { rule } from "../../../../policies/rules/containers/image-no-moving-tag.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./image-no-moving-tag.samples.js";

ruleTest(rule, samples);
