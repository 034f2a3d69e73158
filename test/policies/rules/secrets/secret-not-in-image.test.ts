import { rule } from "../../../../policies/rules/secrets/secret-not-in-image.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./secret-not-in-image.samples.js";

ruleTest(rule, samples);
