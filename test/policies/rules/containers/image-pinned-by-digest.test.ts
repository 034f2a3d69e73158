import { rule } from "../../../../policies/rules/containers/image-pinned-by-digest.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./image-pinned-by-digest.samples.js";

ruleTest(rule, samples);
